"""Orders that are sent: what goes to whom, who carried it, when it counts as received.

Received is what the shop says (`deliver`), or the end of the days in which goods
may be returned: from then on an order is as good as picked up.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from models.base import N_, Refusal, among, insert
from models.programme import Programme
from models.shop import payments, settlement
from models.shop.bill_records import Bill
from models.shop.orders import Order, Status
from models.shop.shipping_records import Shipment

__all__ = [
    "AlreadyShipped",
    "NotPaidFor",
    "NotShipped",
    "NothingToSend",
    "Shipment",
    "deliver",
    "deliver_due",
    "forget",
    "of_orders",
    "ship",
]


class NothingToSend(Refusal):
    def __init__(self, order_no: str) -> None:
        super().__init__(
            N_("訂單 {order_no} 已經取消、退款或取貨了，不能登記出貨。"), order_no=order_no
        )


class AlreadyShipped(Refusal):
    def __init__(self, order_no: str, carrier: str, number: str) -> None:
        super().__init__(
            N_("訂單 {order_no} 已經用{carrier} {number} 出貨了，單號不同。"),
            order_no=order_no,
            carrier=carrier,
            number=number,
        )


class NotShipped(Refusal):
    def __init__(self, order_no: str) -> None:
        super().__init__(
            N_("訂單 {order_no} 還沒登記出貨，或已經送達；出貨請用「/出貨 單號 物流 物流單號」。"),
            order_no=order_no,
        )


class NotPaidFor(Refusal):
    def __init__(self, order_no: str, owed: int) -> None:
        super().__init__(
            N_("訂單 {order_no} 還有 NT${owed:,} 沒付，先登記收款才能算送達。"),
            order_no=order_no,
            owed=owed,
        )


def of_orders(session: Session, order_ids: Sequence[int]) -> dict[int, Shipment]:
    """How these orders were sent, by order id; those that were not are left out."""
    if not order_ids:
        return {}
    query = select(Shipment).where(among(session, Shipment.order_id, list(order_ids)))
    return {each.order_id: each for each in session.scalars(query)}


def ship(
    session: Session,
    bill: Bill,
    carrier: str,
    number: str,
    *,
    by: str,
    now: datetime,
    instead_of: str | None = None,
) -> bool:
    """Note that an order was sent; False if it was noted so before.

    `instead_of` is the number it had by mistake.

    Raises:
        NothingToSend: it is neither placed nor paid.
        AlreadyShipped: it was sent with another number.
    """
    order_no = bill.order.order_no
    if bill.order.status not in (Status.PLACED, Status.PAID):
        raise NothingToSend(order_no)
    row = {"carrier": carrier, "number": number, "shipped_at": now, "shipped_by": by}
    made = session.scalar(
        insert(session, Shipment)
        .values(order_id=bill.order_id, **row)
        .on_conflict_do_nothing(index_elements=["order_id"])
        .returning(Shipment.order_id)
    )
    if made is None and instead_of is not None:
        made = session.scalar(
            update(Shipment)
            .where(Shipment.order_id == bill.order_id, Shipment.number == instead_of)
            .where(Shipment.delivered_at.is_(None))
            .values(row)
            .returning(Shipment.order_id)
            .execution_options(synchronize_session=False)
        )
    known = session.get_one(Shipment, bill.order_id, populate_existing=True)
    if made is None and known.number != number:
        raise AlreadyShipped(order_no, known.carrier, known.number)
    return made is not None


def forget(session: Session, order_id: int, number: str) -> bool:
    """Take back that an order was sent with this number; False if it has another one now."""
    found = session.get(Shipment, order_id, populate_existing=True)
    if found is None or found.number != number or found.delivered_at is not None:
        return False
    session.delete(found)
    session.flush()
    return True


def deliver(session: Session, order_no: str, *, now: datetime, programme: Programme) -> Bill:
    """Note that an order has reached its member: it is as good as picked up.

    Raises:
        NoSuchOrder: there is none.
        NotShipped: it was not sent, or has arrived already.
        NotPaidFor: something is owed on it.
    """
    [bill] = payments.held(session, [payments.bill_of(session, order_no).order_id])
    arrived = session.scalar(
        update(Shipment)
        .where(Shipment.order_id == bill.order_id, Shipment.delivered_at.is_(None))
        .values(delivered_at=now)
        .returning(Shipment.order_id)
        .execution_options(synchronize_session=False)
    )
    if arrived is None:
        raise NotShipped(order_no)
    if bill.order.status != Status.PAID:
        if bill.order.status != Status.PLACED:
            raise NothingToSend(order_no)
        raise NotPaidFor(order_no, max(bill.balance, 0))
    bill.picked_up_at = now
    settlement.settle(session, bill.order, Status.PICKED_UP, now=now, programme=programme)
    session.flush()
    return bill


def deliver_due(session: Session, *, now: datetime, programme: Programme, limit: int) -> int:
    """Take as received what was sent so long ago that it could not be returned; how many."""
    before = now - timedelta(days=programme.shop.return_days)
    paid = select(Order.id).where(Order.id == Shipment.order_id, Order.status == Status.PAID)
    number = select(Order.order_no).where(Order.id == Shipment.order_id)
    query = (
        # not a join: of the few that are due, not of the many that are paid
        select(number.correlate(Shipment).scalar_subquery())
        .select_from(Shipment)
        .where(Shipment.delivered_at.is_(None), Shipment.shipped_at <= before)
        .where(paid.correlate(Shipment).exists())
        .order_by(Shipment.shipped_at)
        .limit(limit)
    )
    found = session.scalars(query).all()
    for order_no in found:
        deliver(session, order_no, now=now, programme=programme)
    return len(found)
