"""The stages of a member's life with the shop: 導入, 成熟, 衰退, against their own interval.

Somebody who buys every 10 days is late after three weeks, somebody who buys
every quarter is not. The own interval is drawn towards the shop's while a
member has few orders, as it is for replenishment: (3 · shop + n · own) / (3 + n).
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, SQLColumnExpression, case

from models.base import N_
from models.programme import RfmTerms

WEIGHT = 3


class Stage(StrEnum):
    """Where a member who ever bought is in their life with the shop."""

    INTRODUCTION = "introduction"
    MATURITY = "maturity"
    DECLINE = "decline"


NAMES: Mapping[Stage, str] = {
    Stage.INTRODUCTION: N_("導入期"),
    Stage.MATURITY: N_("成熟期"),
    Stage.DECLINE: N_("衰退期"),
}


def stage(
    orders: int, silent_days: int, span_days: int, *, interval: int, terms: RfmTerms
) -> Stage:
    """The stage of a member with `orders`, the first and last of which lie `span_days` apart.

    `silent_days` have passed since the last; `interval` is the shop's, in days.
    """
    if silent_days > patience(span_days, orders, interval=interval, terms=terms):
        return Stage.DECLINE
    return Stage.MATURITY if orders >= terms.mature_orders else Stage.INTRODUCTION


def patience(span_days: Any, orders: Any, *, interval: int, terms: RfmTerms) -> Any:
    """The days of silence after which a member declines, whole and rounded down.

    n intervals between n + 1 orders add up to `span_days`. Takes numbers or columns.
    """
    return after(10 * terms.decline_intervals, span_days, orders, interval=interval)


def after(tenths: int, span_days: Any, orders: Any, *, interval: int) -> Any:
    """The days that so many tenths of a member's own interval come to, rounded down."""
    return tenths * (WEIGHT * interval + span_days) // (10 * (WEIGHT + orders - 1))


def stage_column(
    orders: SQLColumnExpression[int], silent_days: Any, patience_days: Any, terms: RfmTerms
) -> ColumnElement[str]:
    """`stage`, for every row at once."""
    return case(
        (silent_days > patience_days, Stage.DECLINE.value),
        (orders >= terms.mature_orders, Stage.MATURITY.value),
        else_=Stage.INTRODUCTION.value,
    )
