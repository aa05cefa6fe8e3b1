"""Taking due messages into a sender's hands; whether they may still go is decided here.

One person's messages are never in two hands at once and go out one after the
other, answers first. A lease that ran out hands the message, with the same key
and body, to whoever comes next.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import cache
from typing import Any, cast
from uuid import uuid4

from sqlalchemy import (
    Select,
    Table,
    and_,
    bindparam,
    case,
    func,
    or_,
    select,
    update,
)
from sqlalchemy.orm import Session

from models.base import among, among_given, dialect
from models.talk import outbox_budget
from models.talk import outbox_holds as holds
from models.talk import outbox_riding as riding
from models.talk.outbox_due import NOW, candidates, is_due, is_free
from models.talk.outbox_facts import READ, Candidate, judged, messages_with_facts
from models.talk.outbox_parcels import Batch, Parcel
from models.talk.outbox_records import (
    REPLY_RULE,
    Kind,
    OutboxMessage,
    State,
    in_state,
    not_in_hand,
)
from models.talk.policy import (
    Decision,
    Delay,
    Expire,
    GiveUp,
    Purpose,
    Send,
    SendRules,
    Skip,
    TurnIntoPush,
    Wait,
    quiet_until,
)

TABLE = cast("Table", OutboxMessage.__table__)
RIDERS_WAIT = timedelta(hours=1)
PERSON_LOCKS = 0x0B0C  # the class of our advisory locks on persons
KINDS = {kind.value: kind for kind in Kind}
PURPOSES = {purpose.value: purpose for purpose in Purpose}
ENDS = {Expire: State.EXPIRED, Skip: State.SKIPPED, GiveUp: State.UNKNOWN}


def claim(
    session: Session,
    *,
    now: datetime,
    limit: int,
    rules: SendRules,
    lease_for: timedelta,
    calm: int | None = None,
) -> Batch:
    """Take up to `limit` due messages, at most `calm` of them not urgent.

    The lease and the first try are to be committed before any call to LINE.
    """
    batch = Batch()
    held = _hold_back(session, batch, now)
    asks = holds.MARKETING in held and not quiet_until(now, rules.quiet)
    probe = holds.next_probe(session, now=now) if asks else None
    ids = candidates(session, now, limit, limit if calm is None else calm, probe)
    rows = _load(session, _locked(session, ids), probe, now)
    verdicts: dict[Decision, list[Candidate]] = defaultdict(list)
    left = outbox_budget.left_for(session, rows, rules, now=now)
    for row, verdict in judged(session, rows, rules, now, left):
        verdicts[verdict].append(row)
    if left is not None:
        verdicts[Send()] = outbox_budget.taken(session, verdicts[Send()])
    for verdict, alike in verdicts.items():
        _apply(session, batch, verdict, alike, probe, now=now, until=now + lease_for)
    return batch


def _hold_back(session: Session, batch: Batch, now: datetime) -> set[str]:
    held = holds.holds(session)
    for hold in held:
        batch.ended[State.PARKED] += holds.park(session, hold.scope, now=now)
    if held:
        batch.ended.update(holds.expire_parked(session, now=now))
    batch.ended += Counter()
    return {hold.scope for hold in held}


def _locked(session: Session, ids: Sequence[int]) -> Sequence[int]:
    """Those of the messages whose person no other sender is claiming at this moment."""
    if dialect(session) != "postgresql" or not ids:
        return ids
    person = func.pg_try_advisory_xact_lock(PERSON_LOCKS, func.hashtext(OutboxMessage.to_id))
    query = select(OutboxMessage.id).where(among(session, OutboxMessage.id, ids), person)
    ours = set(session.scalars(query.with_for_update(skip_locked=True)))
    return [id_ for id_ in ids if id_ in ours]


def _load(
    session: Session, ids: Sequence[int], probe: int | None, now: datetime
) -> list[Candidate]:
    """One message of each person, unless another sender took any before the locks were ours."""
    if not ids:
        return []
    given = {"ids": list(ids), "probe": probe, "now": now}
    rows = session.execute(_these(dialect(session)), given).all()
    found = {row[0]: Candidate._make(row) for row in rows}
    first: dict[str, Candidate] = {}
    for id_ in ids:
        if id_ in found:
            first.setdefault(found[id_].to_id, found[id_])
    return list(first.values())


@cache
def _these(on: str) -> Select[Any]:
    probe = OutboxMessage.id == bindparam("probe", type_=OutboxMessage.id.type)
    parked = and_(probe, in_state(State.PARKED), is_free(NOW))
    return messages_with_facts(*READ).where(
        among_given(on, OutboxMessage.id, "ids"), or_(is_due(NOW), parked)
    )


def _apply(
    session: Session,
    batch: Batch,
    verdict: Decision,
    rows: Sequence[Candidate],
    probe: int | None,
    *,
    now: datetime,
    until: datetime,
) -> None:
    let_go: dict[str, Any] = {"lease": None, "leased_until": None}
    match verdict:
        case Wait(reason):
            _wait(session, batch, rows, reason, now)
        case Delay(later):
            batch.moved += len(_change(session, rows, now, let_go | {"due_at": later}))
        case TurnIntoPush():
            pushed = len(_change(session, rows, now, let_go | AS_PUSH))
            batch.moved += pushed
            batch.late["pushed"] += pushed
        case Expire() | Skip() | GiveUp():
            state = ENDS[type(verdict)]
            end = {"state": state.value, "reason": getattr(verdict, "reason", ""), "done_at": now}
            ended = _change(session, rows, now, let_go | end)
            batch.ended[state] += len(ended)
            late = sum(row.kind == Kind.REPLY for row in rows if row.id in ended)
            if late:
                batch.late["dropped"] += late
            carriers = [row.id for row in rows if row.id in ended and row.rule == REPLY_RULE]
            if carriers:
                riding.settle(session, carriers, state, now=now)
        case _:
            batch.parcels = _lease(session, rows, probe, now=now, until=until)


def _wait(
    session: Session, batch: Batch, rows: Sequence[Candidate], reason: str, now: datetime
) -> None:
    """Set messages aside; what rides on replies stays where the next reply finds it."""
    let_go: dict[str, Any] = {"lease": None, "leased_until": None, "reason": reason}
    riders = [row for row in rows if row.rides]
    others = [row for row in rows if not row.rides]
    if riders:
        batch.moved += len(_change(session, riders, now, let_go | {"due_at": now + RIDERS_WAIT}))
    if others:
        parked = let_go | {"state": State.PARKED.value}
        batch.ended[State.PARKED] += len(_change(session, others, now, parked))


AS_PUSH: dict[str, Any] = {
    "kind": Kind.PUSH.value,
    "reply_token": None,
    "use_until": None,
    "first_tried_at": None,
}


def _lease(
    session: Session,
    rows: Sequence[Candidate],
    probe: int | None,
    *,
    now: datetime,
    until: datetime,
) -> list[Parcel]:
    if any(row.id == probe for row in rows) and not holds.take_probe(session, now=now):
        rows = [row for row in rows if row.id != probe]
    token = str(uuid4())
    counts = OutboxMessage.purpose == Purpose.MARKETING
    values = {
        "lease": token,
        "leased_until": until,
        # If this sender is lost, others go first: one that loses every sender starves nobody
        "due_at": until,
        "state": State.QUEUED.value,
        "first_tried_at": func.coalesce(OutboxMessage.first_tried_at, now),
        "counted_at": case((counts, func.coalesce(OutboxMessage.counted_at, now))),
    }
    taken = _change(session, rows, now, values)
    return [
        Parcel(
            id=row.id,
            lease=token,
            kind=KINDS[row.kind],
            to_id=row.to_id,
            reply_token=row.reply_token,
            body=row.messages,
            retry_key=row.retry_key,
            rule=row.rule,
            period=row.period,
            purpose=PURPOSES[row.purpose],
            essential=row.essential,
            attempts=row.attempts,
            due_at=row.due_at,
            use_until=row.use_until,
            claimed_at=now,
            first_tried_at=row.first_tried_at,
            counted_at=row.counted_at,
            urgent=row.urgent,
            probe=row.id == probe,
        )
        for row in rows
        if row.id in taken
    ]


def _change(
    session: Session, rows: Sequence[Candidate], now: datetime, values: dict[str, Any]
) -> set[int]:
    """Change those of the messages that nobody holds; return which they were."""
    changed = session.connection().execute(
        update(TABLE)
        .where(among(session, TABLE.c.id, [row.id for row in rows]), not_in_hand(now))
        .values(values)
        .returning(TABLE.c.id)
    )
    return set(changed.scalars().all())
