"""The record of what is sold. Its door is `models.shop.products`."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, String
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Id


class Product(Base):
    """`price` is whole TWD for one unit; `days_of_supply` counts days for one unit."""

    __tablename__ = "products"
    __table_args__ = (
        CheckConstraint("price >= 0", name="price_not_negative"),
        CheckConstraint("days_of_supply >= 1", name="supply_lasts"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    name: Mapped[str] = mapped_column(String(200), unique=True)
    category: Mapped[str] = mapped_column(String(50), default="")
    price: Mapped[int | None]
    days_of_supply: Mapped[int | None]
