"""Money, points, coupons and tiers agree whatever is paid, refunded and handed back, in any order.

A notebook of whole sums is kept beside: what came, what went back, what was undone.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select
from sqlalchemy.orm import Session, sessionmaker

from models.base import Refusal, local_day
from models.insight import invariants
from models.loyalty import coupons, points, tiers
from models.loyalty.tiers_records import TierCredit
from models.programme import Programme
from models.shop import billing, ordering, payment_reversals, payments, refunds, settlement
from models.shop.bill_records import Bill
from models.shop.group_buy_terms import Delivery, ItemTerms
from models.shop.orders import BOUGHT, Status
from models.shop.payment_records import Method, Payment, PaymentShare, PaymentState
from models.shop.pricing import Wishes
from models.shop.shares import Want
from models.shop.totals_records import MemberTotals
from models.terms import CouponTerms
from tests.models.shop.offers import member, opened

FIFTY = CouponTerms("fifty", "NT$50 券", "amount", 50, min_spend=300)
GIFT = 300
ACTS = ("order", "pay", "pay", "pay", "undo", "refund", "cut", "cancel", "back", "pick", "spend")
STEP = st.tuples(st.sampled_from(ACTS), st.integers(0, 9), st.integers(0, 9))


@dataclass
class Noted:
    """What the notebook says of an order."""

    paid: int = 0
    refunded: int = 0
    returned: int = 0


@dataclass
class Till:
    """A member's orders in one group-buy with shipping, and what was noted of each."""

    session: Session
    now: datetime
    programme: Programme
    noted: dict[int, Noted] = field(default_factory=dict)
    took: list[tuple[int, dict[int, int]]] = field(default_factory=list)
    spent: int = 0
    at: dict[str, Any] = field(init=False)

    def __post_init__(self) -> None:
        self.at = {"now": self.now, "programme": self.programme}
        items = (ItemTerms("A", "芒果", 455), ItemTerms("B", "雞蛋", 165))
        fees = ((Delivery.HOME, 80),)
        self.offer = opened(self.session, self.now, *items, fees=fees)
        self.mei = member(self.session, "小美", self.now)
        self.earn(GIFT, "gift")
        coupons.issue(self.session, FIFTY, self.mei.id, source="hand", now=self.now)

    def earn(self, amount: int, source: str) -> None:
        points.earn(
            self.session,
            self.mei.id,
            amount,
            source=source,
            earned_on=local_day(self.now),
            now=self.now,
            terms=self.programme.points,
            reason="贈點",
        )

    def bills(self) -> list[Bill]:
        query = select(Bill).where(Bill.member_id == self.mei.id).order_by(Bill.order_id)
        return list(self.session.scalars(query))

    def does(self, act: str, which: int, how: int) -> None:
        """Do it, or be refused and leave everything as it was."""
        doing: Callable[[Bill | None, int], Callable[[], None]] = getattr(self, f"_{act}")
        bills = self.bills()
        bill = bills[which % len(bills)] if bills else None
        if bill is None and act != "order":
            return
        try:
            with self.session.begin_nested():
                note = doing(bill, how)
        except Refusal:
            return
        note()

    def _order(self, _bill: Bill | None, how: int) -> Callable[[], None]:
        item = self.offer.items[how % 2].id
        want = Want(item, "", how % 4 + 1)
        wishes = (None, Wishes(points=None), Wishes(points=37))[how % 3]
        ordering.call(self.session, self.offer.id, self.mei, [want], wishes=wishes, **self.at)
        return lambda: [self.noted.setdefault(b.order_id, Noted()) for b in self.bills()] and None

    def _pay(self, bill: Bill, how: int) -> Callable[[], None]:
        owed = max(bill.balance, 1)
        shares = {bill.order_id: (owed, owed, owed // 2 + 1, owed + 30, 7)[how % 5]}
        booked = payments.take(
            self.session, self.mei.id, shares, method=Method.CASH, by="boss", **self.at
        )

        def note() -> None:
            self.noted[bill.order_id].paid += shares[bill.order_id]
            self.took.append((booked.payment.id, shares))

        return note

    def _undo(self, _bill: Bill, how: int) -> Callable[[], None]:
        if not self.took:
            return lambda: None
        number, shares = self.took[how % len(self.took)]
        payment_reversals.reverse(self.session, number, by="boss", **self.at)

        def note() -> None:
            self.took.remove((number, shares))
            for order_id, amount in shares.items():
                self.noted[order_id].paid -= amount

        return note

    def _refund(self, bill: Bill, how: int) -> Callable[[], None]:
        amount = (None, 1, 99, 100, bill.total // 2 or 1)[how % 5]
        given_back = refunds.refund(self.session, bill, amount, **self.at)
        return lambda: self._add(bill, "refunded", given_back)

    def _cut(self, bill: Bill, how: int) -> Callable[[], None]:
        lines = billing.lines_of(self.session, bill.order_id)
        if not lines or bill.order.status not in (Status.PLACED, *BOUGHT):
            return lambda: None
        paid = bill.order.status in BOUGHT
        less = refunds.cut(self.session, self.offer, bill, lines[how % len(lines)], 1, **self.at)
        return lambda: self._add(bill, "refunded", less if paid else 0)

    def _cancel(self, _bill: Bill, _how: int) -> Callable[[], None]:
        ordering.cancel(self.session, self.offer.id, self.mei, **self.at)
        return lambda: None

    def _back(self, bill: Bill, how: int) -> Callable[[], None]:
        amount = -bill.balance if how % 2 else 5
        refunds.hand_back(self.session, bill, amount)
        return lambda: self._add(bill, "returned", amount)

    def _pick(self, bill: Bill, _how: int) -> Callable[[], None]:
        settlement.settle(self.session, bill.order, Status.PICKED_UP, **self.at)
        return lambda: None

    def _spend(self, _bill: Bill, how: int) -> Callable[[], None]:
        """Points go elsewhere."""
        source = f"elsewhere:{self.spent}:{len(self.took)}:{how}"
        points.spend(self.session, self.mei.id, how, source=source, now=self.now, reason="兌換")

        def note() -> None:
            self.spent += how

        return note

    def _add(self, bill: Bill, name: str, amount: int) -> None:
        noted = self.noted[bill.order_id]
        setattr(noted, name, getattr(noted, name) + amount)

    def agree(self) -> None:
        """Everything that is kept twice is the same both times."""
        self.session.flush()
        self.session.expire_all()
        pending = wanted = 0
        spend = orders = counted = 0
        for bill in self.bills():
            order, noted = bill.order, self.noted[bill.order_id]
            assert (bill.paid, bill.refunded, bill.returned) == (
                noted.paid,
                noted.refunded,
                noted.returned,
            )
            due = 0 if order.status == Status.CANCELLED else bill.total - noted.refunded
            assert bill.balance == due - noted.paid + noted.returned
            if order.status == Status.CANCELLED:
                continue
            assert order.refunded == min(noted.refunded, order.cash)
            earned = order.cash // 100
            if order.status != Status.REFUNDED:
                back = points.share(bill.points, part=order.refunded, whole=order.cash)
                wanted -= bill.points - back
            if order.status in BOUGHT:
                kept = earned - points.share(earned, part=order.refunded, whole=order.cash)
                wanted += kept
                pending += kept if order.status == Status.PAID else 0
                spend, orders = spend + order.cash - order.refunded, orders + 1
            if order.status == Status.PICKED_UP:
                counted += order.cash - order.refunded
        self._points_are(wanted, pending)
        self._sums_are(spend, orders, counted)
        self._shares_are()

    def _points_are(self, wanted: int, pending: int) -> None:
        has = points.balance(self.session, self.mei.id, self.now)
        assert has.pending == pending
        assert has.available + has.pending - has.debt == GIFT - self.spent + wanted

    def _sums_are(self, spend: int, orders: int, counted: int) -> None:
        totals = self.session.get(MemberTotals, self.mei.id)
        has = (totals.orders, totals.spend) if totals else (0, 0)
        assert has == (orders, spend)
        credit = func.coalesce(func.sum(TierCredit.amount - TierCredit.refunded), 0)
        mine = select(credit).where(TierCredit.member_id == self.mei.id)
        assert self.session.scalar(mine) == counted

    def _shares_are(self) -> None:
        booked = (
            select(PaymentShare.order_id, func.sum(PaymentShare.amount))
            .join(Payment, Payment.id == PaymentShare.payment_id)
            .where(Payment.state == PaymentState.CONFIRMED)
            .group_by(PaymentShare.order_id)
        )
        sums = dict(self.session.execute(booked).all())
        assert {n: noted.paid for n, noted in self.noted.items() if noted.paid} == {
            n: amount for n, amount in sums.items() if amount
        }

    def undo_all(self) -> None:
        """Cancel, refund and hand back everything."""
        for bill in self.bills():
            if bill.order.status in BOUGHT:
                self.does_to(bill, self._refund, 0)
            elif bill.order.status == Status.PLACED:
                billing.cancel(self.session, bill, **self.at)
                for line in billing.lines_of(self.session, bill.order_id):
                    ordering.shares.take_stock(
                        self.session,
                        ordering.shares.item_of(self.offer, line.item_id),
                        -line.quantity,
                    )
            if bill.balance < 0:
                self.does_to(bill, self._back, 1)

    def does_to(
        self, bill: Bill, act: Callable[[Bill, int], Callable[[], None]], how: int
    ) -> None:
        act(bill, how)()

    def is_as_before(self) -> None:
        has = points.balance(self.session, self.mei.id, self.now)
        assert (has.pending, has.available - has.debt) == (0, GIFT - self.spent)
        wallet = coupons.wallet(self.session, self.mei.id, self.now)
        assert [each.name for each in wallet.usable] == [FIFTY.name]
        today = local_day(self.now)
        standing = tiers.standing(self.session, self.mei.id, today=today, programme=self.programme)
        assert standing.tier == self.programme.tiers[0]
        assert all(bill.balance == 0 for bill in self.bills())


@settings(
    max_examples=10,
    # a shorter sequence says little more, and takes minutes to be found
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(steps=st.lists(STEP, min_size=12, max_size=25))
def test_after_everything_went_back_all_is_as_it_was_before(
    sessions: sessionmaker[Session],
    now: datetime,
    programme: Programme,
    steps: list[tuple[str, int, int]],
):
    with sessions() as session:
        till = Till(session, now, programme)
        for step in (("order", 0, 3), *steps):
            till.does(*step)
            till.agree()
        till.undo_all()
        till.agree()
        till.is_as_before()
        assert invariants.check(session) == []
        session.rollback()
