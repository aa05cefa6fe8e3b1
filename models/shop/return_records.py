"""The record of a member's wish to return goods. The door is `models.shop.returns`."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Id, UtcDateTime

OPEN = "state = 'open'"


class ReturnState(StrEnum):
    """Open until whoever looks after the shop decides."""

    OPEN = "open"
    APPROVED = "approved"
    REJECTED = "rejected"


class ReturnRequest(Base):
    """A member asks to return what they bought; its `id` is the number both sides say.

    `reason` is theirs and `answer` the shop's, both sealed; `amount` is how much was
    refunded for it, whole TWD.
    """

    __tablename__ = "return_requests"
    __table_args__ = (
        CheckConstraint("state IN ('open', 'approved', 'rejected')", name="state"),
        CheckConstraint("(state = 'open') = (decided_at IS NULL)", name="decided"),
        CheckConstraint("(state = 'approved') = (amount IS NOT NULL)", name="amount"),
        Index(
            "uq_return_requests_open",
            "order_id",
            unique=True,
            postgresql_where=text(OPEN),
            sqlite_where=text(OPEN),
        ),
        Index("ix_return_requests_order", "order_id"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id"))
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"), index=True)
    state: Mapped[ReturnState] = mapped_column(String(10), default=ReturnState.OPEN)
    reason_sealed: Mapped[str | None]
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    amount: Mapped[int | None]
    answer_sealed: Mapped[str | None]
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    decided_by: Mapped[str] = mapped_column(String(64), default="")
