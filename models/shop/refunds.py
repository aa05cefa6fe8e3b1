"""Money that comes in for an order, and money that goes back, with all that follows from it.

Points that were spent on an order go back in proportion, those it earned are
taken back; at the last NT$ nothing of it is left.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, true, update
from sqlalchemy.orm import Session

from models.base import N_, Refusal
from models.loyalty import points
from models.programme import Programme
from models.shop import billing, requoting, settlement
from models.shop.bill_records import Bill
from models.shop.group_buy_records import GroupBuy
from models.shop.orders import BOUGHT, OrderLine, Status
from models.shop.shares import drop


class NothingOwed(Refusal):
    def __init__(self, order_no: str) -> None:
        super().__init__(N_("訂單 {order_no} 沒有要收的款項。"), order_no=order_no)


class RefundTooMuch(Refusal):
    def __init__(self, order_no: str, most: int) -> None:
        super().__init__(
            N_("訂單 {order_no} 最多還能退 NT${most:,}，請確認金額。"),
            order_no=order_no,
            most=most,
        )
        self.most = most


def receive(
    session: Session,
    bill: Bill,
    amount: int,
    *,
    now: datetime,
    programme: Programme,
    seen: int | None = None,
) -> Bill:
    """Book money that came in for an order; it is paid once nothing is owed.

    More than is owed stays as a balance in the member's favour, and so does all of
    it if the order was cancelled meanwhile. With `seen`, only if that much had been
    paid of it so far. `models.shop.payments` is the door for money of members.

    Raises:
        NothingOwed: the order was refunded, or `amount` is below one.
        OrderMoved: something else was paid meanwhile.
    """
    if amount < 1 or bill.order.status == Status.REFUNDED:
        raise NothingOwed(bill.order.order_no)
    _change(session, bill, paid=amount, only=None if seen is None else Bill.paid == seen)
    bill.locked_at = bill.locked_at or now
    if bill.order.status == Status.PLACED and bill.balance <= 0:
        settlement.settle(session, bill.order, Status.PAID, now=now, programme=programme)
    session.flush()
    return bill


def hand_back(session: Session, bill: Bill, amount: int, *, seen: int | None = None) -> Bill:
    """Book money that was given back to the member; with `seen`, only if so much was before.

    Raises:
        RefundTooMuch: less is to be given back.
        OrderMoved: something else was given back meanwhile.
    """
    owed = -bill.balance
    if not 1 <= amount <= owed:
        raise RefundTooMuch(bill.order.order_no, max(owed, 0))
    before = bill.returned if seen is None else seen
    _change(session, bill, returned=amount, only=Bill.returned == before)
    return bill


def not_handed_back(session: Session, bill: Bill, amount: int) -> Bill:
    """Take back that money was given back: it was booked by mistake.

    Raises:
        OrderMoved: not that much was given back.
    """
    _change(session, bill, returned=-amount, only=Bill.returned >= amount)
    return bill


def refund(
    session: Session,
    bill: Bill,
    amount: int | None,
    *,
    now: datetime,
    programme: Programme,
    seen: int | None = None,
) -> int:
    """Undo a paid order, or `amount` NT$ of it; how much is to be given back for this.

    Goods come first, shipping last. With `seen`, only if that much was refunded so far.

    Raises:
        RefundTooMuch: less is left of what was paid.
        CannotBecome: nothing was paid yet; it is to be cancelled instead.
        OrderMoved: something else was refunded meanwhile.
    """
    order = bill.order
    left = bill.total - bill.refunded
    if Status(order.status) not in BOUGHT:
        raise settlement.CannotBecome(order.order_no, Status.REFUNDED)
    wanted = left if amount is None else amount
    # an order paid with points alone goes back whole, for NT$0
    if not (0 if amount is None else 1) <= wanted <= left:
        raise RefundTooMuch(order.order_no, left)
    if wanted == left:
        billing.release(session, bill, now=now)
        settlement.settle(session, order, Status.REFUNDED, now=now, programme=programme)
    elif goods := min(wanted, order.cash - order.refunded):
        before = order.refunded
        settlement.refund_part(session, order, goods, now=now, programme=programme)
        _return_points(session, bill, before, now=now)
    _change(session, bill, refunded=wanted, only=None if seen is None else Bill.refunded == seen)
    return wanted


def cut(
    session: Session,
    group_buy: GroupBuy,
    bill: Bill,
    line: OrderLine,
    quantity: int,
    *,
    now: datetime,
    programme: Programme,
) -> int:
    """Take shares out of an order that cannot be had; how much is to be given back for them.

    What was not paid yet is priced again; of what was paid, the line's part goes back.
    """
    amount = -(-line.amount * quantity // line.quantity)  # rounded up, for the member
    if bill.order.status not in BOUGHT:
        drop(session, group_buy, line, quantity)
        if billing.lines_of(session, bill.order_id):
            billing.price(session, bill, group_buy, now=now, programme=programme)
        else:
            billing.cancel(session, bill, now=now, programme=programme)
        return max(-bill.balance, 0)
    line.amount -= amount
    drop(session, group_buy, line, quantity)
    if not billing.lines_of(session, bill.order_id):
        return refund(session, bill, None, now=now, programme=programme)
    return refund(session, bill, amount, now=now, programme=programme) if amount else 0


def give_difference(
    session: Session,
    group_buy: GroupBuy,
    refunded: dict[int, int],
    *,
    now: datetime,
    programme: Programme,
) -> None:
    """Give back what those overpaid who had paid before the prices came down.

    Adds what is to be given back to `refunded`, by order id.
    """
    for order_id, less in requoting.overpaid(
        session, group_buy, now=now, programme=programme
    ).items():
        refund(session, session.get_one(Bill, order_id), less, now=now, programme=programme)
        refunded[order_id] = refunded.get(order_id, 0) + less


def _return_points(session: Session, bill: Bill, before: int, *, now: datetime) -> None:
    """Give points spent on an order back, as much of them as of its cash was refunded."""
    order = bill.order
    due = [
        points.share(bill.points, part=part, whole=order.cash) for part in (before, order.refunded)
    ]
    if due[1] > due[0]:
        spent = billing.points_source(bill)
        points.give_back(
            session,
            spent=spent,
            source=f"{spent}:back:{order.refunded}",
            points=due[1] - due[0],
            now=now,
            reason=N_("退回訂單 {order_no} 的折抵").format(order_no=order.order_no),
        )


def _change(
    session: Session, bill: Bill, *, only: ColumnElement[bool] | None = None, **more: int
) -> None:
    """Add to sums of a bill, by one update.

    Raises:
        OrderMoved: it is not (any more) as `only` says.
    """
    session.flush()
    values = {name: getattr(Bill, name) + amount for name, amount in more.items()}
    changed = session.scalar(
        update(Bill)
        .where(Bill.order_id == bill.order_id, true() if only is None else only)
        .values(values)
        .returning(Bill.order_id)
        .execution_options(synchronize_session=False)
    )
    if changed is None:
        raise settlement.OrderMoved(bill.order.order_no)
    session.refresh(bill)
