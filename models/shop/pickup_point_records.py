"""The records of where goods are handed over, and which of these places a group-buy offers.

The door is `models.shop.pickup_points`.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Id, UtcDateTime

OPEN = text("closed_at IS NULL")


class PickupPoint(Base):
    """A place members know by its name; `hours` are as somebody wrote them.

    One that is no longer used is closed, so that old orders still know their place.
    """

    __tablename__ = "pickup_points"
    __table_args__ = (
        Index(
            "uq_pickup_points_open",
            "name",
            unique=True,
            postgresql_where=OPEN,
            sqlite_where=OPEN,
        ),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    name: Mapped[str] = mapped_column(String(40))
    address: Mapped[str] = mapped_column(String(200), default="")
    hours: Mapped[str] = mapped_column(String(100), default="")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class GroupBuyPoint(Base):
    """A place a group-buy may be picked up at."""

    __tablename__ = "group_buy_points"

    group_buy_id: Mapped[int] = mapped_column(
        ForeignKey("group_buys.id"), primary_key=True, autoincrement=False
    )
    point_id: Mapped[int] = mapped_column(
        ForeignKey("pickup_points.id"), primary_key=True, autoincrement=False, index=True
    )
