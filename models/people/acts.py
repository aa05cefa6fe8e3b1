"""What somebody did that can be undone, for a day: what it was, and what undoing needs to know."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import orjson
from sqlalchemy import Index, String, Text, select, text, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.base import N_, Base, Id, Refusal, UtcDateTime

PATIENCE = timedelta(hours=24)
LOOKED_AT = 20  # acts, of which the newest ones may be over
DONE = "undone_at IS NULL"


class NothingToUndo(Refusal):
    buttons = ("/操作紀錄",)

    def __init__(self) -> None:
        super().__init__(N_("24 小時內沒有可以復原的操作。"))


class DoneAct(Base):
    """An act that can be undone; `actor` is a LINE user id, `said` what it was, `data` JSON."""

    __tablename__ = "done_acts"
    __table_args__ = (
        Index(
            "ix_done_acts_actor",
            "actor",
            "id",
            sqlite_where=text(DONE),
            postgresql_where=text(DONE),
        ),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    actor: Mapped[str] = mapped_column(String(64))
    action: Mapped[str] = mapped_column(String(50))
    said: Mapped[str] = mapped_column(String(200))
    data: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    undone_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    @property
    def facts(self) -> dict[str, Any]:
        found: dict[str, Any] = orjson.loads(self.data)
        return found


def remember(
    session: Session, actor: str, action: str, data: dict[str, Any], *, said: str, now: datetime
) -> None:
    """Keep what was done, in the transaction that does it."""
    kept = orjson.dumps(data).decode()
    session.add(DoneAct(actor=actor, action=action, said=said[:200], data=kept, at=now))


def lately(session: Session, actor: str, *, now: datetime) -> Sequence[DoneAct]:
    """What this person did last and has not undone, the newest first.

    Raises:
        NothingToUndo: nothing within a day.
    """
    query = select(DoneAct).where(DoneAct.actor == actor, text(DONE), DoneAct.at > now - PATIENCE)
    found = session.scalars(query.order_by(DoneAct.id.desc()).limit(LOOKED_AT)).all()
    if not found:
        raise NothingToUndo
    return found


def undo(session: Session, number: int, actor: str, *, now: datetime) -> DoneAct:
    """Mark it undone, once; what was done is for the caller to reverse.

    Raises:
        NothingToUndo: it was undone before, is too old, or somebody else's.
    """
    undone = session.scalar(
        update(DoneAct)
        .where(
            DoneAct.id == number,
            DoneAct.actor == actor,
            DoneAct.undone_at.is_(None),
            DoneAct.at > now - PATIENCE,
        )
        .values(undone_at=now)
        .returning(DoneAct.id)
    )
    if undone is None:
        raise NothingToUndo
    return session.get_one(DoneAct, undone, populate_existing=True)
