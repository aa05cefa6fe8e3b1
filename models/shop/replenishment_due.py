"""Who should be reminded to buy what today: `replenishment.estimate` for everybody, in one query.

The query does on the database what the pure rule does on one history; a test
holds the two together.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, NamedTuple

from sqlalchemy import (
    CTE,
    ColumnElement,
    Date,
    Float,
    Integer,
    Select,
    case,
    cast,
    func,
    literal,
    select,
)
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import Session
from sqlalchemy.sql.functions import FunctionElement

from models.shop.orders import BOUGHT, Order, OrderLine
from models.shop.products import Product
from models.shop.replenishment import CATCH_UP_DAYS, GRAIN, LEAD_DAYS, WEIGHT, Answer, SupplyAnswer


class Due(NamedTuple):
    """Somebody runs out of a product: what they bought last, and when it is used up."""

    member_id: int
    product_id: int
    product: str
    bought_on: date
    quantity: int
    runs_out_on: date


class DaysBetween(FunctionElement[int]):
    """Days from the first to the second of two dates."""

    type = Integer()
    inherit_cache = True


@compiles(DaysBetween, "postgresql")
def _subtract(element: Any, compiler: Any, **options: Any) -> str:
    first, second = (compiler.process(each, **options) for each in element.clauses)
    return f"({second} - {first})"


@compiles(DaysBetween, "sqlite")
def _subtract_julian(element: Any, compiler: Any, **options: Any) -> str:
    first, second = (compiler.process(each, **options) for each in element.clauses)
    return f"CAST(julianday({second}) - julianday({first}) AS INTEGER)"


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
        for row in session.execute(estimates(today))
    ]


def estimates(today: date) -> Select[Any]:
    """The due purchases of `today`, oldest first."""
    lasting = _estimated()
    late = DaysBetween(lasting.c.bought_on, literal(today, Date)) - _at_least_one(
        lasting.c.days - LEAD_DAYS
    )
    return (
        select(
            lasting.c.member_id,
            lasting.c.product_id,
            Product.name,
            lasting.c.bought_on,
            lasting.c.quantity,
            lasting.c.days,
        )
        .join(Product, Product.id == lasting.c.product_id)
        .where(late >= 0, late <= CATCH_UP_DAYS)
        .order_by(lasting.c.bought_on, lasting.c.member_id, lasting.c.product_id)
    )


def _estimated() -> CTE:
    """How many days each member's last purchase of each product lasts."""
    told = _told()
    unit = (WEIGHT * told.c.supply + told.c.lasted) / (WEIGHT + told.c.learned_from)
    days = cast(func.floor(unit * told.c.quantity + GRAIN), Integer)
    return (
        select(
            told.c.member_id,
            told.c.product_id,
            told.c.bought_on,
            told.c.quantity,
            _at_least_one(days).label("days"),
        )
        .where(told.c.bought_again_on.is_(None))
        .cte("estimated")
    )


def _purchases() -> CTE:
    """What each member bought of each product on each day."""
    supply = func.coalesce(OrderLine.days_of_supply, Product.days_of_supply)
    return (
        select(
            Order.member_id,
            OrderLine.product_id,
            Order.ordered_on.label("bought_on"),
            cast(func.sum(OrderLine.quantity), Integer).label("quantity"),
            func.max(supply).label("supply"),
        )
        .join(OrderLine, OrderLine.order_id == Order.id)
        .join(Product, Product.id == OrderLine.product_id)
        .where(Order.status.in_(BOUGHT), supply.is_not(None))
        .group_by(Order.member_id, OrderLine.product_id, Order.ordered_on)
        .cte("purchases")
    )


def _told() -> CTE:
    """The same with what each member's purchases of a product tell together."""
    bought = _purchases()
    again = func.lead(bought.c.bought_on).over(
        partition_by=(bought.c.member_id, bought.c.product_id), order_by=bought.c.bought_on
    )
    # a window cannot stand within another
    followed = (
        select(bought, again.label("bought_again_on"), *_answers())
        .outerjoin(
            SupplyAnswer,
            (SupplyAnswer.member_id == bought.c.member_id)
            & (SupplyAnswer.product_id == bought.c.product_id)
            & (SupplyAnswer.bought_on == bought.c.bought_on),
        )
        .cte("followed")
    )
    lasted = _observed(followed) / cast(followed.c.quantity, Float)
    whole = (followed.c.member_id, followed.c.product_id)
    return select(
        followed.c.member_id,
        followed.c.product_id,
        followed.c.bought_on,
        followed.c.quantity,
        followed.c.supply,
        followed.c.bought_again_on,
        func.coalesce(func.sum(lasted).over(partition_by=whole), 0.0).label("lasted"),
        func.count(lasted).over(partition_by=whole).label("learned_from"),
    ).cte("lasting")


def _answers() -> list[ColumnElement[date | None]]:
    return [
        case((SupplyAnswer.answer == said, SupplyAnswer.said_on)).label(said)
        for said in (Answer.FINISHED, Answer.NOT_YET)
    ]


def _observed(followed: CTE) -> ColumnElement[int]:
    """Days that a purchase lasted, null if nothing is known."""
    columns = followed.c
    until = func.coalesce(columns.finished, columns.bought_again_on)
    waited = DaysBetween(columns.bought_on, columns.not_yet) + LEAD_DAYS
    days = func.coalesce(DaysBetween(columns.bought_on, until), waited)
    return case((days.is_not(None), _at_least_one(days)))


def _at_least_one(days: ColumnElement[int]) -> ColumnElement[int]:
    return case((days < 1, 1), else_=days)
