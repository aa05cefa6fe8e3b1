"""What is kept about supplies: what members said of them, and when each of them runs out."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, UtcDateTime


class SupplyAnswer(Base):
    """What a member last said about one purchase: `said_on` and `bought_on` are Taipei's days."""

    __tablename__ = "supply_answers"
    __table_args__ = (CheckConstraint("answer IN ('finished', 'not_yet')", name="answer"),)

    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"), primary_key=True)
    product_id: Mapped[int] = mapped_column(ForeignKey("products.id"), primary_key=True)
    bought_on: Mapped[date] = mapped_column(primary_key=True)
    answer: Mapped[str] = mapped_column(String(10))
    said_on: Mapped[date]
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class Supply(Base):
    """The last purchase of a product by a member, which lasts `days` in all.

    `remind_on` is the first day in Taipei on which buying it again is worth a
    word. All of it follows from orders, answers and the shop's days of supply.
    """

    __tablename__ = "supplies"
    __table_args__ = (Index("ix_supplies_remind_on", "remind_on"),)

    member_id: Mapped[int] = mapped_column(
        ForeignKey("members.id"), primary_key=True, autoincrement=False
    )
    product_id: Mapped[int] = mapped_column(
        ForeignKey("products.id"), primary_key=True, autoincrement=False
    )
    bought_on: Mapped[date]
    quantity: Mapped[int]
    days: Mapped[int]
    remind_on: Mapped[date]
