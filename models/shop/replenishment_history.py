"""`replenishment_rules.estimate` for many members at once, read from their orders in one query.

What the pure rule does on one history this does on the database; a test holds
the two together.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    Float,
    Integer,
    Select,
    case,
    cast,
    func,
    select,
)

from models.days import DaysLater, DaysSince
from models.shop.orders import BOUGHT, Order, OrderLine
from models.shop.product_records import Product
from models.shop.replenishment_records import SupplyAnswer
from models.shop.replenishment_rules import GRAIN, LEAD_DAYS, WEIGHT, Answer

SUPPLY = func.coalesce(OrderLine.days_of_supply, Product.days_of_supply)


def supplies(whose: ColumnElement[bool]) -> Select[Any]:
    """The columns of `Supply` of the members' last purchases, of those orders and lines.

    `whose` must leave every order of a member and product in, or none.
    """
    lasting = _estimated(whose)
    wait = _at_least_one(lasting.c.days - LEAD_DAYS)
    return select(
        lasting.c.member_id,
        lasting.c.product_id,
        lasting.c.bought_on,
        lasting.c.quantity,
        lasting.c.days,
        DaysLater(lasting.c.bought_on, wait).label("remind_on"),
    )


def _estimated(whose: ColumnElement[bool]) -> CTE:
    """How many days each member's last purchase of each product lasts."""
    told = _told(whose)
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


def _purchases(whose: ColumnElement[bool]) -> CTE:
    """What each member bought of each product on each day."""
    return (
        select(
            Order.member_id,
            OrderLine.product_id,
            Order.ordered_on.label("bought_on"),
            cast(func.sum(OrderLine.quantity), Integer).label("quantity"),
            func.max(SUPPLY).label("supply"),
        )
        .join(OrderLine, OrderLine.order_id == Order.id)
        .join(Product, Product.id == OrderLine.product_id)
        .where(Order.status.in_(BOUGHT), SUPPLY.is_not(None), whose)
        .group_by(Order.member_id, OrderLine.product_id, Order.ordered_on)
        .cte("purchases")
    )


def _told(whose: ColumnElement[bool]) -> CTE:
    """The same with what each member's purchases of a product tell together."""
    bought = _purchases(whose)
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
    waited = DaysSince(columns.bought_on, columns.not_yet) + LEAD_DAYS
    days = func.coalesce(DaysSince(columns.bought_on, until), waited)
    return case((days.is_not(None), _at_least_one(days)))


def _at_least_one(days: ColumnElement[int]) -> ColumnElement[int]:
    return case((days < 1, 1), else_=days)
