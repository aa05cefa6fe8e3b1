"""What the month's messages were and will be asked for, counted from the outbox.

Only pushes are charged; news that rode along with a reply was free. A shop has
hardly more pushes than its plan has messages, so counting them costs little.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import ColumnElement, and_, func, select, text
from sqlalchemy.orm import Session

from models.base import TAIPEI, day_start, local_day
from models.talk import quota
from models.talk.outbox_records import (
    ASKED_OF_QUOTA,
    Kind,
    OutboxMessage,
    State,
    in_state,
    standing_alone,
)
from models.talk.policy import BUDGET, Purpose
from models.talk.quota import Reading

LOOK_BACK = timedelta(days=28)
LATELY = timedelta(minutes=10)
FEWEST_DAYS = 7  # a shop that has just begun is not judged by its first hours
PUSHED_RIDERS = 0.5  # of what may ride along with a reply, about so much is pushed in the end
MARKETING = OutboxMessage.purpose == Purpose.MARKETING


class History(NamedTuple):
    """Of the last weeks' pushes: the days they cover, service, and marketing by value."""

    days: float
    service: int
    marketing: dict[int | None, int]

    @property
    def daily(self) -> dict[int | None, float]:
        return {value: count / self.days for value, count in self.marketing.items()}


class Waiting(NamedTuple):
    """What waits to be pushed, by value, and the id of the newest of it."""

    by_value: dict[int | None, float]
    newest: int


def month_start(now: datetime) -> datetime:
    """When the month began, in Taipei; LINE does not say when its own does."""
    return day_start(local_day(now).replace(day=1))


def month_end(now: datetime) -> datetime:
    """When the next month begins."""
    first = local_day(now).replace(day=1)
    return day_start((first + timedelta(days=31)).replace(day=1))


def month_key(now: datetime) -> str:
    return f"{now.astimezone(TAIPEI):%Y-%m}"


def used(session: Session, reading: Reading, *, now: datetime) -> int:
    """Messages of this month that are gone: as LINE told, and as we know better.

    What was pushed since LINE was asked, and what is on its way, counts too: LINE
    takes it off the month before it tells.
    """
    began = month_start(now)
    told = reading.used if reading.told_at >= began else 0
    since = max(reading.told_at, began)
    ours, lately = session.execute(
        select(func.count(), func.count().filter(OutboxMessage.done_at >= since)).where(
            _pushed(began)
        )
    ).one()
    under_way = and_(OutboxMessage.lease.is_not(None), OutboxMessage.kind == Kind.PUSH)
    sending = session.scalar(select(func.count()).where(under_way)) or 0
    return max(told + lately, ours) + sending


def some_left(session: Session, *, now: datetime) -> bool:
    """Whether the month has messages left, as far as we know from what LINE told lately."""
    reading = quota.latest(session)
    if reading is None or reading.monthly is None or reading.told_at < now - LATELY:
        return False
    return used(session, reading, now=now) < reading.monthly


def history(session: Session, *, now: datetime) -> History:
    """What the last weeks asked of the month's messages, also in vain."""
    since = now - LOOK_BACK
    rows = session.execute(
        select(
            OutboxMessage.purpose,
            OutboxMessage.value,
            func.count(),
            func.min(OutboxMessage.done_at),
        )
        .where(_asked(since))
        .group_by(OutboxMessage.purpose, OutboxMessage.value)
    ).all()
    service, marketing = 0, defaultdict[int | None, int](int)
    first = now
    for purpose, value, count, at in rows:
        first = min(first, at or now)
        if purpose == Purpose.MARKETING:
            marketing[value] += count
        else:
            service += count
    days = max(FEWEST_DAYS, (now - first) / timedelta(days=1))
    return History(days, service, dict(marketing))


def waiting(session: Session, *, now: datetime) -> Waiting:
    """Marketing that is there already and asks for a push this month."""
    may_ride = and_(OutboxMessage.rides, OutboxMessage.due_at > now).label("may_ride")
    found, newest = defaultdict[int | None, float](float), 0
    for state in (State.QUEUED, State.PARKED):  # each has an index of its own
        rows = session.execute(
            select(OutboxMessage.value, may_ride, func.count(), func.max(OutboxMessage.id))
            .where(
                in_state(state),
                MARKETING,
                OutboxMessage.kind == Kind.PUSH,
                OutboxMessage.lease.is_(None),
                OutboxMessage.due_at < month_end(now),
                standing_alone(),
            )
            .group_by(OutboxMessage.value, may_ride)
        )
        for value, rides, count, last in rows.all():
            found[value] += count * (PUSHED_RIDERS if rides else 1)
            newest = max(newest, last or 0)
    return Waiting(dict(found), newest)


def by_rule(session: Session, *, since: datetime) -> list[tuple[str, str, int]]:
    """Rule, purpose and how many were pushed since then, the most first."""
    query = (
        select(OutboxMessage.rule, OutboxMessage.purpose, func.count())
        .where(_pushed(since))
        .group_by(OutboxMessage.rule, OutboxMessage.purpose)
        .order_by(func.count().desc(), OutboxMessage.rule)
    )
    return [(rule, purpose, count) for rule, purpose, count in session.execute(query).all()]


def rode_by_rule(session: Session, *, since: datetime) -> dict[str, int]:
    """Rule and how many of its messages went along with a reply since then."""
    # replies have rising ids: theirs are beyond that of the first push that ended since then
    first = (
        select(OutboxMessage.id)
        .where(_asked(since))
        .order_by(OutboxMessage.done_at)
        .limit(1)
        .scalar_subquery()
    )
    query = (
        select(OutboxMessage.rule, func.count())
        .where(
            OutboxMessage.rides_on_id >= func.coalesce(first, 0),
            in_state(State.SENT),
            OutboxMessage.done_at >= since,
        )
        .group_by(OutboxMessage.rule)
    )
    return dict(session.execute(query).all())


def parked_by_rule(session: Session) -> list[tuple[str, int]]:
    """Rule and how many of its messages wait for budget."""
    query = (
        select(OutboxMessage.rule, func.count())
        .where(in_state(State.PARKED), OutboxMessage.reason == BUDGET)
        .group_by(OutboxMessage.rule)
        .order_by(func.count().desc(), OutboxMessage.rule)
    )
    return [(rule, count) for rule, count in session.execute(query)]


def _asked(since: datetime) -> ColumnElement[bool]:
    # word for word the condition of the index
    return and_(OutboxMessage.done_at >= since, text(ASKED_OF_QUOTA))


def _pushed(since: datetime) -> ColumnElement[bool]:
    return and_(_asked(since), in_state(State.SENT))
