"""Webhook events, each stored once, read in order per person.

A person's events share a lane. A worker locks lanes for the transaction of a batch,
and leases them where it goes one event at a time (`inbox_lanes`), so that nobody is
served by two at once. Twice is harmless by `event_id`.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any, NamedTuple, cast

from sqlalchemy import (
    ColumnElement,
    CursorResult,
    Index,
    Integer,
    Select,
    String,
    Text,
    Update,
    and_,
    bindparam,
    column,
    delete,
    func,
    literal,
    select,
    text,
    update,
    values,
)
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.base import Base, Id, UtcDateTime, among_given, dialect, insert

LANES = 64
MAX_ATTEMPTS = 5
# events of one transaction: on SQLite nobody else can write meanwhile, webhooks included
AT_ONCE = {"postgresql": 64, "sqlite": 8}
KEEP = timedelta(days=60)
EMPTY = "{}"  # of an event whose content is gone


class InboxEvent(Base):
    """One event as LINE sent it: `body` is its JSON, unread.

    `person` is the user (or group) id that keeps events in order; `occurred_at`
    is LINE's own time of the event; `state` is new, done, failed or ignored.
    """

    __tablename__ = "inbox"
    __table_args__ = (
        Index(
            "ix_inbox_waiting",
            "lane",
            "id",
            postgresql_where=text("state = 'new'"),
            sqlite_where=text("state = 'new'"),
        ),
        Index("ix_inbox_person", "person", "id"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    event_id: Mapped[str] = mapped_column(String(64), unique=True)
    lane: Mapped[int]
    person: Mapped[str] = mapped_column(String(64))
    kind: Mapped[str] = mapped_column(String(40))
    redelivered: Mapped[bool]
    occurred_at: Mapped[datetime] = mapped_column(UtcDateTime)
    received_at: Mapped[datetime] = mapped_column(UtcDateTime)
    body: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(String(10), default="new")
    attempts: Mapped[int] = mapped_column(default=0)
    next_try_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    error: Mapped[str | None] = mapped_column(Text)
    done_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class LaneLease(Base):
    """Which worker reads a lane, until when."""

    __tablename__ = "inbox_lanes"

    lane: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    owner: Mapped[str] = mapped_column(String(40))
    leased_until: Mapped[datetime] = mapped_column(UtcDateTime)


@dataclass(frozen=True)
class Arrival:
    """An event about to be stored."""

    event_id: str
    person: str
    kind: str
    redelivered: bool
    occurred_at: datetime
    body: str


class Stored(NamedTuple):
    """An event as it is read back; see `InboxEvent`."""

    id: int
    event_id: str
    person: str
    received_at: datetime
    body: str


def lane_of(person: str) -> int:
    """The lane that keeps this person's events in order; the same on every machine."""
    return zlib.crc32(person.encode()) % LANES


def store(session: Session, arrivals: Sequence[Arrival], *, now: datetime) -> int:
    """Keep each event that is not here yet; return how many were new."""
    if not arrivals:
        return 0
    if dialect(session) == "postgresql":
        given = {name: [getattr(each, name) for each in arrivals] for name in GIVEN}
        lanes = [lane_of(each.person) for each in arrivals]
        kept = session.execute(_STORE, {"now": now, "lane": lanes} | given)
        return cast("CursorResult[Any]", kept).rowcount
    alike = {"received_at": now, "state": "new", "attempts": 0}
    rows = [vars(each) | alike | {"lane": lane_of(each.person)} for each in arrivals]
    statement = insert(session, InboxEvent).on_conflict_do_nothing(index_elements=["event_id"])
    return len(session.scalars(statement.returning(InboxEvent.id), rows).all())


# one statement for however many, since web has nothing else to do all day
GIVEN = {
    "event_id": "text",
    "person": "text",
    "kind": "text",
    "redelivered": "boolean",
    "occurred_at": "timestamptz",
    "body": "text",
}
_STORE = text(
    f"INSERT INTO inbox (received_at, state, attempts, lane, {', '.join(GIVEN)}) "  # noqa: S608
    "SELECT CAST(:now AS timestamptz), 'new', 0, given.* FROM unnest(CAST(:lane AS integer[]), "
    f"{', '.join(f'CAST(:{name} AS {kind}[])' for name, kind in GIVEN.items())}) AS given "
    "ON CONFLICT (event_id) DO NOTHING"
)


