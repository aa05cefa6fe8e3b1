"""What became of a member's messages, or what keeps them: asked of the same rules that send.

A message that waits is judged as a sender would judge it at this moment.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.talk import outbox_budget
from models.talk import outbox_holds as holds
from models.talk.outbox_facts import (
    READ,
    Candidate,
    judged,
    messages_with_facts,
)
from models.talk.outbox_records import Kind, OutboxMessage, State
from models.talk.policy import Budget, Decision, Purpose, SendRules

WAITING = (State.QUEUED, State.PARKED)
TOLD, LATELY = 5, 50
Reached = tuple[str, datetime]  # a rule, and when it reached the member


class Fate(NamedTuple):
    """One message: what it was, its end or what decides about it now.

    `verdict` is the sender's, None for one that ended; `hold` is the scope that
    holds it although it may go, and `reason` then why; `recent` is other marketing
    that had reached the member within the cap's window, the newest first.
    """

    rule: str
    period: str
    topic: str
    state: State
    reason: str
    due_at: datetime
    use_until: datetime | None
    done_at: datetime | None
    value: int | None
    rode: bool
    may_ride: bool
    verdict: Decision | None = None
    hold: str = ""
    left: Budget | None = None
    recent: Sequence[Reached] = ()


def of(
    session: Session, member_id: int, *, rules: SendRules, now: datetime, rule: str | None = None
) -> list[Fate]:
    """The member's last messages that the shop sends of its own accord, the newest first."""
    columns = (OutboxMessage.topic, OutboxMessage.state, OutboxMessage.reason)
    more = (OutboxMessage.done_at, OutboxMessage.rides_on_id)
    query = messages_with_facts(*READ).add_columns(*columns, *more)
    pushes = OutboxMessage.kind == Kind.PUSH
    # answers that had to be pushed are no message of the shop's own accord
    own = OutboxMessage.rule != "reply"
    about = OutboxMessage.rule == rule if rule is not None else own
    rows = session.execute(
        query.where(OutboxMessage.member_id == member_id, pushes, about)
        .order_by(OutboxMessage.id.desc())
        .limit(TOLD)
    ).all()
    waiting = [_candidate(row) for row in rows if row.state in WAITING and not row.rides_on_id]
    left = outbox_budget.left_for(session, waiting, rules, now=now)
    verdicts = {row.id: verdict for row, verdict in judged(session, waiting, rules, now, left)}
    oldest = min([now, *(row.done_at for row in rows if row.done_at is not None)])
    reached = _reached(session, member_id, oldest - rules.window)
    held = {hold.scope: hold.reason for hold in holds.holds(session)}
    found = []
    for row in rows:
        until = row.done_at or now
        recent = [
            (rule, at)
            for id_, rule, at in reached
            if id_ != row.id and until - rules.window < at <= until
        ]
        found.append(_fate(row, verdicts.get(row.id), recent, held, left))
    return found


def _fate(
    row: Any,
    verdict: Decision | None,
    recent: Sequence[Reached],
    held: dict[str, str],
    left: Budget | None,
) -> Fate:
    waits = row.state in WAITING
    hold = _hold(row, held) if waits else ""
    return Fate(
        rule=row.rule,
        period=row.period,
        topic=row.topic,
        state=State(row.state),
        reason=held.get(hold, row.reason),
        due_at=row.due_at,
        use_until=row.use_until,
        done_at=row.done_at,
        value=row.value,
        rode=row.rides_on_id is not None,
        may_ride=row.rides and waits,
        verdict=verdict,
        hold=hold,
        left=left,
        recent=recent,
    )


def _hold(row: Any, held: dict[str, str]) -> str:
    """The scope that holds the message, if any does."""
    scopes = [holds.PUSHES, holds.rule_scope(row.rule)]
    if row.purpose == Purpose.MARKETING:
        scopes.append(holds.MARKETING)
    return next((scope for scope in scopes if scope in held), "")


def _reached(session: Session, member_id: int, since: datetime) -> list[tuple[int, str, datetime]]:
    """Marketing that reached the member since then, the newest first: id, rule and when."""
    query = select(OutboxMessage.id, OutboxMessage.rule, OutboxMessage.counted_at).where(
        OutboxMessage.member_id == member_id, OutboxMessage.counted_at > since
    )
    rows = session.execute(query.order_by(OutboxMessage.counted_at.desc()).limit(LATELY))
    return [(id_, rule, at) for id_, rule, at in rows.all() if at is not None]


def _candidate(row: Any) -> Candidate:
    return Candidate._make(getattr(row, name) for name in Candidate._fields)
