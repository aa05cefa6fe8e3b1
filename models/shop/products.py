"""Products: what the shop sells, known by name.

`days_of_supply` is how long one unit lasts a household, as the shop sees it;
None means that nobody is reminded to buy it again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from models.base import batches, insert
from models.shop import replenishment_upkeep
from models.shop.product_records import Product

__all__ = ["Product", "ensure", "ids_of"]


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
    """Give products days of supply that have none, and their buyers' supplies with them."""
    empty: list[int] = []
    for batch in batches(list(supplies)):
        query = select(Product.id).where(Product.id.in_(batch), Product.days_of_supply.is_(None))
        empty += session.scalars(query)
    if not empty:
        return
    table = Product.__table__
    session.connection().execute(
        update(Product)
        .where(table.c.id == bindparam("product"), table.c.days_of_supply.is_(None))
        .values(days_of_supply=bindparam("days")),
        [{"product": product_id, "days": supplies[product_id]} for product_id in empty],
    )
    replenishment_upkeep.follow_products(session, empty)
