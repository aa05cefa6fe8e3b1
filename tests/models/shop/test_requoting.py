"""All orders of a group-buy priced at once come to what each does alone."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from models.base import local_day
from models.loyalty import coupons, points, tiers
from models.people.members import Member
from models.programme import CouponTerms, Programme
from models.shop import billing, refunds, requoting
from models.shop.bill_records import Bill
from models.shop.group_buy_records import GroupBuy
from models.shop.group_buy_terms import Delivery, ItemTerms
from models.shop.orders import Order, OrderLine
from models.shop.pricing import Wishes
from tests.models.shop.offers import Counter, member, opened

FEES = ((Delivery.PICKUP, 0), (Delivery.HOME, 100))
KINDS = {
    "some": CouponTerms(key="some", name="some", kind="amount", value=50, min_spend=300),
    "many": CouponTerms(key="many", name="many", kind="amount", value=99, min_spend=880),
    "first": CouponTerms(key="first", name="first", kind="amount", value=30, first_purchase=True),
    "fruit": CouponTerms(key="fruit", name="fruit", kind="percent", value=90, category="水果"),
}
# what each uses: a coupon, points
USES: list[tuple[str, int | None]] = [
    ("", 0),
    ("some", 0),
    ("many", 20),
    ("first", 0),
    ("fruit", 0),
    ("", 150),
    ("", None),
]


class Orders:
    """A group-buy in which bronze and silver members ordered, and used what they had."""

    def __init__(self, session: Session, programme: Programme, now: datetime) -> None:
        self.session, self.programme, self.now = session, programme, now
        mango = ItemTerms(
            *("A", "芒果", 450),
            category="水果",
            options=(("大小", ("小", "大")),),
            option_prices=(("大", 520),),
        )
        eggs = ItemTerms("B", "雞蛋", 165)
        self.offer = opened(session, now, mango, eggs, fees=FEES, free_from=900)
        self.counter = Counter(session, self.offer, programme, now)
        for number, (coupon, spent) in enumerate(USES):
            for silver in (False, True):
                who = self.someone(f"{number}{silver}", silver=silver)
                way = Delivery.HOME if number % 2 else Delivery.PICKUP
                self.counter.call(who, 1, option="大")
                wishes = Wishes(self.codes(who, coupon), spent)
                self.counter.call(who, 1, option="小", wishes=wishes, delivery=way)
        self.counter.call(self.someone("eggs"), 2, code="B")

    def someone(self, name: str, *, silver: bool = False) -> Member:
        """With a thousand points and a coupon of each kind."""
        found, today = member(self.session, name, self.now), local_day(self.now)
        for terms in KINDS.values():
            source = f"{terms.key}:{name}"
            coupons.issue(self.session, terms, found.id, source=source, now=self.now)
        points.opening(
            *(self.session, found.id, 1000),
            source=f"opening:{name}",
            earned_on=today,
            now=self.now,
            terms=self.programme.points,
            reason="",
        )
        if silver:
            before = today - timedelta(days=9)
            tiers.record(
                *(self.session, found.id, 4000),
                source=f"past:{name}",
                ordered_on=before,
                qualified_on=before,
                programme=self.programme,
                now=self.now,
            )
        return found

    def codes(self, who: Member, kind: str) -> tuple[str, ...]:
        query = select(coupons.Coupon.code).where(
            coupons.Coupon.member_id == who.id, coupons.Coupon.name == kind
        )
        return tuple(self.session.scalars(query))

    def cheaper(self) -> GroupBuy:
        self.offer.item("A").price_now -= 60
        self.session.flush()
        return self.offer

    def written(self) -> list[Any]:
        """All that pricing can change."""
        self.session.flush()
        used = select(coupons.Coupon.id, coupons.Coupon.state)
        left = select(points.PointBalance.member_id, points.PointBalance.available)
        tables = [select(*each.__table__.c) for each in (Bill, Order, OrderLine)]
        return [sorted(map(repr, self.session.execute(q))) for q in (*tables, used, left)]


@pytest.fixture
def orders(session: Session, programme: Programme, now: datetime) -> Orders:
    return Orders(session, programme, now)


def test_priced_at_once_they_come_to_what_each_does_alone(orders: Orders):
    session, now, programme = orders.session, orders.now, orders.programme
    offer, before = orders.cheaper(), orders.written()
    with session.begin_nested() as alone:
        for bill in session.scalars(select(Bill).order_by(Bill.order_id)):
            billing.price(session, bill, offer, now=now, programme=programme)
        expected = orders.written()
        alone.rollback()
    session.expire_all()
    [loaded] = session.scalars(select(Bill).order_by(Bill.order_id).limit(1))
    said: list[str] = []
    event.listen(session.connection(), "before_cursor_execute", lambda *of: said.append(of[2]))

    requoting.reprice(session, offer, now=now, programme=programme)

    many = list(session.scalars(select(Bill).order_by(Bill.order_id)))[4:6]
    assert orders.written() == expected != before
    assert [bill.coupons for bill in many] == ["[]", "[]"]  # it asks for more than is left
    assert loaded.total == 850
    # four of which something no longer fits, by themselves, and eleven together
    assert len(said) < 4 * 20 + 12


def test_whoever_paid_more_is_found_without_looking_at_each(orders: Orders):
    session, now, programme = orders.session, orders.now, orders.programme
    bills = list(session.scalars(select(Bill).order_by(Bill.order_id)))
    for bill in bills:
        refunds.receive(session, bill, bill.total, now=now, programme=programme)
    offer = orders.cheaper()

    more = requoting.overpaid(session, offer, now=now, programme=programme)

    plain, _silver, *_others, eggs = bills
    assert more[plain.order_id] == 120
    assert eggs.order_id not in more
