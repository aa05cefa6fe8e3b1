"""Answers kept many at once, as a worker does that handled many events in one transaction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import TextClause, text
from sqlalchemy.orm import Session

from models.base import dialect, insert
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


# what differs between answers, and as what PostgreSQL takes it
GIVEN = {
    "key": "text",
    "period": "text",
    "member_id": "bigint",
    "to_id": "text",
    "messages": "text",
    "due_at": "timestamptz",
    "use_until": "timestamptz",
    "reply_token": "text",
    "essential": "boolean",
    "retry_key": "text",
}


def keep(session: Session, answers: Sequence[Answer], *, now: datetime) -> None:
    """Keep answers; those to events that were answered before are left out."""
    rows = [outbox.reply_row(**vars(answer), now=now) for answer in answers]
    if dialect(session) == "postgresql":
        alike = {name: value for name, value in rows[0].items() if name not in GIVEN}
        given = {name: [row[name] for row in rows] for name in GIVEN}
        session.execute(_statement(tuple(alike)), alike | given)
        return
    once = insert(session, OutboxMessage).on_conflict_do_nothing(index_elements=["key"])
    session.execute(once, rows)


@cache
def _statement(alike: tuple[str, ...]) -> TextClause:
    """One statement for however many, since a worker has nothing else to do all day."""
    arrays = (f"CAST(:{name} AS {kind}[])" for name, kind in GIVEN.items())
    return text(
        f"INSERT INTO outbox ({', '.join(alike)}, {', '.join(GIVEN)}) "  # noqa: S608
        f"SELECT {', '.join(f':{name}' for name in alike)}, given.* "
        f"FROM unnest({', '.join(arrays)}) AS given ON CONFLICT (key) DO NOTHING"
    )
