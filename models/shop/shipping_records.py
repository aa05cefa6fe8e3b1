"""The record of an order that was handed to a carrier; the door is `models.shop.shipping`."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, UtcDateTime

UNDER_WAY = "delivered_at IS NULL"


class Shipment(Base):
    """An order on its way: `carrier` as people call it, `number` is the carrier's."""

    __tablename__ = "shipments"
    __table_args__ = (
        Index(
            "ix_shipments_under_way",
            "shipped_at",
            sqlite_where=text(UNDER_WAY),
            postgresql_where=text(UNDER_WAY),
        ),
    )

    order_id: Mapped[int] = mapped_column(
        ForeignKey("orders.id"), primary_key=True, autoincrement=False
    )
    carrier: Mapped[str] = mapped_column(String(20))
    number: Mapped[str] = mapped_column(String(40))
    shipped_at: Mapped[datetime] = mapped_column(UtcDateTime)
    shipped_by: Mapped[str] = mapped_column(String(64))
    delivered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
