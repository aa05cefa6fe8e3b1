"""Orders as the shop looks them up: a group-buy's, page by page, and one by its number."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.base import N_, Refusal, among
from models.people.members import Member
from models.shop.bill_records import Bill
from models.shop.group_buy_records import Item
from models.shop.orders import Order, OrderLine, Status


class UnknownOrder(Refusal):
    buttons = ("/開團中",)

    def __init__(self, order_no: str) -> None:
        super().__init__(
            N_("找不到訂單 {order_no}，請用「/訂單 團號」看單號。"), order_no=order_no[:40]
        )


def page(session: Session, number: int, *, first: int, size: int) -> list[tuple[Bill, str, str]]:
    """Orders of a group-buy from the `first` on, one more than `size`: bill, name, what is in it.

    Those that were cancelled are left out.
    """
    query = (
        select(Bill, Member.name)
        .join(Order, Order.id == Bill.order_id)
        .join(Member, Member.id == Bill.member_id)
        .where(Bill.group_buy_id == number, Order.status != Status.CANCELLED)
        .order_by(Bill.order_id)
        .offset(first)
        .limit(size + 1)
    )
    rows = [(bill, name) for bill, name in session.execute(query)]
    said = _goods(session, [bill.order_id for bill, _name in rows])
    return [(bill, name, said.get(bill.order_id, "")) for bill, name in rows]


def find(session: Session, order_no: str) -> tuple[Bill, Member, str]:
    """An order by its number: its bill, whose it is and what is in it.

    Raises:
        UnknownOrder: no order of a group-buy has this number.
    """
    query = (
        select(Bill, Member)
        .join(Order, Order.id == Bill.order_id)
        .join(Member, Member.id == Bill.member_id)
        .where(Order.order_no == order_no)
    )
    found = session.execute(query).first()
    if found is None:
        raise UnknownOrder(order_no)
    bill, member = found
    return bill, member, _goods(session, [bill.order_id]).get(bill.order_id, "")


def _goods(session: Session, order_ids: Sequence[int]) -> dict[int, str]:
    if not order_ids:
        return {}
    query = (
        select(OrderLine, Item.name)
        .join(Item, Item.id == OrderLine.item_id)
        .where(among(session, OrderLine.order_id, list(order_ids)))
        .order_by(OrderLine.id)
    )
    sums: dict[tuple[int, str, str, str], int] = {}
    for line, name in session.execute(query):
        key = (line.order_id, name, line.option, line.person)
        sums[key] = sums.get(key, 0) + line.quantity
    said: dict[int, list[str]] = {}
    for (order_id, name, option, person), quantity in sums.items():
        whose = f"（{person}）" if person else ""
        said.setdefault(order_id, []).append(
            f"{' '.join(filter(None, (name, option)))}{whose}×{quantity}"
        )
    return {order_id: "、".join(parts) for order_id, parts in said.items()}
