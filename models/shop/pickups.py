"""Goods handed over: what is owed collected with them, each order once.

The group-buys are held meanwhile and everything is looked at again, so that two who
tap at the same moment do one thing. A pickup is final: what is wrong afterwards is
a refund, which takes back the points and the progress it brought.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import update
from sqlalchemy.orm import Session

from models.base import N_, Refusal
from models.programme import Programme
from models.shop import payments, pickup_days, settlement
from models.shop.bill_records import Bill
from models.shop.orders import Status
from models.shop.payment_records import Method
from models.shop.payments import Booked
from models.shop.pickup_queries import AlreadyPickedUp, Bag, of_orders, waiting
from models.shop.settlement import OrderMoved

__all__ = ["Handed", "NoFee", "forgive", "hand_over", "no_shows", "note_absence", "waiting"]


class NoFee(Refusal):
    buttons = ("/開團中",)

    def __init__(self, order_no: str) -> None:
        super().__init__(
            N_("訂單 {order_no} 沒有要收的保管費（還沒過期、已免收或已取貨）。"), order_no=order_no
        )


class Handed(NamedTuple):
    """Bags that were handed over, and the cash that came with them."""

    bags: list[Bag]
    booked: Booked | None

    @property
    def collected(self) -> int:
        return self.booked.payment.amount if self.booked else 0


def hand_over(
    session: Session,
    member_id: int,
    owed: Mapping[int, int],
    *,
    by: str,
    now: datetime,
    programme: Programme,
) -> Handed:
    """Hand a member's orders over; `owed` is what each (by id) was shown to cost.

    Raises:
        AlreadyPickedUp: one of them is not waiting (any more).
        OrderMoved: by now it costs something else.
    """
    numbers = {bill.order_id: bill.order.order_no for bill in payments.held(session, list(owed))}
    bags = of_orders(session, list(owed), now=now, terms=programme.shop)
    found = {bag.bill.order_id: bag for bag in bags}
    for order_id, shown in owed.items():
        if order_id not in found:
            raise AlreadyPickedUp(numbers.get(order_id, "—"))
        if found[order_id].owed != shown:
            raise OrderMoved(numbers[order_id])
    for bag in bags:
        _charge(session, bag)
    booked = None
    if cash := {order_id: amount for order_id, amount in owed.items() if amount}:
        booked = payments.take(
            session, member_id, cash, method=Method.CASH, by=by, now=now, programme=programme
        )
    for bag in bags:
        bill = bag.bill
        bill.picked_up_at, bill.days_late = now, bag.days_late
        bill.locked_at = bill.locked_at or now
        settlement.settle(session, bill.order, Status.PICKED_UP, now=now, programme=programme)
    session.flush()
    return Handed(bags, booked)


def forgive(session: Session, bag: Bag, *, waived: bool = True) -> None:
    """Ask no storage fee of an order, or ask it again.

    Raises:
        NoFee: there is none, or it was paid already.
    """
    changed = session.scalar(
        update(Bill)
        .where(Bill.order_id == bag.bill.order_id, Bill.fee_waived != waived)
        .where(Bill.picked_up_at.is_(None))
        .values(fee_waived=waived)
        .returning(Bill.order_id)
        .execution_options(synchronize_session=False)
    )
    if changed is None or (waived and not bag.fee):
        raise NoFee(bag.order_no)
    session.refresh(bag.bill)


def no_shows(bags: Sequence[Bag], programme: Programme) -> list[Bag]:
    """Those of the waiting bags for which nobody came, and that are not noted yet."""
    terms = programme.shop
    return [
        bag
        for bag in bags
        if bag.bill.no_show_at is None and pickup_days.is_no_show(bag.days_late, terms)
    ]


def note_absence(
    session: Session, order_ids: Sequence[int], *, now: datetime | None, before: datetime | None
) -> int:
    """Note that nobody came for these (`before` None), or with `now` None that it is not so.

    Only those that still wait and are noted as `before` says; how many there were.
    """
    as_before = Bill.no_show_at.is_(None) if before is None else Bill.no_show_at == before
    changed = session.scalars(
        update(Bill)
        .where(Bill.order_id.in_(order_ids), Bill.picked_up_at.is_(None), as_before)
        .values(no_show_at=now)
        .returning(Bill.order_id)
        .execution_options(synchronize_session=False)
    ).all()
    return len(changed)


def _charge(session: Session, bag: Bag) -> None:
    """Put the fee for keeping an order on its bill."""
    if not bag.fee:
        return
    session.execute(
        update(Bill)
        .where(Bill.order_id == bag.bill.order_id)
        .values(charges=Bill.charges + bag.fee, total=Bill.total + bag.fee)
        .execution_options(synchronize_session=False)
    )
    session.refresh(bag.bill)
