"""Who should be reminded to buy what: a look at one day's rows, whatever lies behind them."""

from __future__ import annotations

from datetime import date, timedelta
from typing import NamedTuple

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from models.shop.product_records import Product
from models.shop.replenishment_records import Supply
from models.shop.replenishment_rules import CATCH_UP_DAYS


class Due(NamedTuple):
    """Somebody runs out of a product: what they bought last, and when it is used up."""

    member_id: int
    product_id: int
    product: str
    bought_on: date
    quantity: int
    runs_out_on: date


def due(session: Session, today: date) -> list[Due]:
    """Purchases to be reminded of today, or within the last two weeks if that was missed.

    A later purchase of the same product takes its place. That each is reminded
    of once is for the caller to hold, by member, product and day of purchase.
    """
    return [
        Due(
            row.member_id,
            row.product_id,
            row.name,
            row.bought_on,
            row.quantity,
            row.bought_on + timedelta(days=row.days),
        )
        for row in session.execute(
            estimates(today).order_by(Supply.bought_on, Supply.member_id, Supply.product_id)
        )
    ]


def estimates(today: date) -> Select[int, int, str, date, int, int]:
    """The due purchases of `today`."""
    oldest = today - timedelta(days=CATCH_UP_DAYS)
    return (
        select(
            Supply.member_id,
            Supply.product_id,
            Product.name,
            Supply.bought_on,
            Supply.quantity,
            Supply.days,
        )
        .join(Product, Product.id == Supply.product_id)
        .where(Supply.remind_on.between(oldest, today))
    )
