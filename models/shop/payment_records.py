"""The records of money that came in: reports of members, deposits of the bank, who paid for what.

The doors are `models.shop.payments` and `models.shop.payment_reports`.
"""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Id, UtcDateTime


class Method(StrEnum):
    """How money came."""

    TRANSFER = "transfer"
    CASH = "cash"


class PaymentState(StrEnum):
    """Reported ones wait for whoever looks after the shop; the others are decided."""

    REPORTED = "reported"
    CONFIRMED = "confirmed"
    REJECTED = "rejected"
    DUPLICATE = "duplicate"


REPORTED = "state = 'reported'"
NAMED = f"{REPORTED} AND digits <> ''"


class Deposit(Base):
    """A line of a bank statement that brought money; `key` is the same however often it is read.

    `amount` is whole TWD, `digits` the last five of the account it came from ("" if
    the bank does not say), `booked_on` the day and `booked_at` the moment, if known.
    `note` is what the bank wrote beside it, sealed. `set_aside_at` is when somebody
    said that it pays for no order.
    """

    __tablename__ = "deposits"
    __table_args__ = (
        CheckConstraint("amount >= 1", name="amount"),
        Index("ix_deposits_day", "booked_on"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    key: Mapped[str] = mapped_column(String(64), unique=True)
    amount: Mapped[int]
    digits: Mapped[str] = mapped_column(String(5), default="")
    booked_on: Mapped[date]
    booked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    note_sealed: Mapped[str | None]
    imported_at: Mapped[datetime] = mapped_column(UtcDateTime)
    set_aside_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Payment(Base):
    """Money of one member, as they reported it or as it was received.

    `amount` is whole TWD, 0 while nobody has said how much; `digits` are the last
    five of their account. `evidence_id` is LINE's id of a picture they sent, which
    is looked at in LINE and kept nowhere else. `deposit_id` is what the bank says
    of it: a deposit pays once. `decided_by` is a LINE user id.
    """

    __tablename__ = "payments"
    __table_args__ = (
        CheckConstraint("amount >= 0", name="amount"),
        CheckConstraint("state <> 'confirmed' OR amount >= 1", name="confirmed_amount"),
        CheckConstraint("method IN ('transfer', 'cash')", name="method"),
        CheckConstraint(
            "state IN ('reported', 'confirmed', 'rejected', 'duplicate')", name="state"
        ),
        CheckConstraint("(state = 'reported') = (decided_at IS NULL)", name="decided"),
        Index(
            "uq_payments_reported",
            "member_id",
            "digits",
            "amount",
            unique=True,
            postgresql_where=text(NAMED),
            sqlite_where=text(NAMED),
        ),
        Index(
            "ix_payments_reported",
            "reported_at",
            postgresql_where=text(REPORTED),
            sqlite_where=text(REPORTED),
        ),
        Index("ix_payments_member", "member_id", "id"),
        Index(
            "ix_payments_digits",
            "digits",
            postgresql_where=text("digits <> ''"),
            sqlite_where=text("digits <> ''"),
        ),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"))
    method: Mapped[Method] = mapped_column(String(10))
    state: Mapped[PaymentState] = mapped_column(String(10), default=PaymentState.REPORTED)
    amount: Mapped[int] = mapped_column(default=0)
    digits: Mapped[str] = mapped_column(String(5), default="")
    evidence_id: Mapped[str | None] = mapped_column(String(64))
    reported_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    received_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    decided_by: Mapped[str] = mapped_column(String(64), default="")
    deposit_id: Mapped[int | None] = mapped_column(ForeignKey("deposits.id"), unique=True)


class PaymentShare(Base):
    """The part of a payment that goes to one order; meant so while reported, booked afterwards."""

    __tablename__ = "payment_shares"
    __table_args__ = (CheckConstraint("amount >= 0", name="amount"),)

    payment_id: Mapped[int] = mapped_column(
        ForeignKey("payments.id"), primary_key=True, autoincrement=False
    )
    order_id: Mapped[int] = mapped_column(
        ForeignKey("orders.id"), primary_key=True, autoincrement=False, index=True
    )
    amount: Mapped[int]


class Dunning(Base):
    """When a member was last reminded to pay for an order, and how often."""

    __tablename__ = "dunnings"

    order_id: Mapped[int] = mapped_column(
        ForeignKey("orders.id"), primary_key=True, autoincrement=False
    )
    last_at: Mapped[datetime] = mapped_column(UtcDateTime)
    times: Mapped[int] = mapped_column(default=1)
