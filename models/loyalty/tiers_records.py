"""The records of tiers: what counted, where each member stands, how they got there.

Where a member stands is a replay of what counted; it is stored to be found
quickly, and because the row is the lock that two orders of one member share.
"""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Id, UtcDateTime
from models.loyalty import immutable
from models.loyalty.tiers_rules import CreditKind


class Reason(StrEnum):
    """Why a member was judged: something counted or was undone, or a year was over."""

    CREDIT = "credit"
    REFUND = "refund"
    REVIEW = "review"


def _one_of(column: str, values: type[StrEnum]) -> CheckConstraint:
    names = ", ".join(f"'{value}'" for value in values)
    return CheckConstraint(f"{column} IN ({names})", name=column)


class TierCredit(Base):
    """Something that counts towards a tier, once for each `source` ("order:17").

    `amount` is cash in whole TWD for orders and fees, else a count; `refunded`
    is what was undone since; the days are Taipei's.
    """

    __tablename__ = "tier_credits"
    __table_args__ = (
        CheckConstraint("amount >= 0", name="amount"),
        CheckConstraint("refunded >= 0 AND refunded <= amount", name="refunded"),
        _one_of("kind", CreditKind),
        Index("ix_tier_credits_member", "member_id", "ordered_on"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"))
    source: Mapped[str] = mapped_column(String(200), unique=True)
    kind: Mapped[str] = mapped_column(String(20))
    amount: Mapped[int]
    ordered_on: Mapped[date]
    qualified_on: Mapped[date]
    refunded: Mapped[int] = mapped_column(default=0)
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime)


class MemberTier(Base):
    """Where a member stands; nobody without a row has ever left the base tier.

    `since` is None while they never have; `until` is the last day the tier is
    kept, None for the base tier; `rules` marks the rules they were judged by.
    """

    __tablename__ = "member_tiers"

    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"), primary_key=True)
    tier: Mapped[str] = mapped_column(String(20), index=True)
    since: Mapped[date | None]
    until: Mapped[date | None] = mapped_column(index=True)
    judged_on: Mapped[date | None]
    rules: Mapped[str] = mapped_column(String(16))
    touched_at: Mapped[datetime] = mapped_column(UtcDateTime)


class TierChange(Base):
    """A move from one tier to another, or (`before` = `after`) a year renewed.

    `spend` is what counted on that day, in whole TWD.
    """

    __tablename__ = "tier_changes"
    __table_args__ = (
        _one_of("reason", Reason),
        Index("ix_tier_changes_member", "member_id", "id"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"))
    before: Mapped[str] = mapped_column(String(20))
    after: Mapped[str] = mapped_column(String(20))
    since: Mapped[date | None]
    until: Mapped[date | None]
    reason: Mapped[str] = mapped_column(String(20))
    source: Mapped[str | None] = mapped_column(String(200))
    spend: Mapped[int]
    rules: Mapped[str] = mapped_column(String(16))
    at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)


class TierReward(Base):
    """The upgrade gift of a tier: once per member, even after going down and up again."""

    __tablename__ = "tier_rewards"

    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"), primary_key=True)
    tier: Mapped[str] = mapped_column(String(20), primary_key=True)
    earned_at: Mapped[datetime] = mapped_column(UtcDateTime)


class TierRules(Base):
    """The rules that members were judged by, kept so that a judgement can be checked later.

    `mark` is `Programme.rules`; `body` is JSON: period and tiers with conditions.
    """

    __tablename__ = "tier_rules"

    mark: Mapped[str] = mapped_column(String(16), primary_key=True)
    body: Mapped[str] = mapped_column(Text)
    first_used_at: Mapped[datetime] = mapped_column(UtcDateTime)


immutable.keep(TierChange)
immutable.keep(
    TierCredit, "id", "member_id", "source", "kind", "amount", "ordered_on", "qualified_on"
)
