"""A payment booked by mistake is taken back: the order is unpaid again, as if it never came.

Only while nothing was built on it: once picked up or refunded, the order stays
as it is. The points it brought are pending by then, and are cancelled in the
ledger; what it earns when it is paid again is another earning.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from models.base import N_, Refusal
from models.loyalty import points
from models.programme import Programme
from models.shop import payments, replenishment_upkeep, settlement, totals
from models.shop.bill_records import Bill
from models.shop.orders import Order, Status
from models.shop.payment_records import Payment, PaymentState


class CannotTakeBack(Refusal):
    buttons = ("/退差額",)

    def __init__(self, order_no: str) -> None:
        super().__init__(
            N_("訂單 {order_no} 已經取貨、退款或退過差額，這筆收款不能復原；要退錢請用 /退款。"),
            order_no=order_no,
        )


def reverse(
    session: Session, number: int, *, by: str, now: datetime, programme: Programme
) -> Payment:
    """Take a booked payment back; what a member reported waits to be checked again.

    Raises:
        NoSuchPayment: there is none.
        AlreadyDecided: it is not booked (any more).
        CannotTakeBack: an order of it was picked up, refunded or handed back meanwhile.
    """
    payment = payments.find(session, number)
    shares = payments.shares_of(session, number)
    bills = payments.held(session, list(shares))
    waits = payment.reported_at is not None
    state = PaymentState.REPORTED if waits else PaymentState.REJECTED
    values = {"state": state, "decided_at": None if waits else now, "decided_by": by}
    taken_back = session.scalar(
        update(Payment)
        .where(Payment.id == number, Payment.state == PaymentState.CONFIRMED)
        .values(**values, deposit_id=None, received_at=None)
        .returning(Payment.id)
        .execution_options(synchronize_session=False)
    )
    if taken_back is None:
        raise payments.AlreadyDecided(number)
    for bill in bills:
        if amount := shares[bill.order_id]:
            _take_back(session, bill, amount, now=now, programme=programme)
    session.refresh(payment)
    return payment


def _take_back(
    session: Session, bill: Bill, amount: int, *, now: datetime, programme: Programme
) -> None:
    changed = session.scalar(
        update(Bill)
        .where(Bill.order_id == bill.order_id, Bill.returned == 0, Bill.refunded == 0)
        .where(Bill.paid >= amount)
        .values(paid=Bill.paid - amount)
        .returning(Bill.order_id)
        .execution_options(synchronize_session=False)
    )
    order_no = bill.order.order_no
    if changed is None:
        raise CannotTakeBack(order_no)
    session.refresh(bill)
    if bill.balance > 0 and bill.order.status == Status.PAID:
        unpay(session, bill.order, now=now, programme=programme)
    elif bill.balance > 0 and bill.order.status != Status.PLACED:
        raise CannotTakeBack(order_no)
    if not bill.paid and bill.order.status == Status.PLACED:
        _unlock(session, bill)


def unpay(session: Session, order: Order, *, now: datetime, programme: Programme) -> None:
    """Bring a paid order back to where it was before, with all that followed from it.

    Raises:
        CannotTakeBack: it is not paid, or something was refunded.
    """
    earned = settlement.earning(order.order_no, order.reopened)
    reopened = session.scalar(
        update(Order)
        .where(Order.id == order.id, Order.status == Status.PAID, Order.refunded == 0)
        .values(status=Status.PLACED, reopened=Order.reopened + 1, changed_at=now)
        .returning(Order.reopened)
        .execution_options(synchronize_session=False)
    )
    if reopened is None:
        raise CannotTakeBack(order.order_no)
    lot = session.scalar(select(points.PointLot.id).where(points.PointLot.source == earned))
    if lot is not None:
        points.cancel_pending(session, earned=earned, source=f"{earned}:unpaid", now=now)
    less = totals.Difference(order.member_id, order.ordered_on, -1, -order.cash)
    totals.change(session, [less], now=now)
    session.refresh(order)
    replenishment_upkeep.follow_orders(session, [order.id])


def _unlock(session: Session, bill: Bill) -> None:
    """Let the member's next call add to this order again, unless they have begun another."""
    other = select(Bill.order_id).where(
        Bill.member_id == bill.member_id,
        Bill.group_buy_id == bill.group_buy_id,
        Bill.locked_at.is_(None),
    )
    if session.scalar(other) is None:
        bill.locked_at = None
        session.flush()
