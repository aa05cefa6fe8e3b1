"""Products: what the shop sells, known by name.

`days_of_supply` is how long one unit lasts a household, as the shop sees it;
None means that nobody is reminded to buy it again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sqlalchemy import CheckConstraint, String, bindparam, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.base import Base, Id, batches, insert


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


def ensure(session: Session, supplies: Mapping[str, int | None]) -> dict[str, int]:
    """The ids of these products by name, made now where there were none.

    `supplies` gives each name its days of supply; a product that has some keeps them.
    """
    rows = [{"name": name, "category": "", "days_of_supply": None} for name in supplies]
    if rows:
        made = insert(session, Product).on_conflict_do_nothing(index_elements=["name"])
        session.execute(made, rows)
    ids = ids_of(session, supplies)
    _fill_supplies(session, {ids[name]: days for name, days in supplies.items() if days})
    return ids


def ids_of(session: Session, names: Iterable[str]) -> dict[str, int]:
    """The ids of the products with these names, those that exist."""
    found: dict[str, int] = {}
    for batch in batches(list(names)):
        query = select(Product.name, Product.id).where(Product.name.in_(batch))
        found.update(dict(session.execute(query).all()))
    return found


def _fill_supplies(session: Session, supplies: Mapping[int, int]) -> None:
    rows = [{"product": product_id, "days": days} for product_id, days in supplies.items()]
    if rows:
        table = Product.__table__
        session.connection().execute(
            update(Product)
            .where(table.c.id == bindparam("product"), table.c.days_of_supply.is_(None))
            .values(days_of_supply=bindparam("days")),
            rows,
        )
