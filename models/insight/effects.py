"""What a broadcast brought: by variant, and against those who were held back.

Groups are compared as they were drawn: who was to get it counts with those who
did, reached or not. Those who are left out at sending (too often written to,
worth less to the month's budget) are no accident, and comparing the others alone
would show an effect where there is none. Orders count from when the message went
out, for the held back and the unreached from when it was to; within the shop's
window, unless they were cancelled, and less what was refunded.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Integer,
    Select,
    Subquery,
    and_,
    case,
    func,
    literal,
    select,
    type_coerce,
    union_all,
)
from sqlalchemy.orm import Session

from models.base import UtcDateTime, local_day
from models.days import InstantLater
from models.insight.proportions import Difference, Share
from models.message_terms import LinePlan, plan_for
from models.shop.orders import Order, Status
from models.talk import quota
from models.talk.broadcast_records import Broadcast, BroadcastHoldout
from models.talk.clicks import BroadcastClick
from models.talk.outbox_records import OutboxMessage, State

HELD_BACK = ""  # the group that got nothing; the others are known by their variant
UNSURE = (State.DEAD.value, State.UNKNOWN.value)


@dataclass(frozen=True)
class Group:
    """Those who were to get a variant, or nothing; `sent` and `failed` are messages.

    `clicked` and `ordered` are members; `clicks` and `orders` are how often;
    `revenue` is whole TWD.
    """

    arm: str
    members: int = 0
    sent: int = 0
    failed: int = 0
    clicked: int = 0
    clicks: int = 0
    ordered: int = 0
    orders: int = 0
    revenue: int = 0

    @property
    def share(self) -> Share:
        """Of its members, those who ordered."""
        return Share(self.members, self.ordered)

    @property
    def each(self) -> float:
        """NT$ for each of its members."""
        return self.revenue / self.members if self.members else 0.0


@dataclass(frozen=True)
class Effect:
    """The variants' groups in order, those held back if any, and until when orders count."""

    sent_to: tuple[Group, ...]
    held_back: Group | None
    days: int
    until: datetime
    cost: float | None

    @property
    def all(self) -> Group:
        """Everybody who was to get it."""
        figures = [vars(each) for each in self.sent_to]
        names = [name for name in vars(Group("")) if name != "arm"]
        return Group("", **{name: sum(each[name] for each in figures) for name in names})

    @property
    def lift(self) -> Difference | None:
        """Against those who were held back."""
        if self.held_back is None or not self.sent_to:
            return None
        return Difference(self.all.share, self.held_back.share)

    @property
    def variants(self) -> Difference | None:
        """The second variant against the first."""
        if len(self.sent_to) != 2:
            return None
        return Difference(self.sent_to[1].share, self.sent_to[0].share)


def measure(
    session: Session, broadcast: Broadcast, *, days: int, plans: tuple[LinePlan, ...] = ()
) -> Effect:
    """What it brought so far, of the messages that ended."""
    found, last = [], broadcast.release_at
    for row in session.execute(_figures(broadcast, days)).all():
        arm, at, *figures = row
        found.append(Group(arm, *(int(each or 0) for each in figures)))
        last = max(last, at)
    sent_to = tuple(each for each in found if each.arm != HELD_BACK)
    held_back = next((each for each in found if each.arm == HELD_BACK), None)
    sent = sum(each.sent for each in sent_to)
    return Effect(
        sent_to, held_back, days, last + timedelta(days=days), cost(session, plans, sent)
    )


def cost(session: Session, plans: tuple[LinePlan, ...], messages: int) -> float | None:
    """NT$ of so many messages at what one costs in the shop's plan; None if not known."""
    reading = quota.latest(session)
    if reading is None or not reading.monthly:
        return None
    plan = plan_for(plans, reading.monthly)
    return None if plan is None else messages * plan.cost(reading.monthly) / reading.monthly


def _figures(broadcast: Broadcast, days: int) -> Select[*tuple[Any, ...]]:
    """A row for each group, as `Group` has it, with the last moment it was written to."""
    people = _people(broadcast)
    bought, opened = _bought(broadcast, people, days), _opened(broadcast)
    return (
        select(
            people.c.arm,
            type_coerce(func.max(people.c.since), UtcDateTime),
            func.count(),
            func.sum(people.c.sent),
            func.sum(people.c.failed),
            func.count(opened.c.member_id),
            func.sum(opened.c.clicks),
            func.count(bought.c.member_id),
            func.sum(bought.c.orders),
            func.sum(bought.c.revenue),
        )
        .outerjoin(opened, opened.c.member_id == people.c.member_id)
        .outerjoin(bought, bought.c.member_id == people.c.member_id)
        .group_by(people.c.arm)
        .order_by(people.c.arm)
    )


def _people(broadcast: Broadcast) -> Subquery:
    """Everybody it was about, with their group and since when their orders count."""
    planned_at = literal(broadcast.release_at, UtcDateTime)
    went_out = OutboxMessage.state == State.SENT
    written = select(
        OutboxMessage.member_id.label("member_id"),
        OutboxMessage.period.label("arm"),
        case((went_out, OutboxMessage.done_at), else_=planned_at).label("since"),
        _number(went_out).label("sent"),
        _number(OutboxMessage.state.in_(UNSURE)).label("failed"),
    ).where(OutboxMessage.rule == broadcast.rule, OutboxMessage.done_at.is_not(None))
    kept_out = select(
        BroadcastHoldout.member_id,
        literal(HELD_BACK),
        planned_at,
        literal(0),
        literal(0),
    ).where(BroadcastHoldout.broadcast_id == broadcast.id)
    return union_all(written, kept_out).subquery("people")


def _bought(broadcast: Broadcast, people: Subquery, days: int) -> Subquery:
    in_time = and_(
        # nothing new, but there is an index of days
        Order.ordered_on >= local_day(broadcast.release_at),
        Order.ordered_at >= people.c.since,
        Order.ordered_at < InstantLater(people.c.since, literal(days)),
    )
    return (
        select(
            people.c.member_id,
            func.count().label("orders"),
            func.sum(Order.cash - Order.refunded).label("revenue"),
        )
        .join(Order, Order.member_id == people.c.member_id)
        .where(in_time, Order.status != Status.CANCELLED)
        .group_by(people.c.member_id)
        .subquery("bought")
    )


def _opened(broadcast: Broadcast) -> Subquery:
    return (
        select(BroadcastClick.member_id, func.sum(BroadcastClick.times).label("clicks"))
        .where(BroadcastClick.broadcast_id == broadcast.id)
        .group_by(BroadcastClick.member_id)
        .subquery("opened")
    )


def _number(holds: ColumnElement[bool]) -> ColumnElement[int]:
    return case((holds, 1), else_=0).cast(Integer)
