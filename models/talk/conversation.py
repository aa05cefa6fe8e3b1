"""What was asked and is still awaited, so that a dialogue survives a restart.

A person has one row per slot: `main` for the question at hand, `fallback` for
how often they were not understood lately.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import orjson
from sqlalchemy import String, Text, delete
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.base import Base, UtcDateTime, insert

PATIENCE = timedelta(minutes=30)


class Conversation(Base):
    """`awaiting` names the dialogue; `data` is its JSON; `nonce` ties a button to this asking."""

    __tablename__ = "conversations"

    person: Mapped[str] = mapped_column(String(64), primary_key=True)
    slot: Mapped[str] = mapped_column(String(10), primary_key=True)
    awaiting: Mapped[str] = mapped_column(String(50))
    data: Mapped[str] = mapped_column(Text)
    nonce: Mapped[str] = mapped_column(String(16))
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)

    @property
    def facts(self) -> dict[str, Any]:
        found: dict[str, Any] = orjson.loads(self.data)
        return found


def await_answer(
    session: Session,
    person: str,
    awaiting: str,
    data: dict[str, Any],
    *,
    nonce: str,
    now: datetime,
    slot: str = "main",
    patience: timedelta = PATIENCE,
) -> None:
    """Remember what was asked, in place of what was asked before."""
    row = {
        "awaiting": awaiting,
        "data": orjson.dumps(data).decode(),
        "nonce": nonce,
        "expires_at": now + patience,
    }
    session.execute(
        insert(session, Conversation)
        .values(person=person, slot=slot, **row)
        .on_conflict_do_update(index_elements=["person", "slot"], set_=row)
    )


def awaited(
    session: Session, person: str, *, now: datetime, slot: str = "main"
) -> Conversation | None:
    """What is awaited of this person, unless it is too long ago."""
    found = session.get(Conversation, (person, slot), populate_existing=True)
    return found if found is not None and found.expires_at > now else None


def take(session: Session, waiting: Conversation) -> bool:
    """Stop waiting for this very answer; False if somebody was quicker."""
    taken = session.execute(
        delete(Conversation)
        .where(
            Conversation.person == waiting.person,
            Conversation.slot == waiting.slot,
            Conversation.nonce == waiting.nonce,
        )
        .returning(Conversation.person)
    ).first()
    return taken is not None


def answered(session: Session, person: str, *, slot: str = "main") -> None:
    """Nothing is awaited any more."""
    session.execute(
        delete(Conversation).where(Conversation.person == person, Conversation.slot == slot)
    )
