"""What was done that matters, by whom. Rows are only ever added."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.base import Base, Id, UtcDateTime


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
