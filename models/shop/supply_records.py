"""The records of what a supplier brought, and of what it did not.

The doors are `models.shop.supply_counts` and `models.shop.supply_shortages`.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Id, UtcDateTime


class SupplyCount(Base):
    """So many shares of an item's option were counted on arrival; a correction is below zero.

    Rows are only ever added: what has arrived is their sum.
    """

    __tablename__ = "supply_counts"
    __table_args__ = (
        CheckConstraint("quantity <> 0", name="counted"),
        Index("ix_supply_counts_group_buy", "group_buy_id"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    group_buy_id: Mapped[int] = mapped_column(ForeignKey("group_buys.id"))
    item_id: Mapped[int] = mapped_column(ForeignKey("group_buy_items.id"))
    option: Mapped[str] = mapped_column(String(100), default="")
    quantity: Mapped[int]
    counted_at: Mapped[datetime] = mapped_column(UtcDateTime)
    counted_by: Mapped[str] = mapped_column(String(64))


class Shortage(Base):
    """`quantity` shares of an item's option will not come, shared out over its orders.

    `spare` are shares that came and that nobody got whole; whoever was cut may take
    a part of theirs from it.
    """

    __tablename__ = "shortages"
    __table_args__ = (
        CheckConstraint("quantity >= 1", name="short"),
        CheckConstraint("spare >= 0", name="spare_not_negative"),
        Index("ix_shortages_group_buy", "group_buy_id"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    group_buy_id: Mapped[int] = mapped_column(ForeignKey("group_buys.id"))
    item_id: Mapped[int] = mapped_column(ForeignKey("group_buy_items.id"))
    option: Mapped[str] = mapped_column(String(100), default="")
    quantity: Mapped[int]
    spare: Mapped[int] = mapped_column(default=0)
    decided_at: Mapped[datetime] = mapped_column(UtcDateTime)
    decided_by: Mapped[str] = mapped_column(String(64))
    undone_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class ShortageCut(Base):
    """What one order lost by a shortage: its shares wait on the waiting list as `wait_id`."""

    __tablename__ = "shortage_cuts"
    __table_args__ = (
        CheckConstraint("quantity >= 1", name="cut"),
        Index("ix_shortage_cuts_member", "member_id"),
    )

    wait_id: Mapped[int] = mapped_column(
        ForeignKey("waits.id"), primary_key=True, autoincrement=False
    )
    shortage_id: Mapped[int] = mapped_column(ForeignKey("shortages.id"), index=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id"), index=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"))
    quantity: Mapped[int]
