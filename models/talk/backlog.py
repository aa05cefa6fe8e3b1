"""What waits, told at a cost that grows neither with what was done nor much with what waits."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from models.talk import inbox
from models.talk.outbox_records import OutboxMessage, State, in_state, standing_alone

COUNTED = 20_000  # no further: "as many as that, or more" tells enough


class Waiting(NamedTuple):
    """How many wait, none of them counted beyond `COUNTED`."""

    events: int
    queued: int
    parked: int
    in_hand: int


def oldest_due(session: Session, *, now: datetime) -> datetime | None:
    """When the message that should have gone out first was due; None if none is."""
    found = [
        session.scalar(
            select(OutboxMessage.due_at)
            .where(in_state(State.QUEUED), OutboxMessage.urgent.is_(urgent))
            .where(OutboxMessage.due_at <= now, standing_alone())
            .order_by(OutboxMessage.due_at)
            .limit(1)
        )
        for urgent in (True, False)
    ]
    return min((at for at in found if at is not None), default=None)


def waiting(session: Session) -> Waiting:
    """How much there is to do."""
    return Waiting(
        events=_count(session, inbox.waits()),
        queued=_count(session, in_state(State.QUEUED)),
        parked=_count(session, in_state(State.PARKED)),
        in_hand=_count(session, OutboxMessage.lease.is_not(None)),
    )


def _count(session: Session, which: ColumnElement[bool]) -> int:
    some = select(1).where(which).limit(COUNTED).subquery()
    return session.scalar(select(func.count()).select_from(some)) or 0
