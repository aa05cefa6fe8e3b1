"""What must be true of group-buys: the stock is what the orders have, the bills what they cost."""

from __future__ import annotations

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from models.shop.bill_records import Bill, Wait, WaitState
from models.shop.group_buy_records import Item
from models.shop.orders import Order, OrderLine, Status
from models.spans import Parts, whole


def verify(session: Session, parts: Parts = whole) -> list[str]:
    """One sentence for each item or order whose figures are not those of its lines."""
    return [
        fault
        for find, column in ((_taken, Item.id), (_cash, Bill.order_id), (_lines, Bill.order_id))
        for span in parts(column)
        for fault in find(session, span.holds(column))
    ]


def _taken(session: Session, within: ColumnElement[bool]) -> list[str]:
    ordered = (
        select(func.coalesce(func.sum(OrderLine.quantity), 0))
        .join(Order, Order.id == OrderLine.order_id)
        .where(OrderLine.item_id == Item.id, Order.status != Status.CANCELLED)
        .correlate(Item)
        .scalar_subquery()
    )
    held = (
        select(func.coalesce(func.sum(Wait.quantity), 0))
        .where(Wait.item_id == Item.id, Wait.state == WaitState.OFFERED)
        .correlate(Item)
        .scalar_subquery()
    )
    wrong = select(Item.id, Item.taken, ordered + held).where(within, Item.taken != ordered + held)
    return [
        f"item {id_} says {taken} shares are taken, its orders have {are}"
        for id_, taken, are in session.execute(wrong)
    ]


def _cash(session: Session, within: ColumnElement[bool]) -> list[str]:
    goods = Bill.total - Bill.shipping + Bill.shipping_discount - Bill.charges
    wrong = (
        select(Order.order_no, Order.cash, goods)
        .join(Bill, Bill.order_id == Order.id)
        .where(within, Order.cash != goods)
    )
    return [
        f"order {order_no} says {cash} for its goods, its bill {are}"
        for order_no, cash, are in session.execute(wrong)
    ]


def _lines(session: Session, within: ColumnElement[bool]) -> list[str]:
    amounts = (
        select(func.coalesce(func.sum(OrderLine.amount), 0))
        .where(OrderLine.order_id == Order.id)
        .correlate(Order)
        .scalar_subquery()
    )
    wrong = (
        select(Order.order_no, Order.cash, amounts)
        .join(Bill, Bill.order_id == Order.id)
        .where(within, Order.status == Status.PLACED, Order.cash != amounts)
    )
    return [
        f"order {order_no} says {cash} for its goods, its lines {are}"
        for order_no, cash, are in session.execute(wrong)
    ]
