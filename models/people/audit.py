"""What was done that matters, by whom. Rows are only ever added."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import String, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.base import Base, Id, UtcDateTime
from models.people.members import Member


class AuditEntry(Base):
    """One consequential act; `actor` is a LINE user id, `cli` or a job's name."""

    __tablename__ = "audit_log"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    actor: Mapped[str] = mapped_column(String(64))
    action: Mapped[str] = mapped_column(String(50))
    subject: Mapped[str] = mapped_column(String(100))
    detail: Mapped[str]


def record(
    session: Session, *, actor: str, action: str, subject: str, detail: str = "", now: datetime
) -> None:
    """Write one act down, in the transaction that does it."""
    session.add(AuditEntry(at=now, actor=actor, action=action, subject=subject, detail=detail))


class Written(NamedTuple):
    """An act as it is shown: who did it by name, if the actor is a member."""

    id: int
    at: datetime
    actor: str
    name: str | None
    action: str
    subject: str
    detail: str


def page(session: Session, *, before: int | None = None, limit: int = 10) -> list[Written]:
    """The newest acts, or those older than the act `before`."""
    columns = (
        AuditEntry.id,
        AuditEntry.at,
        AuditEntry.actor,
        Member.name,
        AuditEntry.action,
        AuditEntry.subject,
        AuditEntry.detail,
    )
    query = select(*columns).outerjoin(Member, Member.line_user_id == AuditEntry.actor)
    if before is not None:
        query = query.where(AuditEntry.id < before)
    return [
        Written(*row) for row in session.execute(query.order_by(AuditEntry.id.desc()).limit(limit))
    ]


def newest_of(session: Session, actor: str) -> AuditEntry | None:
    """What somebody did last."""
    theirs = select(AuditEntry).where(AuditEntry.actor == actor)
    return session.scalars(theirs.order_by(AuditEntry.id.desc()).limit(1)).first()
