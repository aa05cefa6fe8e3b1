"""What organisers do, and what comes of it."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.loyalty import coupons
from models.loyalty.coupons import Coupon, CouponUse
from models.shop.orders import Order
from tests.chaos.flow import ORDER_COLUMNS, Spoken


class Import(Spoken):
    name = "import"

    def prepare(self, number: int) -> None:
        rows = f"{ORDER_COLUMNS}A{number},{self.users[number]},2026-11-20,芒果,1,3000,paid,\n"
        self.boss.sends_file("訂單.csv", rows.encode())
        super().prepare(number)

    def speak(self, number: int) -> None:
        self.shop.platform.say(self.boss.id, "確認")

    def seen(self, session: Session, number: int) -> tuple[float, ...]:
        written = self.count(session, Order.order_no == f"A{number}")
        return written, self.replies(session, self.boss.id)


class Redeem(Spoken):
    name = "/核銷"

    def fill(self) -> None:
        terms = self.shop.programme.coupons["birthday_gold"]
        grants = [(member_id, f"test:{member_id}") for member_id in self.ids]
        with self.shop.sessions.begin() as session:
            given = coupons.issue_many(session, terms, grants, now=self.shop.clock())
        self.coupons = [given[source] for _, source in grants]

    def speak(self, number: int) -> None:
        self.shop.platform.say(self.boss.id, f"/核銷 {self.coupons[number].code}")

    def seen(self, session: Session, number: int) -> tuple[float, ...]:
        theirs = select(Coupon.id).where(Coupon.code == self.coupons[number].code)
        used = self.count(session, CouponUse.coupon_id == theirs.scalar_subquery())
        return used, self.replies(session, self.boss.id)
