"""What a supplier sends for the shop: order by order, with whom it goes to.

The only place where recipients of orders are unsealed for somebody else.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import orjson
from sqlalchemy import select
from sqlalchemy.orm import Session

from models.base import vault
from models.shop import recipients, shipping
from models.shop.bill_records import Bill
from models.shop.group_buy_records import GroupBuy
from models.shop.group_buy_terms import Delivery
from models.shop.orders import Order, OrderLine, Status


@dataclass(frozen=True)
class Contents:
    """Some shares of an item that go together."""

    code: str
    name: str
    option: str
    quantity: int
    unit: str


@dataclass(frozen=True)
class Consignment:
    """One order that is to be sent; `place` is an address or a store."""

    order_id: int
    order_no: str
    member_id: int
    way: Delivery
    recipient: str
    phone: str
    place: str
    note: str
    owed: int
    contents: tuple[Contents, ...]

    @property
    def addressed(self) -> bool:
        return bool(self.recipient and self.phone and self.place)


@dataclass
class Consignments:
    """Those of a group-buy that can be sent, are not paid for, and lack an address."""

    ready: list[Consignment] = field(default_factory=list)
    unpaid: list[Consignment] = field(default_factory=list)
    unaddressed: list[Consignment] = field(default_factory=list)
    sent: int = 0


def of_group_buy(
    session: Session, group_buy: GroupBuy, *, everything: bool = False
) -> Consignments:
    """What is to be sent of a group-buy and was not yet; unpaid ones only with `everything`."""
    query = (
        select(Bill)
        .join(Order, Order.id == Bill.order_id)
        .where(Bill.group_buy_id == group_buy.id)
        .where(Order.status.in_((Status.PLACED, Status.PAID)))
        .order_by(Bill.order_id)
    )
    if not group_buy.dropship:
        query = query.where(Bill.delivery != Delivery.PICKUP)
    bills = session.scalars(query).all()
    sent = shipping.of_orders(session, [bill.order_id for bill in bills])
    contents = _contents(session, group_buy, [bill.order_id for bill in bills])
    found = Consignments(sent=len(sent))
    for bill in bills:
        if bill.order_id in sent or bill.order_id not in contents:
            continue
        consignment = _consignment(session, bill, contents[bill.order_id])
        if not consignment.addressed:
            found.unaddressed.append(consignment)
        if bill.order.status != Status.PAID and not everything:
            found.unpaid.append(consignment)
        elif consignment.addressed:
            found.ready.append(consignment)
    return found


def _consignment(
    session: Session, bill: Bill, contents: dict[tuple[int, str], Contents]
) -> Consignment:
    keeper = vault(session)
    sealed = (bill.recipient_sealed, bill.phone_sealed, bill.address_sealed)
    name, phone, place = (keeper.open(each) if each else "" for each in sealed)
    way = Delivery(bill.delivery)
    if not (name and phone and place):
        # given after the order was made
        known = recipients.of(session, bill.member_id)
        ways = (way,) if way is not Delivery.PICKUP else (Delivery.HOME, Delivery.STORE)
        way = next((each for each in ways if known.place(each)), way)
        name, phone = name or known.name, phone or known.phone
        place = place or known.place(way)
    gifts: list[str] = orjson.loads(bill.gifts)
    return Consignment(
        bill.order_id,
        bill.order.order_no,
        bill.member_id,
        way,
        name,
        phone,
        place,
        "、".join(gifts),
        max(bill.balance, 0),
        tuple(contents.values()),
    )


def _contents(
    session: Session, group_buy: GroupBuy, order_ids: Sequence[int]
) -> dict[int, dict[tuple[int, str], Contents]]:
    items = {item.id: item for item in group_buy.items}
    query = select(OrderLine).where(OrderLine.order_id.in_(order_ids)).order_by(OrderLine.id)
    found: dict[int, dict[tuple[int, str], Contents]] = {}
    for line in session.scalars(query):
        item = items[line.item_id or 0]
        kind = (item.id, line.option)
        own = found.setdefault(line.order_id, {})
        had = own[kind].quantity if kind in own else 0
        own[kind] = Contents(item.code, item.name, line.option, had + line.quantity, item.unit)
    return found
