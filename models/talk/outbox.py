"""Messages to send: each exists once, and ends in a state that has a name.

A message commits with the effect it tells of. Its body and its retry key are
frozen before the first try, so that every further try is the same request to
LINE. `outbox_claim` takes what is due, `outbox_complete` records how it went.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from functools import cache
from itertools import chain
from typing import Any, NamedTuple

import orjson
from sqlalchemy import Insert, and_, func, or_, select, update
from sqlalchemy.orm import Session

from models import bulk, copying
from models.base import among, batches, dialect, insert, insert_for
from models.people.consents import Topic
from models.talk import retry_keys
from models.talk.outbox_records import (
    REPLY_RULE,
    Kind,
    OutboxMessage,
    State,
    in_state,
    standing_alone,
)
from models.talk.policy import Purpose

# read for each of many rows
PUSH, REPLY, QUEUED = Kind.PUSH.value, Kind.REPLY.value, State.QUEUED.value
REPLY_LIFE = timedelta(seconds=50)  # a token lives about a minute; the call itself takes time


class Draft(NamedTuple):
    """A message somebody planned; not yet kept.

    `messages` are message objects, or the JSON array of them as it is to be kept.
    `use_until` is when it stops being of use. `capped` false exempts it from
    the weekly cap, though it still counts. With `rides` it may go along with a
    reply until `due_at`, when it is pushed. `retry_key` is what LINE knows a
    push by for a day; a new one unless it is given. `value` is what the shop may
    expect of marketing, in hundredths of NT$ (`models.shop.worth`): while the
    month's messages are short, the most valuable go. Without one it has an hour
    of its own, and goes as long as marketing has any left.
    """

    key: str
    rule: str
    period: str
    member_id: int | None
    to_id: str
    messages: list[dict[str, Any]] | str
    topic: Topic
    purpose: Purpose
    due_at: datetime
    use_until: datetime | None = None
    urgent: bool = False
    rides: bool = False
    capped: bool = True
    retry_key: str | None = None
    value: int | None = None

    @property
    def frozen(self) -> str:
        """The body as it is kept."""
        if isinstance(self.messages, str):
            return self.messages
        return orjson.dumps(self.messages).decode()


class Waiting(NamedTuple):
    """How many messages are overdue, and since when the oldest of them is."""

    overdue: int
    since: datetime | None


def enqueue(session: Session, draft: Draft, *, now: datetime) -> bool:
    """Keep a message to send; False if its key is here already."""
    return bool(enqueue_many(session, [draft], now=now))


def enqueue_many(session: Session, drafts: Iterable[Draft], *, now: datetime) -> set[str]:
    """Keep messages to send; return the keys that were new.

    `drafts` may be a generator that asks nothing of the database: no more of them
    than one statement takes are held.
    """
    rows = (columns(draft, now) for draft in drafts)
    new: set[str] = set()
    for chunk in bulk.chunks(rows):
        taken: list[bulk.Row] = []
        if copying.copy(session, OutboxMessage, chunk, taken):
            new.update(row["key"] for row in taken)
        else:
            new |= _put(session, chain(taken, chunk))
    return new


def known(session: Session, keys: Sequence[str]) -> set[str]:
    """Those of `keys` that are kept already."""
    found: set[str] = set()
    for chunk in batches(keys, 2000):
        asked = among(session, OutboxMessage.key, chunk)
        found.update(session.scalars(select(OutboxMessage.key).where(asked)))
    return found


def reply(
    session: Session,
    *,
    inbox_id: int,
    member_id: int | None,
    to_id: str,
    token: str,
    messages: list[dict[str, Any]],
    occurred_at: datetime,
    now: datetime,
    essential: bool = False,
    riding: Sequence[OutboxMessage] = (),
) -> int:
    """Keep the answer to an event; return its id, the same one if it was kept before.

    `occurred_at` is when the token came to us. `riding` are messages from
    `outbox_riding.rides_for`, whose bodies go along after the answer's own.
    """
    row = reply_row(
        inbox_id=inbox_id,
        member_id=member_id,
        to_id=to_id,
        token=token,
        messages=[*messages, *(body for row in riding for body in orjson.loads(row.messages))],
        occurred_at=occurred_at,
        now=now,
        essential=essential,
    )
    kept: int | None = session.scalar(
        insert(session, OutboxMessage)
        .values(row)
        .on_conflict_do_nothing(index_elements=["key"])
        .returning(OutboxMessage.id)
    )
    if kept is None:
        return session.scalars(
            select(OutboxMessage.id).where(OutboxMessage.key == row["key"])
        ).one()
    if riding:
        _attach(session, kept, [row.id for row in riding])
    return kept


def reply_row(
    *,
    inbox_id: int,
    member_id: int | None,
    to_id: str,
    token: str,
    messages: list[dict[str, Any]],
    occurred_at: datetime,
    now: datetime,
    essential: bool,
) -> dict[str, Any]:
    """The columns of an answer."""
    draft = Draft(
        key=f"{REPLY_RULE}:{inbox_id}",
        rule=REPLY_RULE,
        period=str(inbox_id),
        member_id=member_id,
        to_id=to_id,
        messages=messages,
        topic=Topic.SERVICE,
        purpose=Purpose.SERVICE,
        due_at=min(occurred_at, now),
        use_until=occurred_at + REPLY_LIFE,
        urgent=True,
    )
    return columns(draft, now) | {
        "kind": REPLY,
        "reply_token": token,
        "essential": essential,
    }


def cancel(session: Session, *, rule: str, period: str | None = None, now: datetime) -> int:
    """Call off what has not been tried yet; return how many.

    What has been tried goes on to its end, so that its fate is known.
    """
    wanted = OutboxMessage.rule == rule
    if period is not None:
        wanted = and_(wanted, OutboxMessage.period == period)
    untouched = and_(
        OutboxMessage.lease.is_(None),
        OutboxMessage.first_tried_at.is_(None),
        OutboxMessage.rides_on_id.is_(None),
    )
    called_off = 0
    for state in (State.QUEUED, State.PARKED):  # each has an index of its own
        changed = session.execute(
            update(OutboxMessage)
            .where(wanted, in_state(state), untouched)
            .values(state=State.CANCELLED.value, done_at=now)
            .returning(OutboxMessage.id)
        )
        called_off += len(changed.all())
    return called_off


def forget(session: Session, member_id: int, *, now: datetime) -> None:
    """Remove every body and address kept for a person; what waited is cancelled."""
    waits = and_(
        OutboxMessage.member_id == member_id,
        or_(in_state(State.QUEUED), in_state(State.PARKED)),
    )
    session.execute(
        update(OutboxMessage)
        .where(waits, OutboxMessage.lease.is_(None))
        .values(state=State.CANCELLED.value, reason="erased", done_at=now)
    )
    session.execute(
        update(OutboxMessage)
        .where(OutboxMessage.member_id == member_id)
        .values(messages="[]", reply_token=None, to_id=f"erased:{member_id}")
    )


def waiting(session: Session, *, now: datetime) -> Waiting:
    """What is due and not sent yet; parked messages wait on purpose and do not count."""
    due = and_(in_state(State.QUEUED), OutboxMessage.due_at <= now, standing_alone())
    count, since = session.execute(
        select(func.count(), func.min(OutboxMessage.due_at)).where(due)
    ).one()
    return Waiting(count, since)


def in_hand(session: Session) -> int:
    """How many messages senders hold: on their way, or lost with their sender."""
    held = select(func.count()).where(OutboxMessage.lease.is_not(None))
    return session.scalar(held) or 0


def _put(session: Session, rows: Iterable[bulk.Row]) -> set[str]:
    """Keep those that are not here yet; return their keys."""
    kept = bulk.execute(session, _once(dialect(session)), rows)
    return {key for result in kept for key in result.scalars()}


@cache
def _once(dialect_name: str) -> Insert:
    new = insert_for(dialect_name, OutboxMessage).on_conflict_do_nothing(index_elements=["key"])
    return new.returning(OutboxMessage.key)


def columns(draft: Draft, now: datetime) -> dict[str, Any]:
    """The columns of a new message."""
    return {
        "key": draft.key,
        "kind": PUSH,
        "member_id": draft.member_id,
        "to_id": draft.to_id,
        "rule": draft.rule,
        "period": draft.period,
        "topic": str(Topic(draft.topic)),
        "purpose": str(Purpose(draft.purpose)),
        "messages": draft.frozen,
        "due_at": draft.due_at,
        "use_until": draft.use_until,
        "urgent": draft.urgent,
        "capped": draft.capped,
        "essential": False,
        "rides": draft.rides,
        "value": draft.value,
        "state": QUEUED,
        "reason": "",
        "attempts": 0,
        "retry_key": draft.retry_key or retry_keys.new(),
        "request_id": "",
        "created_at": now,
    }


def _attach(session: Session, reply_id: int, ids: Sequence[int]) -> None:
    """Tie messages to the reply that carries them; `rides_for` has locked them."""
    session.execute(
        update(OutboxMessage)
        .where(OutboxMessage.id.in_(ids), OutboxMessage.state == State.QUEUED)
        .values(rides_on_id=reply_id)
    )