def read(
    session: Session, lanes: Sequence[int], *, now: datetime, limit: int | None = None
) -> list[Stored]:
    """What waits in these lanes, oldest first.

    Somebody whose earlier event is waiting to be tried again is passed over,
    so that their events stay in order without holding up the lane.
    """
    kind = dialect(session)
    given = {"asked": lanes, "now": now, "most": limit or AT_ONCE[kind]}
    return [Stored(*row) for row in session.execute(_read(kind), given)]


@cache
def _read(kind: str) -> Select[*tuple[Any, ...]]:
    theirs = and_(among_given(kind, InboxEvent.lane), waits())
    held = select(InboxEvent.person).where(theirs, InboxEvent.next_try_at > bindparam("now"))
    return (
        select(
            InboxEvent.id,
            InboxEvent.event_id,
            InboxEvent.person,
            InboxEvent.received_at,
            InboxEvent.body,
        )
        .where(theirs, InboxEvent.person.not_in(held))
        .order_by(InboxEvent.id)
        .limit(bindparam("most"))
    )


def is_new(session: Session, event_id: int) -> bool:
    """Whether the event is still to be handled."""
    state = session.scalar(select(InboxEvent.state).where(InboxEvent.id == event_id))
    return state == "new"


def finish(session: Session, ids: Sequence[int], *, now: datetime, state: str = "done") -> None:
    """Mark events as handled."""
    session.execute(_finish(dialect(session)), {"asked": ids, "to": state, "at": now})


@cache
def _finish(kind: str) -> Update:
    return (
        update(InboxEvent)
        .where(among_given(kind, InboxEvent.id))
        .values(state=bindparam("to"), done_at=bindparam("at"))
        .execution_options(synchronize_session=False)
    )


def forget_words(session: Session, ids: Sequence[int]) -> None:
    """Let go of what events hold: nobody in a group asked us to listen. That they came stays."""
    session.execute(
        update(InboxEvent)
        .where(InboxEvent.id.in_(ids))
        .values(body=EMPTY)
        .execution_options(synchronize_session=False)
    )


def unsent(session: Session, person: str, message_id: str) -> None:
    """Let go of a message that its writer took back."""
    session.execute(
        update(InboxEvent)
        .where(
            InboxEvent.person == person,
            InboxEvent.kind.in_(("message", "messageEdited")),
            InboxEvent.body.contains(f'"id":"{message_id}"', autoescape=True),
        )
        .values(body=EMPTY)
        .execution_options(synchronize_session=False)
    )


def said(session: Session, person: str, message_id: str) -> bool:
    """Whether somebody wrote the message with this id."""
    query = select(InboxEvent.id).where(
        InboxEvent.person == person,
        InboxEvent.kind == "message",
        InboxEvent.body.contains(f'"id":"{message_id}"', autoescape=True),
    )
    return session.scalar(query.limit(1)) is not None


def fail(session: Session, event_id: int, *, error: str, now: datetime) -> bool:
    """Count a failed try and put the event off; True when it was the last try.

    An event that another worker has handled meanwhile stays handled.
    """
    tries = session.scalar(
        update(InboxEvent)
        .where(InboxEvent.id == event_id, InboxEvent.state == "new")
        .values(attempts=InboxEvent.attempts + 1, error=error)
        .returning(InboxEvent.attempts)
    )
    if tries is None:
        return False
    over = bool(tries >= MAX_ATTEMPTS)
    session.execute(
        update(InboxEvent)
        .where(InboxEvent.id == event_id)
        .values(
            state="failed" if over else "new",
            next_try_at=None if over else now + timedelta(seconds=2**tries),
        )
    )
    return over


def prune(session: Session, *, before: datetime) -> int:
    """Forget events that came in before; return how many."""
    gone = session.execute(
        delete(InboxEvent)
        .where(InboxEvent.received_at < before, InboxEvent.state != "new")
        .returning(InboxEvent.id)
    )
    return len(gone.all())


def oldest_waiting(session: Session) -> datetime | None:
    """When the longest-waiting event came in: the first of each lane, however many wait."""
    lanes = values(column("lane", Integer), literal_binds=True).data([(n,) for n in range(LANES)])
    each = lanes.cte("lanes")
    first = (
        select(InboxEvent.received_at)
        .where(waits(), InboxEvent.lane == each.c.lane)
        .order_by(InboxEvent.id)
        .limit(1)
    )
    return session.scalar(select(func.min(first.scalar_subquery())).select_from(each))


def waits() -> ColumnElement[bool]:
    """Still to be handled; written out, so that the partial index is used for it."""
    return InboxEvent.state == literal("new", literal_execute=True)
