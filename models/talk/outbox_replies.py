"""Answers kept many at once, as a worker does that handled many events in one transaction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Insert
from sqlalchemy.orm import Session

from models import bulk
from models.base import dialect, insert_for
from models.talk import outbox
from models.talk.outbox_records import OutboxMessage


@dataclass(frozen=True)
class Answer:
    """An answer to an event, not yet kept; `occurred_at` is when its token came to us."""

    inbox_id: int
    member_id: int | None
    to_id: str
    token: str
    messages: list[dict[str, Any]]
    occurred_at: datetime
    essential: bool = False


# what may differ between answers
VARYING = (
    *("key", "period", "member_id", "to_id", "messages", "due_at", "use_until"),
    *("reply_token", "essential", "retry_key"),
)


def keep(session: Session, answers: Sequence[Answer], *, now: datetime) -> None:
    """Keep answers; those to events that were answered before are left out."""
    rows = (outbox.reply_row(**vars(answer), now=now) for answer in answers)
    for _ in bulk.execute(session, _once(dialect(session)), rows, varying=VARYING):
        pass


@cache
def _once(dialect_name: str) -> Insert:
    """One statement for however many, since a worker has nothing else to do all day."""
    return insert_for(dialect_name, OutboxMessage).on_conflict_do_nothing(index_elements=["key"])
