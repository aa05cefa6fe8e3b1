"""Which worker reads which lanes of the inbox: taken by lease, checked again at each use.

A look costs the same however much waits and however long the history is.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import Integer, and_, bindparam, func, literal, or_, select, update
from sqlalchemy.orm import Session

from models.base import among, insert
from models.talk.inbox import LANES, InboxEvent, LaneLease, waits

_FROM_ZERO = select(literal(0, Integer, literal_execute=True).label("lane")).cte(
    "lanes", recursive=True
)
_LANE = _FROM_ZERO.union_all(
    select(_FROM_ZERO.c.lane + 1).where(
        _FROM_ZERO.c.lane < literal(LANES - 1, literal_execute=True)
    )
)
# the first of each lane by itself: a look costs the same however much waits
_FIRST = (
    select(func.min(InboxEvent.id))
    .where(
        InboxEvent.lane == _LANE.c.lane,
        waits(),
        or_(InboxEvent.next_try_at.is_(None), InboxEvent.next_try_at <= bindparam("now")),
    )
    .scalar_subquery()
)
_WAITING = (
    select(_LANE.c.lane, _FIRST.label("first"))
    .outerjoin(LaneLease, LaneLease.lane == _LANE.c.lane)
    .where(
        or_(
            LaneLease.lane.is_(None),
            LaneLease.owner == bindparam("owner"),
            LaneLease.leased_until <= bindparam("now"),
        )
    )
)


def waiting(session: Session, *, owner: str, now: datetime) -> list[int]:
    """Lanes in which something waits and which nobody else reads, the longest waiting first."""
    rows = session.execute(_WAITING, {"owner": owner, "now": now})
    found = [(first, lane) for lane, first in rows if first is not None]
    return [lane for _, lane in sorted(found)]


def lease(
    session: Session, lanes: Sequence[int], *, owner: str, now: datetime, hold: timedelta
) -> list[int]:
    """Take those of `lanes` that are free, ours or abandoned; return which we hold now."""
    free = (
        select(LaneLease.lane)
        .where(
            among(session, LaneLease.lane, lanes),
            or_(LaneLease.owner == owner, LaneLease.leased_until <= now),
        )
        # in one order, or two workers could wait for each other
        .order_by(LaneLease.lane)
        # nor for one that sleeps in the middle of a transaction past its lease
        .with_for_update(skip_locked=True)
    )
    ours = {"owner": owner, "leased_until": now + hold}
    held = set(
        session.scalars(
            update(LaneLease)
            .where(LaneLease.lane.in_(free))
            .values(ours)
            .returning(LaneLease.lane)
            .execution_options(synchronize_session=False)
        )
    )
    if rows := [{"lane": lane} | ours for lane in sorted(set(lanes) - held)]:
        fresh = (
            insert(session, LaneLease).values(rows).on_conflict_do_nothing(index_elements=["lane"])
        )
        held |= set(session.scalars(fresh.returning(LaneLease.lane)))
    return sorted(held)


def release(
    session: Session, *, owner: str, now: datetime, lanes: Sequence[int] | None = None
) -> None:
    """Let go of some lanes, or of every one we hold."""
    ours = LaneLease.owner == owner
    which = ours if lanes is None else and_(ours, among(session, LaneLease.lane, lanes))
    session.execute(update(LaneLease).where(which).values(leased_until=now))


def still_ours(session: Session, lanes: Sequence[int], *, owner: str, now: datetime) -> list[int]:
    """Those of the lanes that are ours, locked until commit so that they stay so."""
    query = (
        select(LaneLease.lane)
        .where(
            among(session, LaneLease.lane, lanes),
            LaneLease.owner == owner,
            LaneLease.leased_until > now,
        )
        .order_by(LaneLease.lane)
    )
    return list(session.scalars(query.with_for_update()))
