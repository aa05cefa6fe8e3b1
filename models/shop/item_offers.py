"""What is offered, put into records: an item of a group-buy, and the product that it is."""

from __future__ import annotations

from collections.abc import Sequence

import orjson
from sqlalchemy import update
from sqlalchemy.orm import Session

from models.shop import products
from models.shop.group_buy_records import Item
from models.shop.group_buy_terms import ItemTerms
from models.shop.product_records import Product


def product_ids(session: Session, items: Sequence[ItemTerms]) -> dict[str, int]:
    """The products that these items are, by name, made now where there were none."""
    ids = products.ensure(session, {item.name: item.days_of_supply for item in items})
    for item in items:
        if item.category:
            _categorise(session, ids[item.name], item.category)
    return ids


def item(terms: ItemTerms, product_id: int) -> Item:
    """An item's record."""
    return Item(
        product_id=product_id,
        code=terms.code,
        name=terms.name,
        unit=terms.unit,
        price=terms.price,
        price_now=terms.price,
        ladder=_json([list(rung) for rung in terms.ladder]),
        aliases=_json(terms.aliases),
        options=_json(terms.options),
        option_aliases=_json(terms.option_aliases),
        option_prices=_json(terms.option_prices),
        stock=terms.stock,
        taken=0,
        case_size=terms.case_size,
        limit=terms.limit,
    )


def _json(value: object) -> str:
    return orjson.dumps(value).decode()


def _categorise(session: Session, product_id: int, category: str) -> None:
    session.execute(
        update(Product)
        .where(Product.id == product_id, Product.category == "")
        .values(category=category)
    )
