"""Who agrees to get a part of an order, and what becomes of a shortage afterwards.

Consent counts from then on; whoever was cut already gets what is spare of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from models.base import N_, Refusal, local_day
from models.programme import Programme
from models.shop import billing, group_buys, shares, supply_counts
from models.shop.bill_records import Bill, Wait, WaitState
from models.shop.group_buy_records import GroupBuy, Stage
from models.shop.orders import Order, Status
from models.shop.shares import Want
from models.shop.supply_records import Shortage, ShortageCut
from models.shop.supply_totals import OPEN

RUNNING = (Stage.OPEN, Stage.CLOSED, Stage.ARRIVED)


class NothingToSplit(Refusal):
    buttons = ("我的訂單",)

    def __init__(self) -> None:
        super().__init__(N_("你目前沒有進行中的訂單，下單後才能設定要不要拆單。"))


class NotUndoable(Refusal):
    buttons = ("/退差額",)

    def __init__(self, order_no: str) -> None:
        super().__init__(
            N_(
                "訂單 {order_no} 已付的款項已經算進退款，或缺的份已經另外處理，"
                "缺貨不能自動復原；請用 /代喊 補登，退款用 /退差額 看。"
            ),
            order_no=order_no,
        )


@dataclass(frozen=True)
class Part:
    """Shares somebody takes of what they were cut; `bill` has them now."""

    group_buy: GroupBuy
    wait: Wait
    quantity: int
    bill: Bill


def consent(session: Session, member_id: int, order_no: str | None, *, splits: bool) -> list[str]:
    """Note whether a member's orders under way may be filled in part; which these are.

    Raises:
        NothingToSplit: they have none, or not this one.
    """
    running = select(GroupBuy.id).where(GroupBuy.stage.in_(RUNNING))
    query = (
        select(Bill)
        .join(Order, Order.id == Bill.order_id)
        .where(
            Bill.member_id == member_id,
            Bill.group_buy_id.in_(running),
            Order.status.in_(OPEN),
        )
        .order_by(Bill.order_id)
    )
    bills = [bill for bill in session.scalars(query) if order_no in (None, bill.order.order_no)]
    for bill in bills:
        bill.split_ok = splits
    if not bills and not (splits and _cuts_of(session, member_id)):
        raise NothingToSplit
    session.flush()
    return [bill.order.order_no for bill in bills]


def take_parts(
    session: Session, member_id: int, *, now: datetime, programme: Programme
) -> list[Part]:
    """Give a member, out of what is spare, a part of what a shortage cut them."""
    taken = []
    for cut, number in _cuts_of(session, member_id):
        group_buy = group_buys.hold(session, number)
        if group_buy.stage not in supply_counts.COMING:
            continue
        part = _take(session, group_buy, cut, now=now, programme=programme)
        if part is not None:
            taken.append(part)
    return taken


def undo(
    session: Session,
    shortage_id: int,
    before: int | None,
    *,
    now: datetime,
    programme: Programme,
) -> list[Bill]:
    """Put back what a shortage cut: the goods came after all. `before` was the supply.

    The orders that have it again, perhaps new ones.

    Raises:
        NotUndoable: money was counted to be given back, or a share went elsewhere.
    """
    shortage = session.get_one(Shortage, shortage_id)
    group_buy = supply_counts.held(session, shortage.group_buy_id)
    rows = _cuts(session, shortage_id)
    for wait, bill in rows:
        spent = bill.paid > 0 or bill.order.status not in (Status.PLACED, Status.CANCELLED)
        if spent or wait.state != WaitState.WAITING:
            raise NotUndoable(bill.order.order_no)
    undone = session.scalar(
        update(Shortage)
        .where(Shortage.id == shortage_id, Shortage.undone_at.is_(None))
        .values(undone_at=now, spare=0)
        .returning(Shortage.id)
    )
    if undone is None:
        raise group_buys.WrongStage(group_buy)
    item = shares.item_of(group_buy, shortage.item_id)
    item.supply = None if before is None else (item.supply or 0) + shortage.quantity
    session.flush()
    restored = [
        _into_order(session, group_buy, wait, wait.quantity, bill, now=now, programme=programme)
        for wait, bill in rows
        if shares.take_stock(session, item, wait.quantity)
    ]
    return list({bill.order_id: bill for bill in restored}.values())


def _cuts_of(session: Session, member_id: int) -> Sequence[tuple[ShortageCut, int]]:
    """What a member was cut, waits for still, and might get a part of; the oldest first."""
    query = (
        select(ShortageCut, Shortage.group_buy_id)
        .join(Shortage, Shortage.id == ShortageCut.shortage_id)
        .join(Wait, Wait.id == ShortageCut.wait_id)
        .where(
            ShortageCut.member_id == member_id,
            Shortage.spare > 0,
            Wait.state == WaitState.WAITING,
        )
        .order_by(ShortageCut.wait_id)
    )
    return [(cut, number) for cut, number in session.execute(query)]


def _cuts(session: Session, shortage_id: int) -> list[tuple[Wait, Bill]]:
    query = (
        select(Wait, Bill)
        .join(ShortageCut, ShortageCut.wait_id == Wait.id)
        .join(Bill, Bill.order_id == ShortageCut.order_id)
        .where(ShortageCut.shortage_id == shortage_id)
        .order_by(Wait.id)
    )
    return [(wait, bill) for wait, bill in session.execute(query)]


def _take(
    session: Session,
    group_buy: GroupBuy,
    cut: ShortageCut,
    *,
    now: datetime,
    programme: Programme,
) -> Part | None:
    shortage = session.get_one(Shortage, cut.shortage_id, populate_existing=True)
    wait = session.get_one(Wait, cut.wait_id, populate_existing=True)
    quantity = min(shortage.spare, wait.quantity)
    item = shares.item_of(group_buy, wait.item_id)
    free = wait.state == WaitState.WAITING and quantity > 0
    if not free or not shares.take_stock(session, item, quantity):
        return None
    shortage.spare -= quantity
    bill = session.get_one(Bill, cut.order_id)
    into = _into_order(session, group_buy, wait, quantity, bill, now=now, programme=programme)
    return Part(group_buy, wait, quantity, into)


def _into_order(
    session: Session,
    group_buy: GroupBuy,
    wait: Wait,
    quantity: int,
    before: Bill,
    *,
    now: datetime,
    programme: Programme,
) -> Bill:
    """Make shares that were taken for a wait part of an order, like the one they were cut from."""
    if quantity == wait.quantity:
        wait.state = WaitState.TAKEN
    else:
        wait.quantity -= quantity
    existing = shares.open_bill(session, group_buy.id, wait.member_id)
    want = Want(wait.item_id, wait.option, quantity, wait.person)
    bill = shares.add(session, group_buy, wait.member_id, existing, want, now=now)
    if existing is None:
        bill.delivery, bill.split_ok = before.delivery, before.split_ok
        bill.recipient_sealed, bill.phone_sealed = before.recipient_sealed, before.phone_sealed
        bill.address_sealed = before.address_sealed
        if before.due_on is not None:
            days = timedelta(days=programme.shop.payment_days)
            bill.due_on = max(before.due_on, local_day(now) + days)
    billing.price(session, bill, group_buy, now=now, programme=programme)
    return bill
