"""What the shop's people note about a member, for each other: the member never sees it in chat."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.base import Base, Id, UtcDateTime

LONGEST = 500


class MemberNote(Base):
    """A note; `by` is the LINE user id of whoever wrote it."""

    __tablename__ = "member_notes"
    __table_args__ = (Index("ix_member_notes_member", "member_id", "id"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"))
    text: Mapped[str] = mapped_column(String(LONGEST))
    by: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime] = mapped_column(UtcDateTime)


def write(session: Session, member_id: int, text: str, *, by: str, now: datetime) -> None:
    """Add a note; what is too long is cut."""
    session.add(MemberNote(member_id=member_id, text=text[:LONGEST], by=by, at=now))


def of(session: Session, member_id: int, *, limit: int = 5) -> list[MemberNote]:
    """A member's newest notes first."""
    query = select(MemberNote).where(MemberNote.member_id == member_id)
    return list(session.scalars(query.order_by(MemberNote.id.desc()).limit(limit)))
