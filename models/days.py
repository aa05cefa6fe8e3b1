"""Counting in SQL as Python counts, on both databases: days, least numbers, thresholds."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import Date, DateTime, Integer
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement


class DaysSince(FunctionElement[int]):
    """Days from the first to the second of two dates."""

    type = Integer()
    inherit_cache = True


class DaysLater(FunctionElement[date]):
    """The date that lies a number of days, 0 or more, after another."""

    type = Date()
    inherit_cache = True


class InstantLater(FunctionElement[datetime]):
    """The instant that lies a number of days after another."""

    type = DateTime(timezone=True)
    inherit_cache = True


class Least(FunctionElement[int]):
    """The least of some numbers, none of which is null."""

    type = Integer()
    inherit_cache = True


class Bucket(FunctionElement[int]):
    """How many of the thresholds, ascending, the first argument has reached: 0 to all."""

    type = Integer()
    inherit_cache = True


def _arguments(element: Any, compiler: Any, options: Any) -> list[str]:
    return [compiler.process(each, **options) for each in element.clauses]


@compiles(DaysSince, "postgresql")
def _subtract(element: Any, compiler: Any, **options: Any) -> str:
    first, second = _arguments(element, compiler, options)
    return f"({second} - {first})"


@compiles(DaysSince, "sqlite")
def _subtract_julian(element: Any, compiler: Any, **options: Any) -> str:
    first, second = _arguments(element, compiler, options)
    return f"CAST(julianday({second}) - julianday({first}) AS INTEGER)"


@compiles(DaysLater, "postgresql")
def _add(element: Any, compiler: Any, **options: Any) -> str:
    day, days = _arguments(element, compiler, options)
    return f"({day} + ({days})::integer)"


@compiles(DaysLater, "sqlite")
def _add_julian(element: Any, compiler: Any, **options: Any) -> str:
    day, days = _arguments(element, compiler, options)
    return f"date({day}, ({days}) || ' days')"


@compiles(InstantLater, "postgresql")
def _pass(element: Any, compiler: Any, **options: Any) -> str:
    instant, days = _arguments(element, compiler, options)
    return f"({instant} + make_interval(days => ({days})::integer))"


@compiles(InstantLater, "sqlite")
def _pass_text(element: Any, compiler: Any, **options: Any) -> str:
    instant, days = _arguments(element, compiler, options)
    # as instants are kept there, so that they compare as text; it knows no microseconds
    second = f"strftime('%Y-%m-%d %H:%M:%S', substr({instant}, 1, 19), ({days}) || ' days')"
    return f"({second} || substr({instant}, 20))"


@compiles(Least, "postgresql")
def _least(element: Any, compiler: Any, **options: Any) -> str:
    return f"LEAST({', '.join(_arguments(element, compiler, options))})"


@compiles(Least, "sqlite")
def _min(element: Any, compiler: Any, **options: Any) -> str:
    return f"min({', '.join(_arguments(element, compiler, options))})"


@compiles(Bucket, "postgresql")
def _width_bucket(element: Any, compiler: Any, **options: Any) -> str:
    value, *thresholds = _arguments(element, compiler, options)
    return f"width_bucket(({value})::bigint, ARRAY[{', '.join(thresholds)}]::bigint[])"


@compiles(Bucket, "sqlite")
def _count_reached(element: Any, compiler: Any, **options: Any) -> str:
    value, *thresholds = _arguments(element, compiler, options)
    return f"({' + '.join(f'(({value}) >= {each})' for each in thresholds)})"
