"""The records of when goods may be fetched, where that is parted into slots.

The door is `models.shop.pickup_slots`.
"""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Id


class PickupSlot(Base):
    """Some time in which so many orders of a group-buy may be fetched at a place; "" is any.

    `at` is an ISO date, if a day was said, and the hours: it sorts as time does.
    """

    __tablename__ = "pickup_slots"
    __table_args__ = (
        UniqueConstraint("group_buy_id", "place", "at"),
        CheckConstraint("capacity >= 1", name="capacity"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    group_buy_id: Mapped[int] = mapped_column(ForeignKey("group_buys.id"))
    place: Mapped[str] = mapped_column(String(40), default="")
    at: Mapped[str] = mapped_column(String(30))
    capacity: Mapped[int]
