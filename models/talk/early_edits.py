"""Edits that came before the message they change, by somebody LINE does not name.

Only its writer can edit a message, and who that is the message itself will say. Until
it comes, at most a day, the last edit waits; words that order nothing are not kept.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy.orm import Session

from models.talk import conversation

SLOT, PATIENCE = "edit", timedelta(days=1)
LONGEST = 64  # of an id


class Early(NamedTuple):
    """What a message says since its edit; `at` is LINE's time of it."""

    words: str
    at: datetime


def hold(session: Session, message_id: str, early: Early, *, now: datetime) -> None:
    """Keep an edit until its message comes; the latest counts."""
    before = _waiting(session, message_id, now=now)
    if before is not None and before.at >= early.at:
        return
    conversation.await_answer(
        session,
        message_id[:LONGEST],
        SLOT,
        {"words": early.words, "at": early.at.isoformat()},
        nonce="",
        now=now,
        slot=SLOT,
        patience=PATIENCE,
    )


def take(session: Session, message_id: str, *, now: datetime) -> Early | None:
    """What a message that comes now says by an earlier edit; it waits no longer."""
    found = _waiting(session, message_id, now=now)
    if found is not None:
        conversation.answered(session, message_id[:LONGEST], slot=SLOT)
    return found


def _waiting(session: Session, message_id: str, *, now: datetime) -> Early | None:
    kept = conversation.awaited(session, message_id[:LONGEST], now=now, slot=SLOT)
    if kept is None:
        return None
    return Early(str(kept.facts["words"]), datetime.fromisoformat(str(kept.facts["at"])))
