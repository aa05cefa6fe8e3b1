"""Shares of a group-buy: taken from the stock into a member's order, and put back.

The group-buy is held (`group_buys.hold`) by whoever calls anything here; the
stock is guarded by a conditional update besides.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from models.base import N_, Refusal
from models.shop import group_buys, orders
from models.shop.bill_records import Bill, Wait, WaitState
from models.shop.group_buy_records import GroupBuy, Item
from models.shop.orders import Order, OrderDraft, OrderLine, OrderNumberTaken, Status

CODE_DIGITS = 6


class OverLimit(Refusal):
    buttons = ("我的訂單",)

    def __init__(self, name: str, limit: int, had: int) -> None:
        super().__init__(
            N_("「{name}」每人限 {limit} 份，你已經有 {had} 份，請減少數量。"),
            name=name,
            limit=limit,
            had=had,
        )
        self.limit, self.had = limit, had


class OptionGone(Refusal):
    buttons = ("團購", "我的訂單")

    def __init__(self, name: str, value: str) -> None:
        super().__init__(
            N_("「{name}」的「{value}」剛剛改了，請看「團購」再喊一次。"), name=name, value=value
        )


class Want(NamedTuple):
    """So many more of an item, or fewer, for somebody; "" is the caller."""

    item_id: int
    option: str
    quantity: int
    person: str = ""

    @property
    def key(self) -> tuple[int, str, str]:
        return self.item_id, self.option, self.person


def item_of(group_buy: GroupBuy, item_id: int | None) -> Item:
    """One of the items of a group-buy."""
    return next(item for item in group_buy.items if item.id == item_id)


def take_stock(session: Session, item: Item, quantity: int) -> bool:
    """Take so many shares of an item, all or none; below zero gives them back."""
    after = Item.taken + quantity
    there_are = Item.stock.is_(None) | (after <= Item.stock)
    they_came = Item.supply.is_(None) | (after <= Item.supply)
    taken = session.scalar(
        update(Item)
        .where(Item.id == item.id, there_are, they_came)
        .values(taken=after)
        .returning(Item.taken)
        .execution_options(synchronize_session=False)
    )
    session.refresh(item, ["taken"])
    return taken is not None


def open_bill(session: Session, group_buy_id: int, member_id: int) -> Bill | None:
    """The bill to which a member's next call adds."""
    return session.scalar(
        select(Bill).where(
            Bill.member_id == member_id,
            Bill.group_buy_id == group_buy_id,
            Bill.locked_at.is_(None),
        )
    )


def add(
    session: Session,
    group_buy: GroupBuy,
    member_id: int,
    bill: Bill | None,
    want: Want,
    *,
    now: datetime,
) -> Bill:
    """Put shares that were taken from the stock into a member's order, opened if need be."""
    bill = bill or _open(session, group_buy, member_id, now=now)
    session.add(
        OrderLine(
            order_id=bill.order_id,
            product_id=item_of(group_buy, want.item_id).product_id,
            quantity=want.quantity,
            amount=0,
            item_id=want.item_id,
            option=want.option,
            person=want.person,
        )
    )
    session.flush()
    return bill


def drop(session: Session, group_buy: GroupBuy, line: OrderLine, quantity: int) -> None:
    """Take shares out of a line, the line with its last one, and put them back into stock."""
    take_stock(session, item_of(group_buy, line.item_id), -quantity)
    if line.quantity == quantity:
        session.delete(line)
    else:
        line.quantity -= quantity
    session.flush()


def lines_of(session: Session, bill: Bill, want: Want) -> Sequence[OrderLine]:
    """The lines of an order that are of this kind, the latest first."""
    query = select(OrderLine).where(
        OrderLine.order_id == bill.order_id,
        OrderLine.item_id == want.item_id,
        OrderLine.option == want.option,
        OrderLine.person == want.person,
    )
    return session.scalars(query.order_by(OrderLine.id.desc())).all()


def check_option(item: Item, option: str) -> None:
    """Raises `OptionGone` for a value that was taken off sale since somebody chose it."""
    offered = {value for _axis, values in item.as_read().options for value in values}
    for value in option.split("/") if option else ():
        if value not in offered:
            raise OptionGone(item.name, value)


def keep_limit(session: Session, item: Item, member_id: int, more: int) -> None:
    """Raises `OverLimit` if `more` shares of an item are too many for one member."""
    if item.limit is None:
        return
    had = of_member(session, item.id, member_id)
    if had + more > item.limit:
        raise OverLimit(item.name, item.limit, had)


def of_member(session: Session, item_id: int, member_id: int) -> int:
    """How many shares of an item a member has or waits for."""
    ordered = (
        select(func.coalesce(func.sum(OrderLine.quantity), 0))
        .join(Order, Order.id == OrderLine.order_id)
        .where(
            OrderLine.item_id == item_id,
            Order.member_id == member_id,
            Order.status != Status.CANCELLED,
        )
    )
    waited = select(func.coalesce(func.sum(Wait.quantity), 0)).where(
        Wait.item_id == item_id,
        Wait.member_id == member_id,
        Wait.state.in_((WaitState.WAITING, WaitState.OFFERED)),
    )
    return int(session.scalar(ordered) or 0) + int(session.scalar(waited) or 0)


def _open(session: Session, group_buy: GroupBuy, member_id: int, *, now: datetime) -> Bill:
    order = _numbered(session, group_buy, member_id, now=now)
    code = f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}d}"
    bill = Bill(
        order_id=order.id,
        group_buy_id=group_buy.id,
        member_id=member_id,
        order=order,
        pickup_code=code,
        delivery=next(iter(group_buy.deliveries)),
    )
    session.add(bill)
    session.flush()
    return bill


def _numbered(session: Session, group_buy: GroupBuy, member_id: int, *, now: datetime) -> Order:
    """An order with the group-buy's next number that no imported order has."""
    while True:
        order_no = f"{group_buy.id}-{group_buys.next_number(session, group_buy)}"
        try:
            return orders.place(session, OrderDraft(order_no, member_id, now, ()), now=now)
        except OrderNumberTaken:
            continue
