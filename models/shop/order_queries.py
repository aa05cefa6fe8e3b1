"""What members have ordered and wait for, in as few statements for many as for one.

Orders under way are shown however old they are, what is over for `KEPT` days.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session, aliased, contains_eager, lazyload

from models.base import N_, Refusal, among, local_day
from models.programme import Programme
from models.shop import order_standing
from models.shop.bill_records import Bill, Wait, WaitState
from models.shop.group_buy_records import GroupBuy, Item
from models.shop.group_buy_terms import DEFAULT_UNIT
from models.shop.orders import Order, OrderLine, Status
from models.shop.pickup_slot_records import PickupSlot
from models.shop.product_records import Product
from models.shop.shipping_records import Shipment

KEPT = timedelta(days=60)
MEANT = 12  # orders that one number may mean
UNDER_WAY = (Status.PLACED, Status.PAID)
WAITING = (WaitState.WAITING, WaitState.OFFERED)


class NoSuchOrder(Refusal):
    buttons = ("我的訂單", "客服")

    def __init__(self, order_no: str) -> None:
        super().__init__(
            N_("找不到你的訂單 {order_no}，請看「我的訂單」確認單號。"), order_no=order_no[:40]
        )


@dataclass(frozen=True)
class LineFact:
    """A line as its member reads it; `amount` is after all discounts, `unit_price` before."""

    product_id: int
    name: str
    unit: str
    option: str
    person: str
    quantity: int
    unit_price: int | None
    amount: int


@dataclass(frozen=True)
class OrderFact:
    """An order with its lines; one that was imported has no bill and no group-buy.

    `shipment` says how it was sent, if it was. `reported` is a payment that still has
    to be checked; `waiting` that what was cancelled is waited for; `slot` when it is
    fetched, where the group-buy `has_slots` to choose from.
    """

    order: Order
    bill: Bill | None
    group_buy: GroupBuy | None
    lines: tuple[LineFact, ...]
    shipment: Shipment | None = None
    reported: bool = False
    waiting: bool = False
    slot: str = ""
    has_slots: bool = False

    @property
    def under_way(self) -> bool:
        return self.order.status in UNDER_WAY

    @property
    def owed(self) -> int:
        """NT$ that the member still has to pay."""
        return max(self.bill.balance, 0) if self.bill and self.under_way else 0

    @property
    def total(self) -> int:
        return self.bill.total if self.bill else self.order.cash

    @property
    def place(self) -> str:
        """Where it is picked up, as far as anybody said."""
        chosen = self.bill.point if self.bill else ""
        return chosen or (self.group_buy.pickup if self.group_buy else "")


@dataclass(frozen=True)
class WaitFact:
    """What a member waits for; `position` 1 is next in line."""

    wait: Wait
    title: str
    position: int


@dataclass(frozen=True)
class Pickup:
    """All that is to be picked up at one place on one day; None is not known yet."""

    on: date | None
    place: str
    orders: tuple[OrderFact, ...]

    @property
    def owed(self) -> int:
        return sum(each.owed for each in self.orders)

    @property
    def total(self) -> int:
        return sum(each.total for each in self.orders)


@dataclass(frozen=True)
class MyOrders:
    """A member's orders, the newest first, and what they wait for."""

    orders: tuple[OrderFact, ...] = ()
    waits: tuple[WaitFact, ...] = ()

    @property
    def under_way(self) -> tuple[OrderFact, ...]:
        return tuple(each for each in self.orders if each.under_way)

    @property
    def pickups(self) -> list[Pickup]:
        """What is under way by day and place, the soonest first."""
        places: dict[tuple[date | None, str], list[OrderFact]] = defaultdict(list)
        for each in self.under_way:
            if each.group_buy is not None:
                places[(each.group_buy.pickup_on, each.place)].append(each)
        ordered = sorted(places, key=lambda at: (at[0] is None, at[0] or date.max, at[1]))
        return [Pickup(on, place, tuple(places[(on, place)])) for on, place in ordered]


def mine(
    session: Session, member_ids: Sequence[int], *, now: datetime, programme: Programme
) -> Mapping[int, MyOrders]:
    """The orders and waits of each of these members, in three statements."""
    since = local_day(now) - KEPT
    current = or_(Order.status.in_(UNDER_WAY), Order.ordered_on >= since)
    rows = session.execute(
        _orders()
        .where(among(session, Order.member_id, member_ids), current)
        .order_by(Order.ordered_on.desc(), Order.id.desc())
    ).all()
    found: dict[int, list[OrderFact]] = defaultdict(list)
    for each in _facts(session, rows):
        found[each.order.member_id].append(each)
    waits = _waits(session, member_ids)
    return {
        member_id: MyOrders(tuple(found[member_id]), tuple(waits.get(member_id, ())))
        for member_id in member_ids
    }


