"""Who is sending at this moment, so that several processes can divide LINE's limit among them."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import String, delete, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.base import Base, UtcDateTime, insert


class OutboxSender(Base):
    """A process that sends. One that is `alone` has no Redis to divide the limit with others."""

    __tablename__ = "outbox_senders"

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    alone: Mapped[bool]
    seen_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Crowd(NamedTuple):
    """How many senders there are, and how many of them are alone."""

    senders: int
    alone: int


def beat(session: Session, sender: str, *, alone: bool, now: datetime) -> None:
    """Say that this sender is at work."""
    row = {"id": sender, "alone": alone, "seen_at": now}
    statement = insert(session, OutboxSender).values(row)
    session.execute(statement.on_conflict_do_update(index_elements=["id"], set_=row))


def leave(session: Session, sender: str) -> None:
    """Say that this sender has ended."""
    session.execute(delete(OutboxSender).where(OutboxSender.id == sender))


def forget(session: Session, *, before: datetime) -> None:
    """Remove senders that ended without a word."""
    session.execute(delete(OutboxSender).where(OutboxSender.seen_at < before))


def crowd(session: Session, *, now: datetime, within: timedelta) -> Crowd:
    """Those that were heard of lately."""
    alone = func.count().filter(OutboxSender.alone.is_(True))
    senders, lonely = session.execute(
        select(func.count(), alone).where(OutboxSender.seen_at > now - within)
    ).one()
    return Crowd(senders, lonely)
