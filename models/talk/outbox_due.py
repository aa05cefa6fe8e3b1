"""Which messages are due: one for each person, the urgent first, none beside one in hand."""

from __future__ import annotations

from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Integer,
    Select,
    and_,
    bindparam,
    exists,
    select,
    true,
    union_all,
)
from sqlalchemy.orm import Session, aliased

from models.base import UtcDateTime, among_given, dialect
from models.talk.outbox_records import (
    OutboxMessage,
    State,
    in_state,
    not_in_hand,
    standing_alone,
)

# The statements that ask it are made once: making them takes longer than asking
NOW = bindparam("now", type_=UtcDateTime())
LOOKS = 3  # for people behind others
OTHER = aliased(OutboxMessage)


def candidates(
    session: Session, now: datetime, limit: int, calm: int, probe: int | None
) -> list[int]:
    """Due messages, one for each person, the urgent first."""
    found: dict[str, int] = {}
    for _look in range(LOOKS):
        room = limit - len(found)
        given = {"now": now, "urgent": max(0, room), "calm": max(0, calm - len(found))}
        if found:
            given["beside"] = list(found)
        waits = session.execute(_waiting(dialect(session), bool(found)), given).all()
        for to_id, id_ in waits:
            found.setdefault(to_id, id_)
        # a few people with many messages each hide those who come after them
        if len(waits) < room or len(found) > limit // 2:
            break
    others = [id_ for id_ in found.values() if id_ != probe][:limit]
    return others if probe is None else [probe, *others]


@cache
def _waiting(on: str, beside: bool) -> CompoundSelect[Any]:
    """The first messages that are due, urgent and others, to people that are not `beside`."""
    return union_all(
        _first(on, beside, OutboxMessage.urgent.is_(True), "urgent"),
        _first(on, beside, OutboxMessage.urgent.is_(False), "calm"),
    )


def _first(on: str, beside: bool, which: ColumnElement[bool], most: str) -> Select[Any]:
    others = ~among_given(on, OutboxMessage.to_id, "beside") if beside else true()
    due = (
        select(OutboxMessage.to_id, OutboxMessage.id)
        .where(is_due(NOW), which, others)
        .order_by(OutboxMessage.due_at, OutboxMessage.id)
        .limit(bindparam(most, type_=Integer))
        .subquery()
    )
    return select(due.c.to_id, due.c.id)


def is_due(now: ColumnElement[datetime]) -> ColumnElement[bool]:
    return and_(in_state(State.QUEUED), OutboxMessage.due_at <= now, is_free(now))


def is_free(now: ColumnElement[datetime]) -> ColumnElement[bool]:
    """Nobody holds the message, or any other one to the same person."""
    held = exists().where(
        OTHER.to_id == OutboxMessage.to_id,
        OTHER.lease.is_not(None),
        OTHER.id != OutboxMessage.id,
    )
    return and_(standing_alone(), not_in_hand(now), ~held)
