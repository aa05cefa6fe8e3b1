"""Which worker reads which lanes of the inbox: locked for one transaction, or leased over several.

A look costs the same however much waits and however long the history is.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import and_, bindparam, func, or_, select, update
from sqlalchemy.orm import Session

from models.base import among, dialect, insert
from models.talk.inbox import LANES, InboxEvent, LaneLease, waits

_DUE = and_(
    InboxEvent.lane == LaneLease.lane,
    waits(),
    or_(InboxEvent.next_try_at.is_(None), InboxEvent.next_try_at <= bindparam("now")),
)
_FREE = or_(LaneLease.owner == bindparam("owner"), LaneLease.leased_until <= bindparam("now"))
# the first of each lane by itself: a look costs the same however much waits
_FIRST = select(func.min(InboxEvent.id)).where(_DUE).scalar_subquery()
_SOME = select(LaneLease.lane).where(_FREE, _FIRST.is_not(None)).limit(1)
_TAKE = (
    select(LaneLease.lane)
    .where(_FREE, _FIRST.is_not(None))
    .order_by(_FIRST)
    .limit(bindparam("most"))
    # another worker is at what is locked, or sleeps in the middle of it
    .with_for_update(skip_locked=True, of=LaneLease)
)
# nobody waits longer for the lanes of a worker that fell asleep in its transaction
_BRIEFLY = _TAKE.where(
    select(func.set_config("idle_in_transaction_session_timeout", "10s", True))
    .scalar_subquery()
    .is_not(None)
)


def prepare(session: Session, *, now: datetime) -> None:
    """See to it that there are lanes; free ones, unless they are there already."""
    rows = [{"lane": lane, "owner": "", "leased_until": now} for lane in range(LANES)]
    session.execute(
        insert(session, LaneLease).values(rows).on_conflict_do_nothing(index_elements=["lane"])
    )


def waiting(session: Session, *, owner: str, now: datetime) -> bool:
    """Whether something waits in a lane that nobody else has leased."""
    return session.execute(_SOME, {"owner": owner, "now": now}).first() is not None


def take(
    session: Session, *, owner: str, now: datetime, most: int, beside: Sequence[int] = ()
) -> list[int]:
    """Lanes in which something waits, the longest waiting first, ours until this transaction ends.

    Nobody has leased them or is at them. What waits in them is to be read by
    another statement, which sees what was committed before they were ours.
    """
    query = _BRIEFLY if dialect(session) == "postgresql" else _TAKE
    if beside:
        query = query.where(LaneLease.lane.not_in(beside))
    return list(session.scalars(query, {"owner": owner, "now": now, "most": most}))


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
    held = session.scalars(
        update(LaneLease)
        .where(LaneLease.lane.in_(free))
        .values(owner=owner, leased_until=now + hold)
        .returning(LaneLease.lane)
        .execution_options(synchronize_session=False)
    )
    return sorted(held)


def renew(session: Session, lane: int, *, owner: str, now: datetime, hold: timedelta) -> bool:
    """Hold a lane that is still ours for longer; locked until commit, so that it stays ours."""
    held = session.scalars(
        update(LaneLease)
        .where(LaneLease.lane == lane, LaneLease.owner == owner, LaneLease.leased_until > now)
        .values(leased_until=now + hold)
        .returning(LaneLease.lane)
        .execution_options(synchronize_session=False)
    )
    return held.first() is not None


def release(session: Session, *, owner: str, now: datetime) -> None:
    """Let go of every lane we hold."""
    session.execute(
        update(LaneLease)
        .where(LaneLease.owner == owner, LaneLease.leased_until > now)
        .values(leased_until=now)
        .execution_options(synchronize_session=False)
    )
