"""Questions that a person must answer."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, Text, func, select, text, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.base import N_, Base, Id, Refusal, UtcDateTime

OPEN = "answered_at IS NULL"


class NoSuchTicket(Refusal):
    def __init__(self, number: int) -> None:
        super().__init__(N_("找不到客服單 #{number}，請確認編號。"), number=number)


class Ticket(Base):
    """A member's question; `answered_at` is when somebody first answered it."""

    __tablename__ = "tickets"
    __table_args__ = (
        Index("ix_tickets_open", "id", sqlite_where=text(OPEN), postgresql_where=text(OPEN)),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"), index=True)
    question: Mapped[str] = mapped_column(Text)
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


def open_ticket(session: Session, member_id: int, question: str, *, now: datetime) -> Ticket:
    """Keep a question and give it a number."""
    ticket = Ticket(member_id=member_id, question=question, asked_at=now)
    session.add(ticket)
    session.flush()
    return ticket


def add(session: Session, number: int, words: str) -> Ticket:
    """Add to a question what its member said next.

    Raises:
        NoSuchTicket: no question has this number.
    """
    ticket = find(session, number)
    ticket.question = f"{ticket.question}\n{words}"
    session.flush()
    return ticket


def find(session: Session, number: int) -> Ticket:
    """Raises `NoSuchTicket` if no question has this number."""
    ticket = session.get(Ticket, number) if 0 < number < 2**31 else None
    if ticket is None:
        raise NoSuchTicket(number)
    return ticket


def waiting(session: Session, *, limit: int = 10) -> list[Ticket]:
    """What nobody has answered yet, the oldest in front."""
    query = select(Ticket).where(Ticket.answered_at.is_(None)).order_by(Ticket.id)
    return list(session.scalars(query.limit(limit)))


def open_ones(session: Session) -> tuple[int, datetime | None]:
    """How many nobody has answered yet, and when the first of them was asked."""
    query = select(func.count(), func.min(Ticket.asked_at)).where(Ticket.answered_at.is_(None))
    count, oldest = session.execute(query).one()
    return int(count), oldest


def answered(session: Session, ticket: Ticket, *, now: datetime) -> None:
    """Note the first answer."""
    session.execute(
        update(Ticket)
        .where(Ticket.id == ticket.id, Ticket.answered_at.is_(None))
        .values(answered_at=now)
    )
