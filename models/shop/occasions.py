"""Whom a group-buy gives the shop a reason to write to, as selects: one row a member and reason.

The group-buys concerned are looked up first, and None is nobody: so they cost as
much in a large shop as in a small one.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, exists, func, or_, select
from sqlalchemy.orm import Session

from models.base import day_start
from models.loyalty.tiers_records import MemberTier
from models.programme import Programme
from models.shop import group_buys
from models.shop.bill_records import Bill
from models.shop.group_buy_records import GroupBuy, Item, Stage
from models.shop.group_buy_terms import Delivery
from models.shop.interest import OpeningAlert, View
from models.shop.orders import Order, Status

DAY = timedelta(days=1)
OVERDUE = (0, 3, 6)  # days after it was due on which an unpaid order is reminded of
UNCOLLECTED = (0, 3, 7)  # and days after the last day for one that was not picked up
MOST_SHORT = 10  # shares still missing with which it is worth calling for more

LIVE = Order.status.in_((Status.PLACED, Status.PAID))
# where it is fetched: what the member chose, else what the group-buy says
PLACE = case((Bill.point != "", Bill.point), else_=GroupBuy.pickup)
BALANCE = Bill.total - Bill.refunded - Bill.paid + Bill.returned


def opened(
    session: Session, *, now: datetime, programme: Programme
) -> Select[*tuple[Any, ...]] | None:
    """Members who asked to be told, and for whose tier a group-buy has opened by now."""
    tier = func.coalesce(MemberTier.tier, programme.base.key)
    running = _offers(session, GroupBuy.stage == Stage.OPEN)
    open_for = [
        and_(OpeningAlert.group_buy_id == offer.id, tier == each.key)
        for offer in running
        for each in programme.tiers
        if group_buys.opens_for(offer, each.key) <= now
        and (offer.closes_at is None or offer.closes_at > now)
    ]
    if not open_for:
        return None
    return (
        select(OpeningAlert.member_id, GroupBuy.id.label("number"), GroupBuy.title)
        .join(GroupBuy, GroupBuy.id == OpeningAlert.group_buy_id)
        .outerjoin(MemberTier, MemberTier.member_id == OpeningAlert.member_id)
        .where(OpeningAlert.group_buy_id.in_([offer.id for offer in running]), or_(*open_for))
    )


def arrived(session: Session, *, now: datetime) -> Select[*tuple[Any, ...]] | None:
    """Members with an order in a pre-order that arrived within a day and is not picked up yet."""
    numbers = _numbers(
        session,
        GroupBuy.stage == Stage.ARRIVED,
        GroupBuy.preorder.is_(True),
        GroupBuy.arrived_at > now - DAY,
        GroupBuy.arrived_at <= now,
    )
    if not numbers:
        return None
    return (
        select(
            Bill.member_id,
            GroupBuy.id.label("number"),
            GroupBuy.title,
            GroupBuy.arrived_at,
            GroupBuy.pickup_on,
            func.min(PLACE).label("pickup"),
            func.min(Bill.pickup_code).label("code"),
            func.sum(BALANCE).label("owed"),
        )
        .join(GroupBuy, GroupBuy.id == Bill.group_buy_id)
        .join(Order, Order.id == Bill.order_id)
        .where(Bill.group_buy_id.in_(numbers), LIVE)
        .group_by(
            *(Bill.member_id, GroupBuy.id, GroupBuy.title),
            *(GroupBuy.arrived_at, GroupBuy.pickup_on),
        )
    )


def looked_only(session: Session, *, day: date, now: datetime) -> Select[*tuple[Any, ...]] | None:
    """Members who looked at a group-buy until yesterday and did not order; it is still open."""
    numbers = _numbers(session, GroupBuy.stage == Stage.OPEN, GroupBuy.closes_at > now)
    if not numbers:
        return None
    ordered = exists().where(
        Bill.member_id == View.member_id, Bill.group_buy_id == View.group_buy_id
    )
    return (
        select(View.member_id, GroupBuy.id.label("number"), GroupBuy.title, GroupBuy.closes_at)
        .join(GroupBuy, GroupBuy.id == View.group_buy_id)
        .where(
            View.group_buy_id.in_(numbers),
            View.at < day_start(day),
            View.at >= day_start(day - timedelta(days=14)),
            ~ordered,
        )
    )


def short_of_few(session: Session, *, now: datetime) -> Select[*tuple[Any, ...]] | None:
    """Members for whom it matters that a group-buy lacks a few shares and closes within a day.

    Those who ordered and may get nothing, and those who looked and did not order.
    """
    taken = (
        select(func.coalesce(func.sum(Item.taken), 0))
        .where(Item.group_buy_id == GroupBuy.id)
        .correlate(GroupBuy)
        .scalar_subquery()
    )
    lacks = (GroupBuy.minimum - taken).label("short")
    numbers = _numbers(
        session,
        GroupBuy.stage == Stage.OPEN,
        GroupBuy.closes_at > now,
        GroupBuy.closes_at <= now + DAY,
        lacks >= 1,
        lacks <= MOST_SHORT,
    )
    if not numbers:
        return None
    ordered = (
        select(Bill.member_id, Bill.group_buy_id)
        .join(Order, Order.id == Bill.order_id)
        .where(Bill.group_buy_id.in_(numbers), LIVE)
    )
    looked = select(View.member_id, View.group_buy_id).where(View.group_buy_id.in_(numbers))
    concerned = ordered.union(looked).subquery()
    return select(
        concerned.c.member_id,
        GroupBuy.id.label("number"),
        GroupBuy.title,
        GroupBuy.closes_at,
        lacks,
    ).join(GroupBuy, GroupBuy.id == concerned.c.group_buy_id)


def unpaid(session: Session, day: date) -> Select[*tuple[Any, ...]] | None:
    """Members with orders that are due, or three or six days overdue; one sum for all they owe."""
    numbers = _numbers(session, GroupBuy.stage.in_((Stage.CLOSED, Stage.ARRIVED)))
    if not numbers:
        return None
    # a sum, so that bills are not read in the order of their members instead
    whose = (Bill.member_id + 0).label("member_id")
    owing = (
        select(
            whose,
            func.count().label("orders"),
            func.sum(BALANCE).label("owed"),
            func.min(Bill.due_on).label("due_on"),
        )
        .join(Order, Order.id == Bill.order_id)
        .where(
            Bill.group_buy_id.in_(numbers),
            Order.status == Status.PLACED,
            Bill.due_on <= day,
            BALANCE > 0,
        )
        .group_by(whose)
    ).subquery()
    days = [day - timedelta(days=late) for late in OVERDUE]
    return select(owing).where(owing.c.due_on.in_(days))


def uncollected(
    session: Session, day: date, *, pickup_days: int
) -> Select[*tuple[Any, ...]] | None:
    """Members whose goods wait on the last day for picking them up, or some days after it."""
    last_days = [day - timedelta(days=late) for late in UNCOLLECTED]
    within = (_last_on(each, pickup_days) for each in last_days)
    numbers = _numbers(session, GroupBuy.stage == Stage.ARRIVED, ~GroupBuy.dropship, or_(*within))
    if not numbers:
        return None
    return (
        select(
            Bill.member_id,
            func.count(GroupBuy.id.distinct()).label("group_buys"),
            func.min(GroupBuy.title).label("title"),
            func.min(PLACE).label("pickup"),
            func.min(GroupBuy.arrived_at).label("arrived_at"),
            func.sum(BALANCE).label("owed"),
        )
        .join(GroupBuy, GroupBuy.id == Bill.group_buy_id)
        .join(Order, Order.id == Bill.order_id)
        .where(Bill.group_buy_id.in_(numbers), Bill.delivery == Delivery.PICKUP, LIVE)
        .group_by(Bill.member_id)
    )


def _last_on(day: date, pickup_days: int) -> ColumnElement[bool]:
    """Group-buys whose last day for picking up it is, as `pickup_days.last_day` says."""
    arrived = day - timedelta(days=pickup_days)
    before = GroupBuy.arrived_at < day_start(arrived + DAY)
    announced = or_(GroupBuy.pickup_on.is_(None), GroupBuy.pickup_on <= day)
    return or_(
        and_(GroupBuy.arrived_at >= day_start(arrived), before, announced),
        and_(GroupBuy.pickup_on == day, before),
    )


def _offers(session: Session, *which: ColumnElement[bool]) -> Sequence[GroupBuy]:
    return session.scalars(select(GroupBuy).where(*which)).all()


def _numbers(session: Session, *which: ColumnElement[bool]) -> Sequence[int]:
    """The numbers of the group-buys meant, looked up first: they are few, and lead by an index."""
    # in no order: that would lead past the index
    return sorted(session.scalars(select(GroupBuy.id).where(*which)))
