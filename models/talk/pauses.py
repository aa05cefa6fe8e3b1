"""What is said now and then, however often there is reason to say it.

Each thing has a key of its own; whoever moves its row on may say it, so that of
two workers at the same moment only one does.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import String, delete, or_
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.base import Base, UtcDateTime, insert

KEEP, BRIEFLY = timedelta(days=60), timedelta(days=1)
MINUTE = timedelta(minutes=1)
ONCE = "once:"


class Pause(Base):
    """When something was last said."""

    __tablename__ = "pauses"

    key: Mapped[str] = mapped_column(String(140), primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)


def over(session: Session, key: str, *, now: datetime, every: timedelta = MINUTE) -> bool:
    """Whether it may be said again; then the next pause begins."""
    said = insert(session, Pause).values(key=key, at=now)
    again = said.on_conflict_do_update(
        index_elements=["key"], set_={"at": now}, where=Pause.at <= now - every
    )
    return session.scalar(again.returning(Pause.key)) is not None


def firsts(session: Session, keys: Collection[str], *, now: datetime) -> list[str]:
    """Those of `keys` that were never said before; from now on they were."""
    if not keys:
        return []
    rows = [{"key": f"{ONCE}{key}", "at": now} for key in sorted(keys)]
    said = insert(session, Pause).values(rows).on_conflict_do_nothing(index_elements=["key"])
    return [key.removeprefix(ONCE) for key in session.scalars(said.returning(Pause.key))]


def prune(session: Session, *, now: datetime) -> None:
    """Forget what nobody is waiting to hear again; some keys name a person."""
    brief = Pause.key.not_like(f"{ONCE}%") & (Pause.at < now - BRIEFLY)
    session.execute(delete(Pause).where(or_(Pause.at < now - KEEP, brief)))
