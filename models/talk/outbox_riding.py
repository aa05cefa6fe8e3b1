"""News that rides along with a reply, free of charge ("順便告訴你").

A rider is tied to the reply that carries it, and ends as the reply does; if
the reply never went out, the rider waits for the next one or for its own push.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

import orjson
from sqlalchemy import ColumnElement, case, exists, or_, select, update
from sqlalchemy.orm import InstrumentedAttribute, Session

from models.talk.outbox import Draft
from models.talk.outbox_facts import facts, marketing_of_late, messages_with_facts
from models.talk.outbox_records import OutboxMessage, State, in_state, standing_alone
from models.talk.policy import Purpose, Send, SendRules, decide


def rides_for(
    session: Session, member_id: int, *, now: datetime, limit: int, rules: SendRules | None = None
) -> list[OutboxMessage]:
    """What may go along with a reply to this member, at most `limit` message objects.

    Pass the result to `outbox.reply` in the same transaction. Whoever is
    speaking to us is awake, so quiet hours do not count.
    """
    rules = rules or SendRules()
    waiting = (
        messages_with_facts(OutboxMessage.id, OutboxMessage.messages)
        .where(OutboxMessage.member_id == member_id, in_state(State.QUEUED), standing_alone())
        .where(
            OutboxMessage.rides.is_(True),
            OutboxMessage.lease.is_(None),
            OutboxMessage.first_tried_at.is_(None),
            or_(OutboxMessage.use_until.is_(None), OutboxMessage.use_until > now),
        )
        .order_by(OutboxMessage.due_at, OutboxMessage.id)
        .with_for_update(skip_locked=True, of=OutboxMessage)
    )
    rows = session.execute(waiting).all()
    counted = list(marketing_of_late(session, rows, rules, now=now)[member_id]) if rows else []
    chosen: list[int] = []
    for row in rows:
        size = len(orjson.loads(row.messages))
        known = replace(facts(row, counted), urgent=True)
        if size <= limit and decide(known, rules, now) == Send():
            limit -= size
            chosen.append(row.id)
            if row.purpose == Purpose.MARKETING:
                counted.append((row.id, now))
    if not chosen:
        return []
    query = select(OutboxMessage).where(OutboxMessage.id.in_(chosen))
    return list(session.scalars(query.order_by(OutboxMessage.due_at, OutboxMessage.id)))


def may_ride(member_id: InstrumentedAttribute[int]) -> ColumnElement[bool]:
    """Whether anything waits to go along with the next reply to a member."""
    return exists().where(
        OutboxMessage.member_id == member_id,
        in_state(State.QUEUED),
        OutboxMessage.rides.is_(True),
        standing_alone(),
    )


def waiting(
    session: Session, rule: str, *, member_id: int | None = None, after: int = 0, limit: int = 500
) -> list[OutboxMessage]:
    """A rule's riders that nobody has tried to send, by id from `after` on; locked.

    Of one member, or of all. Until it is tried, a rider may still be changed or
    taken back.
    """
    query = select(OutboxMessage).where(
        OutboxMessage.rule == rule,
        OutboxMessage.rides.is_(True),
        in_state(State.QUEUED),
        standing_alone(),
        OutboxMessage.lease.is_(None),
        OutboxMessage.first_tried_at.is_(None),
        OutboxMessage.id > after,
    )
    if member_id is not None:
        query = query.where(OutboxMessage.member_id == member_id)
    locked = query.with_for_update(skip_locked=True).execution_options(populate_existing=True)
    return list(session.scalars(locked.order_by(OutboxMessage.id).limit(limit)))


def rewrite(rider: OutboxMessage, draft: Draft) -> None:
    """Let a waiting rider say what is true now."""
    rider.messages = draft.frozen
    rider.due_at, rider.use_until = draft.due_at, draft.use_until


def withdraw(rider: OutboxMessage, *, now: datetime) -> None:
    """Call off a waiting rider that is not true any more."""
    rider.state, rider.reason, rider.done_at = State.CANCELLED.value, "untrue", now


def settle(session: Session, reply_ids: Sequence[int], state: State, *, now: datetime) -> None:
    """End what rides on these replies as they ended, or let it wait again."""
    riders = update(OutboxMessage).where(
        OutboxMessage.rides_on_id.in_(reply_ids), in_state(State.QUEUED)
    )
    if state in (State.SENT, State.UNKNOWN):
        marketing = OutboxMessage.purpose == Purpose.MARKETING
        counted = case((marketing, now), else_=OutboxMessage.counted_at)
        session.execute(riders.values(state=state.value, done_at=now, counted_at=counted))
    else:
        session.execute(riders.values(rides_on_id=None))
