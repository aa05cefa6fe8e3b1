"""Conditions on an order that is selected together with its bill: reported as paid, waited for."""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_, exists

from models.shop.bill_records import Bill, Wait, WaitState
from models.shop.orders import Order, Status
from models.shop.payment_records import Payment, PaymentShare, PaymentState

WAITING = (WaitState.WAITING, WaitState.OFFERED)


def reported() -> ColumnElement[bool]:
    """Whether a payment for it still has to be checked."""
    return exists().where(
        PaymentShare.order_id == Order.id,
        Payment.id == PaymentShare.payment_id,
        Payment.state == PaymentState.REPORTED,
    )


def waiting() -> ColumnElement[bool]:
    """Whether it was cancelled, and its member waits in the same group-buy."""
    return and_(
        Order.status == Status.CANCELLED,
        exists().where(
            Wait.member_id == Order.member_id,
            Wait.group_buy_id == Bill.group_buy_id,
            Wait.state.in_(WAITING),
        ),
    )
