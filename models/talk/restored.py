"""A shop restored from a backup does not know what was sent since: nothing is pushed twice.

LINE knows a push by its retry key for a day. What may have gone after the
backup was made counts as tried at that moment: sent again within the day LINE
itself tells that it has it, later nobody knows, and it ends as unknown. What
has no such key, answers and news that rode along with them, ends so at once.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, case, delete, func, or_, update
from sqlalchemy.orm import Session

from models.talk import outbox_holds as holds
from models.talk.alerts import Alert
from models.talk.job_runs import Heartbeat
from models.talk.outbox_records import Kind, OutboxMessage, State
from models.talk.policy import Purpose
from models.talk.quota import QuotaReading

REASON = "restored"
WAITS = OutboxMessage.state.in_([State.QUEUED, State.PARKED])


def hold_back(session: Session, *, made_at: datetime, now: datetime) -> None:
    """Let no push go out of a backup that was made at `made_at`, until it is released."""
    holds.hold(session, holds.PUSHES, reason=f"restored from {made_at.isoformat()}", now=now)
    session.execute(
        update(OutboxMessage)
        .where(OutboxMessage.lease.is_not(None))
        .values(lease=None, leased_until=None)
    )
    # a push that was due only after the old shop had ended cannot have gone
    may_have_gone(session, or_(OutboxMessage.due_at <= now, _keyless()), made_at=made_at, now=now)
    for record in (Heartbeat, Alert, QuotaReading):
        session.execute(delete(record))


def planned_again(
    session: Session, rules: Collection[str], *, made_at: datetime, now: datetime
) -> None:
    """Of these rules, what was planned at `now` may have been planned and sent before."""
    again = and_(OutboxMessage.rule.in_(rules), OutboxMessage.created_at == now)
    may_have_gone(session, again, made_at=made_at, now=now)


def may_have_gone(
    session: Session, which: ColumnElement[bool], *, made_at: datetime, now: datetime
) -> None:
    """Treat waiting messages as if somebody had tried to send them at `made_at`."""
    marketing = OutboxMessage.purpose == Purpose.MARKETING
    counted = case(
        (marketing, func.coalesce(OutboxMessage.counted_at, made_at)),
        else_=OutboxMessage.counted_at,
    )
    ended: dict[str, Any] = {"state": State.UNKNOWN.value, "reason": REASON, "done_at": now}
    session.execute(
        update(OutboxMessage)
        .where(WAITS, which, _keyless())
        .values(ended | {"counted_at": counted, "reply_token": None})
    )
    session.execute(
        update(OutboxMessage)
        .where(WAITS, which)
        .values(
            first_tried_at=func.coalesce(OutboxMessage.first_tried_at, made_at),
            counted_at=counted,
        )
    )


def _keyless() -> ColumnElement[bool]:
    """Answers, and what may have gone along with one: LINE knows neither by a retry key."""
    rode = and_(OutboxMessage.rides.is_(True), OutboxMessage.first_tried_at.is_(None))
    return or_(OutboxMessage.kind == Kind.REPLY, rode, OutboxMessage.rides_on_id.is_not(None))