def detail(session: Session, member_id: int, order_no: str) -> OrderFact:
    """One order of a member's, by its number.

    Raises:
        NoSuchOrder: they have none with it.
    """
    query = _orders().where(Order.member_id == member_id, Order.order_no == order_no)
    rows = session.execute(query).all()
    if not rows:
        raise NoSuchOrder(order_no)
    return _facts(session, rows)[0]


def under_way(session: Session, member_id: int, number: str) -> OrderFact:
    """An order of a member's that is not over, by its number or the last part of it.

    Raises:
        NoSuchOrder: they have none with it, or several.
    """
    called = or_(Order.order_no == number, Order.order_no.endswith(f"-{number}", autoescape=True))
    query = _orders().where(Order.member_id == member_id, Order.status.in_(UNDER_WAY), called)
    rows = session.execute(query.limit(2)).all()
    if len(rows) != 1:
        raise NoSuchOrder(number)
    return _facts(session, rows)[0]


def numbered(session: Session, member_id: int, number: str) -> list[OrderFact]:
    """A member's orders that a number alone may mean, the newest first.

    It is that of the group-buy, or of the order within it.
    """
    called = or_(
        Order.order_no == number,
        Order.order_no.startswith(f"{number}-", autoescape=True),
        Order.order_no.endswith(f"-{number}", autoescape=True),
    )
    query = _orders().where(Order.member_id == member_id, called)
    newest = query.order_by(Order.ordered_on.desc(), Order.id.desc()).limit(MEANT)
    return _facts(session, session.execute(newest).all())


def past(session: Session, member_id: int, *, limit: int) -> list[OrderFact]:
    """A member's newest orders that were not cancelled, to be bought again."""
    query = (
        _orders()
        .where(Order.member_id == member_id, Order.status != Status.CANCELLED)
        .order_by(Order.ordered_on.desc(), Order.id.desc())
        .limit(limit)
    )
    return _facts(session, session.execute(query).all())


def _orders() -> Select[*tuple[Any, ...]]:
    other = aliased(PickupSlot)
    slots = select(other.id).where(other.group_buy_id == Bill.group_buy_id).correlate(Bill)
    return (
        select(
            *(Order, Bill, GroupBuy, Shipment),
            *(order_standing.reported(), order_standing.waiting()),
            *(PickupSlot.at, slots.exists()),
        )
        .outerjoin(Bill, Bill.order_id == Order.id)
        .outerjoin(GroupBuy, GroupBuy.id == Bill.group_buy_id)
        .outerjoin(Shipment, Shipment.order_id == Order.id)
        .outerjoin(PickupSlot, PickupSlot.id == Bill.slot_id)
        .options(contains_eager(Bill.order), lazyload(GroupBuy.items))
    )


def _facts(session: Session, rows: Sequence[Any]) -> list[OrderFact]:
    lines = _lines(session, [row[0].id for row in rows])
    return [
        OrderFact(order, bill, group_buy, tuple(lines.get(order.id, ())), *more)
        for order, bill, group_buy, *more in _with_slots(rows)
    ]


def _with_slots(rows: Sequence[Any]) -> list[tuple[Any, ...]]:
    return [(*row[:6], row[6] or "", bool(row[7])) for row in rows]


def _lines(session: Session, order_ids: Collection[int]) -> dict[int, list[LineFact]]:
    found: dict[int, list[LineFact]] = defaultdict(list)
    if not order_ids:
        return found
    query = (
        select(
            *(OrderLine.order_id, OrderLine.product_id, func.coalesce(Item.name, Product.name)),
            func.coalesce(Item.unit, DEFAULT_UNIT),
            *(OrderLine.option, OrderLine.person, OrderLine.quantity),
            *(OrderLine.unit_price, OrderLine.amount),
        )
        .join(Product, Product.id == OrderLine.product_id)
        .outerjoin(Item, Item.id == OrderLine.item_id)
        .where(among(session, OrderLine.order_id, order_ids))
        .order_by(OrderLine.order_id, OrderLine.id)
    )
    for row in session.execute(query):
        found[row[0]].append(LineFact(*row[1:]))
    return found


def _waits(session: Session, member_ids: Sequence[int]) -> dict[int, list[WaitFact]]:
    ahead = aliased(Wait)
    before = (
        select(func.count())
        .where(
            ahead.item_id == Wait.item_id,
            ahead.state == WaitState.WAITING,
            ahead.id < Wait.id,
        )
        .correlate(Wait)
        .scalar_subquery()
    )
    query = (
        select(Wait, GroupBuy.title, before)
        .join(GroupBuy, GroupBuy.id == Wait.group_buy_id)
        .where(among(session, Wait.member_id, member_ids), Wait.state.in_(WAITING))
        .options(lazyload(Wait.item, Item.group_buy))
        .order_by(Wait.id)
    )
    found: dict[int, list[WaitFact]] = defaultdict(list)
    for wait, title, count in session.execute(query):
        found[wait.member_id].append(WaitFact(wait, title, count + 1))
    return found
