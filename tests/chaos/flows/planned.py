"""What the clock brings, each day for another person."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy.orm import Session

from models.loyalty import points
from models.loyalty.coupons import Coupon
from models.people.members import Member
from tests.chaos.flow import ORDER_COLUMNS, Planned


class Birthday(Planned):
    name = key = "birthday"
    hour = 9

    def member(self, number: int) -> Member:
        born = super().member(number)
        born.birth_month, born.birth_day = self.day(number).month, self.day(number).day
        return born

    def seen(self, session: Session, number: int) -> tuple[float, ...]:
        gifts = self.count(session, Coupon.member_id == self.ids[number])
        return gifts, *super().seen(session, number)


class Replenishment(Planned):
    name = key = "replenishment"
    hour = 10

    def fill(self) -> None:
        lines = [
            f"R{number},{user},{self.day(number) - timedelta(days=27)},奶粉,1,900,picked_up,30\n"
            for number, user in enumerate(self.users)
        ]
        report = self.shop.imports("orders", ORDER_COLUMNS + "".join(lines))
        assert report.committed, report.json()


class PointsExpiring(Planned):
    name = key = "points_expiring"
    hour = 10

    def fill(self) -> None:
        terms = self.shop.programme.points
        early = timedelta(days=terms.valid_days - terms.remind_days)
        earnings = [
            points.Earning(member_id, 30, f"test:{number}", self.day(number) - early)
            for number, member_id in enumerate(self.ids)
            if member_id is not None
        ]
        with self.shop.sessions.begin() as session:
            points.earn_many(session, earnings, now=self.shop.clock(), terms=terms)
