"""Recording how a try went, for those who still hold the message.

Every change asks for the lease under which the message was taken: a sender
that slept past its lease changes nothing, because another may hold it now.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from operator import itemgetter
from typing import Any, NamedTuple, cast

from sqlalchemy import Table, and_, bindparam, func, literal_column, select, update
from sqlalchemy.orm import Session
from sqlalchemy.sql.dml import ReturningUpdate

from models import bulk
from models.base import dialect
from models.talk import budget_figures
from models.talk import outbox_holds as holds
from models.talk import outbox_riding as riding
from models.talk.outbox_parcels import Parcel
from models.talk.outbox_records import REPLY_RULE, Kind, OutboxMessage, State, in_state
from models.talk.policy import Purpose

TABLE = cast("Table", OutboxMessage.__table__)
HELD_BY = ("id", "lease")
LET_GO: dict[str, Any] = {"lease": None, "leased_until": None}
ALIKE = 10  # refusals of one campaign for one reason, and more than half of it, pause it


class Outcome(NamedTuple):
    """How a try went.

    `state` queued means try again at `due_at`. `charged` tries count towards
    the backoff. `open` says that LINE may have the message although it did not
    say so. `as_push` turns an answer into a push. `quota` says that the month's
    messages are used up. `released` ones were not tried at all. `message_ids` are
    LINE's, of answers that may be quoted.
    """

    state: State
    reason: str = ""
    request_id: str = ""
    due_at: datetime | None = None
    charged: bool = False
    open: bool = False
    as_push: bool = False
    quota: bool = False
    released: bool = False
    message_ids: tuple[str, ...] = ()


@dataclass
class Settlement:
    """What completing came to: how many per state, and what somebody should hear of.

    `paused` are campaigns put on hold now; `quota_used_up` and `quota_back`
    are true at the moment of the change only. `late` found their lease gone.
    """

    counts: Counter[str] = field(default_factory=Counter)
    late: int = 0
    paused: list[str] = field(default_factory=list)
    quota_used_up: bool = False
    quota_back: bool = False


def complete(session: Session, parcel: Parcel, outcome: Outcome, *, now: datetime) -> bool:
    """Record one outcome; False if it came too late."""
    return not complete_many(session, [(parcel, outcome)], now=now).late


def complete_many(
    session: Session, done: Sequence[tuple[Parcel, Outcome]], *, now: datetime
) -> Settlement:
    """Record what came of a batch of tries."""
    kept = _recorded(session, done, now)
    result = Settlement(late=len(done) - len(kept))
    if not kept:
        return result
    result.counts.update(
        _counted_as(outcome) for _, outcome in kept if not (outcome.as_push or outcome.released)
    )
    _settle_riders(session, kept, now)
    _mind_the_quota(session, kept, result, now)
    _mind_refusals(session, kept, result, now)
    return result


def _recorded(
    session: Session, done: Sequence[tuple[Parcel, Outcome]], now: datetime
) -> list[tuple[Parcel, Outcome]]:
    """Write down what came of those that are still held; return them."""
    rows = [_values(parcel, outcome, now) for parcel, outcome in done]
    together = dialect(session) == "postgresql"
    held = _at_once(session, rows) if together else _one_by_one(session, rows)
    return [each for each in done if (each[0].id, each[0].lease) in held]


def _at_once(session: Session, rows: Sequence[dict[str, Any]]) -> set[tuple[int, str]]:
    """In one statement, in the order of their ids: two senders then never wait for each other."""
    shape, values = bulk.arrays(sorted(rows, key=itemgetter("id")))
    changed = session.connection().execute(_recording(shape), values)
    return {(id_, lease) for id_, lease in changed.all()}


@lru_cache
def _recording(shape: bulk.Shape) -> ReturningUpdate[*tuple[Any, ...]]:
    columns = bulk.given(TABLE, shape)
    return (
        update(TABLE)
        .where(TABLE.c.id == columns["id"], TABLE.c.lease == columns["lease"])
        .values({name: columns[name] for name in columns if name not in HELD_BY} | LET_GO)
        .returning(columns["id"], columns["lease"])
    )


def _one_by_one(session: Session, rows: Sequence[dict[str, Any]]) -> set[tuple[int, str]]:
    ids = [row["id"] for row in rows]
    query = select(TABLE.c.id, TABLE.c.lease).where(TABLE.c.id.in_(ids))
    found = {(id_, lease) for id_, lease in session.connection().execute(query)}
    ours = [row for row in rows if (row["id"], row["lease"]) in found]
    if ours:
        changed: dict[str, Any] = {
            name: bindparam(f"new_{name}") for name in ours[0] if name not in HELD_BY
        }
        session.connection().execute(
            update(TABLE).where(TABLE.c.id == bindparam("new_id")).values(changed | LET_GO),
            [{f"new_{name}": value for name, value in row.items()} for row in ours],
        )
    return {(row["id"], row["lease"]) for row in ours}


def _values(parcel: Parcel, outcome: Outcome, now: datetime) -> dict[str, Any]:
    sent, push = outcome.state is State.SENT, outcome.as_push
    ended = outcome.state not in (State.QUEUED, State.PARKED)
    tried_at, counted_at = parcel.first_tried_at, parcel.counted_at
    if sent or outcome.open:
        tried_at = parcel.first_tried_at or parcel.claimed_at
        if parcel.purpose is Purpose.MARKETING:
            counted_at = now if sent else parcel.counted_at or parcel.claimed_at
    return {
        "id": parcel.id,
        "lease": parcel.lease,
        "state": outcome.state.value,
        "reason": _text(outcome),
        "request_id": outcome.request_id[:64],
        "due_at": outcome.due_at or parcel.due_at,
        "attempts": parcel.attempts + outcome.charged,
        "first_tried_at": None if push else tried_at,
        "counted_at": counted_at,
        "done_at": now if ended else None,
        "kind": (Kind.PUSH if push else parcel.kind).value,
        "use_until": None if push else parcel.use_until,
        "reply_token": None if push or ended else parcel.reply_token,
    }


def _text(outcome: Outcome) -> str:
    # PostgreSQL keeps no NUL
    return outcome.reason.replace("\0", "")[:300]


def _counted_as(outcome: Outcome) -> str:
    return "retry" if outcome.state is State.QUEUED else outcome.state.value


def _settle_riders(
    session: Session, kept: Sequence[tuple[Parcel, Outcome]], now: datetime
) -> None:
    for state in {outcome.state for _, outcome in kept} - {State.QUEUED, State.PARKED}:
        carriers = [p.id for p, o in kept if p.rule == REPLY_RULE and o.state is state]
        if carriers:
            riding.settle(session, carriers, state, now=now)


def _mind_the_quota(
    session: Session, kept: Sequence[tuple[Parcel, Outcome]], result: Settlement, now: datetime
) -> None:
    if any(parcel.probe and outcome.state is State.SENT for parcel, outcome in kept):
        holds.lift(session, holds.MARKETING)
        result.quota_back = True
    if reasons := [outcome.reason for _, outcome in kept if outcome.quota]:
        reserved = budget_figures.some_left(session, now=now)
        wait = holds.RESERVED_WAIT if reserved else holds.PROBE_EVERY
        held = holds.hold(
            session,
            holds.MARKETING,
            reason=holds.RESERVED if reserved else reasons[0],
            now=now,
            probe_at=now + wait,
        )
        result.quota_used_up = held and not reserved


def _mind_refusals(
    session: Session, kept: Sequence[tuple[Parcel, Outcome]], result: Settlement, now: datetime
) -> None:
    """Pause a campaign of which LINE refuses the most for the same reason."""
    dead = {
        (parcel.rule, parcel.period, _text(outcome))
        for parcel, outcome in kept
        if outcome.state is State.DEAD and parcel.kind is Kind.PUSH and parcel.rule != REPLY_RULE
    }
    for rule, period, reason in sorted(dead):
        if _mostly_refused(session, rule, period, reason):
            scope = holds.rule_scope(rule)
            if holds.hold(session, scope, reason=reason, now=now):
                result.paused.append(rule)


def _mostly_refused(session: Session, rule: str, period: str, reason: str) -> bool:
    ended = and_(
        OutboxMessage.rule == rule,
        OutboxMessage.period == period,
        OutboxMessage.done_at.is_not(None),
    )
    alike = func.count().filter(OutboxMessage.reason == reason)
    refused, dead = session.execute(
        select(alike, func.count()).where(ended, in_state(State.DEAD))
    ).one()
    if refused < ALIKE:
        return False
    # however many were sent, no more of them are counted than would decide it
    some = (
        select(literal_column("1"))
        .where(ended, in_state(State.SENT))
        .limit(2 * refused)
        .subquery()
    )
    sent = session.scalar(select(func.count()).select_from(some)) or 0
    return bool(2 * refused > dead + sent)
