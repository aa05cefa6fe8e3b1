"""The points ledger's records: transactions, their entries, lots and balances.

Double entry: the entries of a transaction add up to zero, and neither can be
changed or removed. Lots and balances are the running sums of entries.
"""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Id, UtcDateTime
from models.loyalty import immutable


class Kind(StrEnum):
    """What a transaction is."""

    EARN = "earn"
    OPENING = "opening"
    CONFIRM = "confirm"
    CANCEL = "cancel"
    TAKE_BACK = "take_back"
    SPEND = "spend"
    GIVE_BACK = "give_back"
    EXPIRE = "expire"


class Account(StrEnum):
    """Where points are.

    A member holds `pending`, `available` and `owed` (negative: claimed from the
    next earning); `available` without a lot is what a balance is below zero.
    """

    ISSUED = "issued"
    PENDING = "pending"
    AVAILABLE = "available"
    OWED = "owed"
    REDEEMED = "redeemed"
    EXPIRED = "expired"
    REVERSED = "reversed"


def _one_of(column: str, values: type[StrEnum]) -> CheckConstraint:
    names = ", ".join(f"'{value}'" for value in values)
    return CheckConstraint(f"{column} IN ({names})", name=column)


class PointTransaction(Base):
    """One event in the ledger, at most once for each `source` ("order:17").

    `body` is what was asked for, to tell a retry from another request under the
    same source; `digest` seals the whole content with the shop's key; `at` is
    aware, UTC; `about_id` is the earning or spending this one reverses.
    """

    __tablename__ = "point_transactions"
    __table_args__ = (
        Index("ix_point_transactions_member", "member_id", "id"),
        _one_of("kind", Kind),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"))
    kind: Mapped[str] = mapped_column(String(20))
    source: Mapped[str] = mapped_column(String(200), unique=True)
    body: Mapped[str] = mapped_column(String(300))
    digest: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    reason: Mapped[str] = mapped_column(String(300))
    about_id: Mapped[int | None] = mapped_column(ForeignKey("point_transactions.id"), index=True)


class PointLot(Base):
    """What one earning brought: `points` at first, now `pending` or `remaining`.

    Usable before `expires_at` (aware, UTC); `earned_on` is a day in Taipei;
    `digest` seals all but `pending` and `remaining`, which the entries explain.
    """

    __tablename__ = "point_lots"
    __table_args__ = (
        CheckConstraint("points > 0", name="points"),
        CheckConstraint("pending >= 0", name="pending"),
        CheckConstraint("remaining >= 0", name="remaining"),
        CheckConstraint("pending + remaining <= points", name="whole"),
        Index(
            "ix_point_lots_live",
            "expires_at",
            postgresql_where=text("remaining > 0"),
            sqlite_where=text("remaining > 0"),
        ),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"), index=True)
    source: Mapped[str] = mapped_column(String(200), unique=True)
    points: Mapped[int]
    earned_on: Mapped[date]
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    digest: Mapped[str] = mapped_column(String(64))
    pending: Mapped[int]
    remaining: Mapped[int]


class PointEntry(Base):
    """`amount` points into (or, negative, out of) an account."""

    __tablename__ = "point_entries"
    __table_args__ = (
        _one_of("account", Account),
        CheckConstraint("amount <> 0", name="amount"),
        Index("ix_point_entries_member", "member_id", "account"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    transaction_id: Mapped[int] = mapped_column(ForeignKey("point_transactions.id"), index=True)
    account: Mapped[str] = mapped_column(String(20))
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"))
    lot_id: Mapped[int | None] = mapped_column(ForeignKey("point_lots.id"), index=True)
    amount: Mapped[int]


class PointBalance(Base):
    """A member's sums, and the row that whoever changes their points must hold.

    `pending` and `available` are the sums over lots; `overdrawn` is how far a
    refund took the balance below zero; `debt` is claimed from the next earning.
    """

    __tablename__ = "point_balances"
    __table_args__ = (
        CheckConstraint("pending >= 0", name="pending"),
        CheckConstraint("available >= 0", name="available"),
        CheckConstraint("overdrawn >= 0", name="overdrawn"),
        CheckConstraint("debt >= 0", name="debt"),
    )

    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"), primary_key=True)
    pending: Mapped[int] = mapped_column(default=0)
    available: Mapped[int] = mapped_column(default=0)
    overdrawn: Mapped[int] = mapped_column(default=0)
    debt: Mapped[int] = mapped_column(default=0)


immutable.keep(PointTransaction)
immutable.keep(PointEntry)
immutable.keep(
    PointLot, "id", "member_id", "source", "points", "earned_on", "expires_at", "digest"
)
