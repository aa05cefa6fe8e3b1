"""Holds: what must wait although it is due, and since when.

`marketing` while LINE says that the month's messages are used up (one probe an
hour finds out whether they still are; one every two minutes while the shop knows
of some that are left, which sends under way have reserved), `rule:<rule>` after
LINE refused too many of a campaign's messages, `pushes` for all pushes, after a
backup was restored.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, String, and_, case, delete, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.base import Base, UtcDateTime, insert
from models.talk.outbox_records import (
    Kind,
    OutboxMessage,
    State,
    in_state,
    not_in_hand,
    standing_alone,
)
from models.talk.policy import BUDGET, Purpose

MARKETING = "marketing"
PUSHES = "pushes"
PROBE_EVERY = timedelta(hours=1)
# LINE also says that the month is used up while sends under way have the rest of it reserved
RESERVED = "reserved"
RESERVED_WAIT, RESERVED_AT_MOST = timedelta(minutes=2), timedelta(hours=1)


class OutboxHold(Base):
    """Messages in `scope` wait; from `probe_at` on, if set, one of them may be tried."""

    __tablename__ = "outbox_holds"

    scope: Mapped[str] = mapped_column(String(60), primary_key=True)
    reason: Mapped[str] = mapped_column(String(300))
    since: Mapped[datetime] = mapped_column(UtcDateTime)
    probe_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    def used_up(self, now: datetime) -> bool:
        """Whether the month's messages are gone, as far as one can know."""
        if self.scope != MARKETING:
            return False
        return self.reason != RESERVED or self.since <= now - RESERVED_AT_MOST


def rule_scope(rule: str) -> str:
    return f"rule:{rule}"


def hold(
    session: Session, scope: str, *, reason: str, now: datetime, probe_at: datetime | None = None
) -> bool:
    """Let messages in `scope` wait; False if they wait already."""
    row = {"scope": scope, "reason": reason[:300], "since": now, "probe_at": probe_at}
    made = session.scalar(
        insert(session, OutboxHold)
        .values(row)
        .on_conflict_do_nothing(index_elements=["scope"])
        .returning(OutboxHold.scope)
    )
    return made is not None


def lift(session: Session, scope: str) -> int:
    """End a hold and queue what waited for it; return how many that were."""
    session.execute(delete(OutboxHold).where(OutboxHold.scope == scope))
    freed = session.execute(
        update(OutboxMessage)
        .where(in_state(State.PARKED), OutboxMessage.reason == scope)
        .values(state=State.QUEUED.value, reason="")
        .returning(OutboxMessage.id)
    )
    return len(freed.all())


def holds(session: Session) -> list[OutboxHold]:
    """The holds in force."""
    return list(session.scalars(select(OutboxHold).order_by(OutboxHold.scope)))


def park(session: Session, scope: str, *, now: datetime) -> int:
    """Set aside what is due in `scope`; return how many."""
    due = and_(in_state(State.QUEUED), OutboxMessage.due_at <= now)
    values: dict[str, Any] = {"state": State.PARKED.value, "reason": scope}
    parked = session.execute(
        update(OutboxMessage)
        .where(due, not_in_hand(now), standing_alone(), _within(scope))
        .values(values | {"lease": None, "leased_until": None})
        .returning(OutboxMessage.id)
    )
    return len(parked.all())


def expire_parked(session: Session, *, now: datetime) -> list[str]:
    """End parked messages that are of no use any more; return the states they ended in."""
    end = case(
        # LINE may have one that was tried: then nobody knows
        (OutboxMessage.first_tried_at.is_not(None), State.UNKNOWN.value),
        (OutboxMessage.reason == BUDGET, State.SKIPPED.value),
        else_=State.EXPIRED.value,
    )
    ended = session.scalars(
        update(OutboxMessage)
        .where(
            in_state(State.PARKED),
            OutboxMessage.use_until <= now,
            not_in_hand(now),
        )
        .values(state=end, done_at=now)
        .returning(OutboxMessage.state)
    )
    return list(ended)


def next_probe(session: Session, *, now: datetime) -> int | None:
    """The parked marketing message that may be tried now, if it is time for one."""
    waits = and_(
        in_state(State.PARKED),
        OutboxMessage.reason == MARKETING,
        OutboxMessage.due_at <= now,
    )
    return session.scalar(
        select(OutboxMessage.id)
        .join(OutboxHold, OutboxHold.scope == MARKETING)
        .where(OutboxHold.probe_at <= now, waits, not_in_hand(now))
        .order_by(OutboxMessage.due_at, OutboxMessage.id)
        .limit(1)
    )


def take_probe(session: Session, *, now: datetime) -> bool:
    """Claim the next probe; False if another sender did."""
    reserved = and_(OutboxHold.reason == RESERVED, OutboxHold.since > now - RESERVED_AT_MOST)
    taken = session.scalar(
        update(OutboxHold)
        .where(OutboxHold.scope == MARKETING, OutboxHold.probe_at <= now)
        .values(probe_at=case((reserved, now + RESERVED_WAIT), else_=now + PROBE_EVERY))
        .returning(OutboxHold.scope)
    )
    return taken is not None


def _within(scope: str) -> ColumnElement[bool]:
    pushes = OutboxMessage.kind == Kind.PUSH
    if scope == MARKETING:
        return and_(pushes, OutboxMessage.purpose == Purpose.MARKETING)
    if scope == PUSHES:
        return pushes
    return and_(pushes, OutboxMessage.rule == scope.removeprefix("rule:"))
