"""What must be true of payments: each is shared out whole, and none is missing on a bill."""

from __future__ import annotations

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from models.shop.bill_records import Bill
from models.shop.orders import Order
from models.shop.payment_records import Payment, PaymentShare, PaymentState
from models.spans import Parts, whole


def verify(session: Session, parts: Parts = whole) -> list[str]:
    """One sentence for each payment or bill whose sums do not agree."""
    return [
        fault
        for find, column in ((_shared, Payment.id), (_booked, Bill.order_id))
        for span in parts(column)
        for fault in find(session, span.holds(column))
    ]


def _shared(session: Session, within: ColumnElement[bool]) -> list[str]:
    shares = (
        select(func.coalesce(func.sum(PaymentShare.amount), 0))
        .where(PaymentShare.payment_id == Payment.id)
        .correlate(Payment)
        .scalar_subquery()
    )
    wrong = select(Payment.id, Payment.amount, shares).where(
        within, Payment.state == PaymentState.CONFIRMED, Payment.amount != shares
    )
    return [
        f"payment {id_} is {amount}, its shares come to {come_to}"
        for id_, amount, come_to in session.execute(wrong)
    ]


def _booked(session: Session, within: ColumnElement[bool]) -> list[str]:
    shares = (
        select(func.coalesce(func.sum(PaymentShare.amount), 0))
        .join(Payment, Payment.id == PaymentShare.payment_id)
        .where(PaymentShare.order_id == Bill.order_id, Payment.state == PaymentState.CONFIRMED)
        .correlate(Bill)
        .scalar_subquery()
    )
    wrong = (
        select(Order.order_no, Bill.paid, shares)
        .join(Bill, Bill.order_id == Order.id)
        .where(within, Bill.paid < shares)
    )
    return [
        f"order {order_no} says {paid} was paid, its payments come to {come_to}"
        for order_no, paid, come_to in session.execute(wrong)
    ]
