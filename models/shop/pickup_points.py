"""Pickup points: the places a shop hands goods over at, and which of them members chose.

A group-buy without points has only the place that its terms name. The first of
its points is where those go who chose none.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from models.base import N_, Refusal, insert
from models.shop import group_buys, pickup_queries
from models.shop.bill_records import Bill
from models.shop.group_buy_records import GroupBuy, Stage
from models.shop.order_queries import NoSuchOrder
from models.shop.pickup_point_records import GroupBuyPoint, PickupPoint
from models.shop.pickup_queries import Bag
from models.terms import ShopTerms

CHANGEABLE = (Stage.OPEN, Stage.CLOSED)


class NoSuchPoint(Refusal):
    buttons = ("/取貨點",)

    def __init__(self, name: str) -> None:
        super().__init__(N_("沒有「{name}」這個取貨點，請看 /取貨點 有哪些。"), name=name[:40])


class PointExists(Refusal):
    buttons = ("/取貨點",)

    def __init__(self, name: str) -> None:
        super().__init__(N_("已經有取貨點「{name}」了，要改請先刪除再新增。"), name=name[:40])


class CannotMove(Refusal):
    buttons = ("我的訂單", "客服")

    def __init__(self) -> None:
        super().__init__(
            N_("目前沒有可以改到那裡取貨的訂單（已到貨的改不了）。有需要請輸入「客服」。")
        )


class NothingToFetch(Refusal):
    buttons = ("我的訂單", "團購")

    def __init__(self) -> None:
        super().__init__(N_("你目前沒有要取貨的訂單，請看「我的訂單」。"))


def add(
    session: Session, name: str, *, address: str = "", hours: str = "", now: datetime
) -> PickupPoint:
    """Write a place down.

    Raises:
        PointExists: there is one of this name.
    """
    row = {"name": name[:40], "address": address[:200], "hours": hours[:100], "created_at": now}
    made = insert(session, PickupPoint).values(row).on_conflict_do_nothing()
    point_id = session.scalar(made.returning(PickupPoint.id))
    if point_id is None:
        raise PointExists(name)
    return session.get_one(PickupPoint, point_id)


def close(session: Session, name: str, *, now: datetime | None) -> None:
    """Use a place no more; with `now` None, use it again.

    Raises:
        NoSuchPoint: there is none of this name to be closed (or opened again).
    """
    as_it_is = PickupPoint.closed_at.is_(None) if now else PickupPoint.closed_at.is_not(None)
    latest = select(PickupPoint.id).where(PickupPoint.name == name, as_it_is)
    changed = session.scalar(
        update(PickupPoint)
        .where(PickupPoint.id.in_(latest.order_by(PickupPoint.id.desc()).limit(1)))
        .values(closed_at=now)
        .returning(PickupPoint.id)
        .execution_options(synchronize_session=False)
    )
    if changed is None:
        raise NoSuchPoint(name)


def in_use(session: Session) -> Sequence[PickupPoint]:
    """All places goods are handed over at, the oldest first."""
    query = select(PickupPoint).where(PickupPoint.closed_at.is_(None)).order_by(PickupPoint.id)
    return session.scalars(query).all()


def named(found: Iterable[PickupPoint], name: str) -> PickupPoint:
    """The place of this name among these, or the only one with it in the name.

    Raises:
        NoSuchPoint: none, or more than one.
    """
    points = list(found)
    exact = [point for point in points if point.name == name]
    part = exact or [point for point in points if name and name in point.name]
    if len(part) != 1:
        raise NoSuchPoint(name)
    return part[0]


def offer(session: Session, number: int, points: Sequence[PickupPoint]) -> GroupBuy:
    """Let a group-buy be picked up at these places, and no others.

    Raises:
        NoSuchGroupBuy: there is none.
        WrongStage: it has arrived, or is over.
    """
    group_buy = group_buys.hold(session, number)
    if group_buy.stage not in (Stage.DRAFT, *CHANGEABLE):
        raise group_buys.WrongStage(group_buy)
    session.execute(delete(GroupBuyPoint).where(GroupBuyPoint.group_buy_id == number))
    session.add_all(
        GroupBuyPoint(group_buy_id=number, point_id=point.id) for point in dict.fromkeys(points)
    )
    names = [point.name for point in points]
    if group_buy.pickup not in names:
        group_buy.pickup = names[0]
    gone = (Bill.group_buy_id == number) & (Bill.point != "") & Bill.point.not_in(names)
    session.execute(
        update(Bill).where(gone).values(point="").execution_options(synchronize_session="fetch")
    )
    session.flush()
    return group_buy


def of_group_buys(session: Session, numbers: Iterable[int]) -> dict[int, list[PickupPoint]]:
    """The places of these group-buys that are still in use."""
    query = (
        select(GroupBuyPoint.group_buy_id, PickupPoint)
        .join(PickupPoint, PickupPoint.id == GroupBuyPoint.point_id)
        .where(GroupBuyPoint.group_buy_id.in_(set(numbers)), PickupPoint.closed_at.is_(None))
        .order_by(PickupPoint.id)
    )
    found: dict[int, list[PickupPoint]] = defaultdict(list)
    for number, point in session.execute(query):
        found[number].append(point)
    return found


def choices(
    session: Session, member_id: int, *, now: datetime, terms: ShopTerms
) -> list[tuple[Bag, list[PickupPoint]]]:
    """A member's orders that may still be picked up elsewhere, each with its places."""
    bags = pickup_queries.coming(session, member_id, now=now, terms=terms)
    bags = [bag for bag in bags if bag.group_buy.stage in CHANGEABLE]
    places = of_group_buys(session, [bag.group_buy.id for bag in bags])
    found = [(bag, places.get(bag.group_buy.id, [])) for bag in bags]
    return [(bag, points) for bag, points in found if len(points) > 1]


def choose(
    session: Session, member_id: int, name: str, *, now: datetime, terms: ShopTerms
) -> tuple[PickupPoint, list[Bag]]:
    """Pick a member's orders up at this place, those that may be.

    Raises:
        NoSuchPoint: none of them may be picked up at a place of this name.
        CannotMove: none of them may be moved at all (any more).
    """
    found = choices(session, member_id, now=now, terms=terms)
    if not found:
        raise CannotMove
    for number in sorted({bag.group_buy.id for bag, _ in found}):
        group_buys.hold(session, number)
    found = choices(session, member_id, now=now, terms=terms)
    offered = {point.id: point for _, points in found for point in points}
    point = named(offered.values(), name)
    moved = [bag for bag, points in found if point in points]
    for bag in moved:
        bag.bill.point = point.name
    session.flush()
    return point, moved


def send(
    session: Session,
    member_id: int,
    proxy: str,
    *,
    now: datetime,
    terms: ShopTerms,
    order_no: str = "",
) -> int:
    """Let somebody else fetch what a member has to pick up; "" is the member.

    All of it, or the order with this number.

    Raises:
        NothingToFetch: there is nothing.
        NoSuchOrder: none of what there is has this number.
    """
    bags = pickup_queries.coming(session, member_id, now=now, terms=terms)
    if order_no and bags:
        bags = [bag for bag in bags if bag.order_no == order_no]
        if not bags:
            raise NoSuchOrder(order_no)
    changed = session.scalars(
        update(Bill)
        .where(Bill.order_id.in_([bag.bill.order_id for bag in bags]))
        .where(Bill.picked_up_at.is_(None))
        .values(proxy=proxy)
        .returning(Bill.order_id)
        .execution_options(synchronize_session=False)
    ).all()
    if not changed:
        raise NothingToFetch
    return len(changed)
