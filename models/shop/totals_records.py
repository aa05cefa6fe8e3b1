"""The record of what each member's orders come to, and of what the nightly review made of it."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base

YEAR_DAYS = 365


class MemberTotals(Base):
    """What one member bought; there is a row for everybody who ever did.

    Money is whole TWD after refunds; days are Taipei's. `year_orders` and
    `year_spend` are what counts from the day `year_from` on, the oldest of it
    on `year_oldest_on`: `models.insight.review` moves `year_from` on, so that it
    is the last 12 months. The scores beneath are written there too. `review_on`
    is the day on which time alone changes something, None if an order has.
    """

    __tablename__ = "member_totals"
    __table_args__ = (
        CheckConstraint("orders >= 0 AND year_orders >= 0", name="orders_not_negative"),
        CheckConstraint("year_orders <= orders", name="year_within_all"),
        Index("ix_member_totals_review", "review_on", "member_id"),
        Index("ix_member_totals_last_on", "last_on"),
    )

    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"), primary_key=True)
    orders: Mapped[int]
    spend: Mapped[int] = mapped_column(BigInteger)
    first_on: Mapped[date | None]
    last_on: Mapped[date | None]
    year_from: Mapped[date]
    year_orders: Mapped[int]
    year_spend: Mapped[int] = mapped_column(BigInteger)
    year_oldest_on: Mapped[date | None] = mapped_column(index=True)
    recency: Mapped[int | None]
    frequency: Mapped[int | None]
    monetary: Mapped[int | None]
    segment: Mapped[str | None] = mapped_column(String(20))
    stage: Mapped[str | None] = mapped_column(String(20))
    review_on: Mapped[date | None]


def year_from(today: date) -> date:
    """The first day that counts as the last 12 months on `today`."""
    return today - timedelta(days=YEAR_DAYS)
