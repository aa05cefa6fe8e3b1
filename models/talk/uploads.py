"""The last file an organiser sent, kept until they confirm or send another."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import LargeBinary, String, delete
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.base import Base, UtcDateTime, insert

KEEP = timedelta(hours=1)


class Upload(Base):
    """One file per person; `kind` is what it was recognised as."""

    __tablename__ = "uploads"

    person: Mapped[str] = mapped_column(String(64), primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    name: Mapped[str] = mapped_column(String(200))
    content: Mapped[bytes] = mapped_column(LargeBinary)
    at: Mapped[datetime] = mapped_column(UtcDateTime)


def keep(
    session: Session, person: str, *, kind: str, name: str, content: bytes, now: datetime
) -> None:
    """Hold a file, in place of the one before."""
    row = {"kind": kind, "name": name[:200], "content": content, "at": now}
    session.execute(
        insert(session, Upload)
        .values(person=person, **row)
        .on_conflict_do_update(index_elements=["person"], set_=row)
    )


def find(session: Session, person: str) -> Upload | None:
    """The file held for this person."""
    return session.get(Upload, person, populate_existing=True)


def forget(session: Session, person: str) -> None:
    """Let go of a person's file."""
    session.execute(delete(Upload).where(Upload.person == person))


def prune(session: Session, *, now: datetime) -> None:
    """Let go of files nobody confirmed."""
    session.execute(delete(Upload).where(Upload.at < now - KEEP))
