"""What waits to be picked up, and for whom: bags with all that the counter must know.

Two statements for any number of orders. A bag is an order of a group-buy that
its member fetches; what is sent to them is none.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session, contains_eager, lazyload

from models.base import N_, Refusal, among, local_day
from models.people.members import Member
from models.shop import pickup_days
from models.shop.bill_records import Bill
from models.shop.group_buy_records import GroupBuy, Item, Stage
from models.shop.group_buy_terms import Delivery
from models.shop.orders import Order, OrderLine, Status
from models.shop.pickup_slot_records import PickupSlot
from models.terms import ShopTerms

WAITING = (Status.PLACED, Status.PAID)
THERE = (Stage.ARRIVED, Stage.FINISHED)


class NothingToPickUp(Refusal):
    buttons = ("/開團中",)

    def __init__(self, name: str) -> None:
        super().__init__(
            N_("{name} 目前沒有到貨待取的商品。還沒到貨的團請先用 /到貨。"), name=name or "—"
        )


class NoSuchCode(Refusal):
    buttons = ("/開團中",)

    def __init__(self, code: str) -> None:
        super().__init__(
            N_("沒有取貨碼 {code} 的待取訂單，請再核對一次，或用「/取貨 稱呼」。"), code=code
        )


class AlreadyPickedUp(Refusal):
    buttons = ("/開團中",)

    def __init__(self, order_no: str) -> None:
        super().__init__(
            N_("訂單 {order_no} 已經取貨或不用取貨了，沒有再登記一次。"), order_no=order_no
        )


class Goods(NamedTuple):
    """So many of an item, for somebody; "" is whoever ordered."""

    code: str
    name: str
    option: str
    person: str
    quantity: int
    unit: str


@dataclass(frozen=True)
class Bag:
    """An order at the counter; `fee` is what keeping it has come to and is not on its bill yet.

    `last_day` is None while its group-buy has not arrived; `slot` is when it is fetched.
    """

    bill: Bill
    group_buy: GroupBuy
    name: str
    goods: tuple[Goods, ...]
    last_day: date | None
    days_late: int
    fee: int
    slot: str = ""

    @property
    def order_no(self) -> str:
        return self.bill.order.order_no

    @property
    def is_done(self) -> bool:
        return self.bill.order.status == Status.PICKED_UP

    @property
    def owed(self) -> int:
        """NT$ to be collected when it is handed over."""
        return max(self.bill.balance + self.fee, 0)

    @property
    def place(self) -> str:
        return self.bill.point or self.group_buy.pickup


def waiting(session: Session, number: int, *, now: datetime, terms: ShopTerms) -> list[Bag]:
    """What of a group-buy was not picked up yet, arrived or not."""
    still = Order.status.in_(WAITING)
    return _bags(session, (Bill.group_buy_id == number) & still, now=now, terms=terms)


def doorstep(session: Session, number: int, *, now: datetime, terms: ShopTerms) -> list[Bag]:
    """All of a group-buy that is picked up, or was: by place, by slot, then by name."""
    live = Order.status.in_((*WAITING, Status.PICKED_UP))
    found = _bags(session, (Bill.group_buy_id == number) & live, now=now, terms=terms)
    return sorted(found, key=in_turn)


def in_turn(bag: Bag) -> tuple[str, bool, str, str, int]:
    """Who comes first: by place, by slot, who chose none after them, then by name."""
    return (bag.place, not bag.slot, bag.slot, bag.name, bag.bill.order_id)


def ready(session: Session, member_id: int, *, now: datetime, terms: ShopTerms) -> list[Bag]:
    """What a member can pick up now, over all group-buys that have arrived."""
    there = (Order.member_id == member_id) & Order.status.in_(WAITING) & GroupBuy.stage.in_(THERE)
    return _bags(session, there, now=now, terms=terms)


def coming(session: Session, member_id: int, *, now: datetime, terms: ShopTerms) -> list[Bag]:
    """What a member has still to pick up, arrived or not."""
    theirs = (Order.member_id == member_id) & Order.status.in_(WAITING)
    return _bags(session, theirs, now=now, terms=terms)


def of_orders(
    session: Session, order_ids: Sequence[int], *, now: datetime, terms: ShopTerms
) -> list[Bag]:
    """These orders as they are now, those that are at the counter."""
    there = Order.status.in_(WAITING) & GroupBuy.stage.in_(THERE)
    return _bags(session, Bill.order_id.in_(order_ids) & there, now=now, terms=terms)


def fetched_by(session: Session, name: str) -> list[tuple[int, str]]:
    """Members (id, name) who asked somebody of this name to fetch what has arrived for them."""
    query = (
        select(Member.id, Member.name)
        .join(Order, Order.member_id == Member.id)
        .join(Bill, Bill.order_id == Order.id)
        .join(GroupBuy, GroupBuy.id == Bill.group_buy_id)
        .where(GroupBuy.stage == Stage.ARRIVED, Order.status.in_(WAITING), Bill.proxy == name)
        .distinct()
        .order_by(Member.id)
    )
    return [(id_, called) for id_, called in session.execute(query)] if name else []


def with_code(session: Session, code: str) -> list[Member]:
    """Whose waiting orders have this pickup code; nearly always one member's.

    Raises:
        NoSuchCode: nobody's.
    """
    query = (
        select(Member)
        .join(Order, Order.member_id == Member.id)
        .join(Bill, Bill.order_id == Order.id)
        .where(Bill.pickup_code == code, Order.status.in_(WAITING))
        .distinct()
        .order_by(Member.id)
    )
    found = list(session.scalars(query))
    if not found:
        raise NoSuchCode(code)
    return found


def _bags(
    session: Session, which: ColumnElement[bool], *, now: datetime, terms: ShopTerms
) -> list[Bag]:
    query = (
        select(Bill, GroupBuy, Member.name, PickupSlot.at)
        .join(Order, Order.id == Bill.order_id)
        .join(GroupBuy, GroupBuy.id == Bill.group_buy_id)
        .join(Member, Member.id == Bill.member_id)
        .outerjoin(PickupSlot, PickupSlot.id == Bill.slot_id)
        .where(which, Bill.delivery == Delivery.PICKUP, ~GroupBuy.dropship)
        .options(contains_eager(Bill.order), lazyload(GroupBuy.items))
        .order_by(Bill.order_id)
        .execution_options(populate_existing=True)
    )
    rows = session.execute(query).all()
    goods = _goods(session, [bill.order_id for bill, *_ in rows])
    return [
        replace(
            _bag(bill, group_buy, name, goods[bill.order_id], now=now, terms=terms),
            slot=slot or "",
        )
        for bill, group_buy, name, slot in rows
    ]


def _bag(
    bill: Bill,
    group_buy: GroupBuy,
    name: str,
    goods: Sequence[Goods],
    *,
    now: datetime,
    terms: ShopTerms,
) -> Bag:
    last = None
    late = fee = 0
    if group_buy.arrived_at is not None:
        last = pickup_days.last_day(group_buy.arrived_at, group_buy.pickup_on, terms)
    if last is not None and bill.order.status in WAITING:
        late = pickup_days.days_late(last, local_day(now))
        fee = 0 if bill.fee_waived else pickup_days.storage_fee(late, terms)
    return Bag(bill, group_buy, name, tuple(goods), last, late, fee)


def _goods(session: Session, order_ids: Sequence[int]) -> dict[int, list[Goods]]:
    found: dict[int, list[Goods]] = defaultdict(list)
    query = (
        select(
            *(OrderLine.order_id, Item.code, Item.name, OrderLine.option, OrderLine.person),
            *(func.sum(OrderLine.quantity), Item.unit),
        )
        .join(Item, Item.id == OrderLine.item_id)
        .where(among(session, OrderLine.order_id, order_ids))
        .group_by(
            *(OrderLine.order_id, Item.id, Item.code, Item.name, Item.unit),
            *(OrderLine.option, OrderLine.person),
        )
        .order_by(OrderLine.order_id, Item.id, OrderLine.option, OrderLine.person)
    )
    for row in session.execute(query) if order_ids else ():
        found[row[0]].append(Goods(*row[1:]))
    return found
