"""Acts so large that a second person must agree before they are done.

Whoever asked can never be the one who agrees: the database says so too.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import orjson
from sqlalchemy import CheckConstraint, Index, String, Text, select, text, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.base import N_, Base, Id, Refusal, UtcDateTime

PATIENCE = timedelta(hours=24)
OPEN = "decided_at IS NULL"


class NoSuchApproval(Refusal):
    buttons = ("/待核准",)

    def __init__(self, number: int) -> None:
        super().__init__(N_("沒有等待核准的 #{number}，請看 /待核准。"), number=number)


class NotYours(Refusal):
    def __init__(self, number: int) -> None:
        super().__init__(
            N_("#{number} 是你自己提出的，要由另一位店長或小幫手核准。"), number=number
        )


class TooLate(Refusal):
    buttons = ("/待核准",)

    def __init__(self, number: int) -> None:
        super().__init__(N_("#{number} 已經處理過或超過 24 小時，請重新提出。"), number=number)


class Approval(Base):
    """An act that waits for a second person; `data` is its JSON, `said` what it would do.

    `asked_by` and `decided_by` are LINE user ids.
    """

    __tablename__ = "approvals"
    __table_args__ = (
        CheckConstraint("approved IS NOT TRUE OR decided_by <> asked_by", name="two_persons"),
        CheckConstraint("(decided_at IS NULL) = (approved IS NULL)", name="decided"),
        CheckConstraint("(decided_at IS NULL) = (decided_by IS NULL)", name="decided_by_one"),
        Index(
            "ix_approvals_open",
            "expires_at",
            sqlite_where=text(OPEN),
            postgresql_where=text(OPEN),
        ),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    act: Mapped[str] = mapped_column(String(50))
    data: Mapped[str] = mapped_column(Text)
    said: Mapped[str] = mapped_column(String(500))
    asked_by: Mapped[str] = mapped_column(String(64))
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    decided_by: Mapped[str | None] = mapped_column(String(64))
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    approved: Mapped[bool | None]

    @property
    def facts(self) -> dict[str, Any]:
        found: dict[str, Any] = orjson.loads(self.data)
        return found


def file(
    session: Session, act: str, data: dict[str, Any], *, said: str, by: str, now: datetime
) -> Approval:
    """Let an act wait for somebody other than `by`, a day long."""
    approval = Approval(
        act=act,
        data=orjson.dumps(data).decode(),
        said=said[:500],
        asked_by=by,
        asked_at=now,
        expires_at=now + PATIENCE,
    )
    session.add(approval)
    session.flush()
    return approval


def find(session: Session, number: int) -> Approval:
    """Raises `NoSuchApproval` if nothing was ever asked under this number."""
    approval = session.get(Approval, number) if 0 < number < 2**31 else None
    if approval is None:
        raise NoSuchApproval(number)
    return approval


def decide(
    session: Session, approval: Approval, *, by: str, approved: bool, now: datetime
) -> None:
    """Agree or refuse, once; who asked may only take it back.

    Raises:
        NotYours: whoever asked tries to agree.
        TooLate: it was decided before, or a day has passed.
    """
    if approved and approval.asked_by == by:
        raise NotYours(approval.id)
    decided = session.execute(
        update(Approval)
        .where(
            Approval.id == approval.id,
            Approval.decided_at.is_(None),
            Approval.expires_at > now,
        )
        .values(decided_at=now, decided_by=by, approved=approved)
        .returning(Approval.id)
    ).first()
    if decided is None:
        raise TooLate(approval.id)


def waiting(session: Session, *, now: datetime, limit: int = 10) -> list[Approval]:
    """What nobody has decided yet, the oldest in front."""
    query = select(Approval).where(text(OPEN), Approval.expires_at > now)
    return list(session.scalars(query.order_by(Approval.expires_at, Approval.id).limit(limit)))
