"""Many rows in one statement: on PostgreSQL as arrays, column by column.

As single parameters they would cost the driver and the database five times as
much. What is the same in all rows travels once.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice
from typing import Any, cast

from sqlalchemy import (
    ColumnElement,
    CursorResult,
    Insert,
    String,
    Table,
    Text,
    bindparam,
    column,
    func,
    select,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session
from sqlalchemy.types import TypeEngine

from models.base import dialect

Row = dict[str, Any]

FEW = 20  # rows up to which the ordinary way is as fast
AT_ONCE = 2000
SHORT = 500  # rows in one statement of the ordinary way


def execute(
    session: Session, statement: Insert, rows: Iterable[Row]
) -> Iterator[CursorResult[Any]]:
    """Insert `rows`, all with the same columns, a statement for each few of them.

    Each result is given out before the next statement; `rows` may be a
    generator, of which no more is held than one statement takes.
    """
    iterator = iter(rows)
    start = list(islice(iterator, FEW + 1))
    many = dialect(session) == "postgresql" and len(start) > FEW
    iterator = chain(start, iterator)
    while chunk := list(islice(iterator, AT_ONCE if many else SHORT)):
        given = (_from_arrays(statement, chunk), None) if many else (statement, chunk)
        result = session.execute(*given, execution_options={"preserve_rowcount": True})
        yield cast("CursorResult[Any]", result)


def chunks(rows: Iterable[Row]) -> Iterator[Iterator[Row]]:
    """`rows` in parts of as many as one statement takes, each to be read to its end."""
    iterator = iter(rows)
    for first in iterator:
        yield chain([first], islice(iterator, AT_ONCE - 1))


def given(table: Table, rows: Sequence[Row], name: str = "given") -> dict[str, ColumnElement[Any]]:
    """The columns of `rows` for a statement on `table`: what varies as a table of arrays.

    The first column is taken to vary.
    """
    types = {key: _type(table.c[key].type) for key in rows[0]}
    values = {key: [row[key] for row in rows] for key in types}
    first, *others = values
    varying = [first, *(key for key in others if not _alike(values[key]))]
    arrays = [bindparam(f"{name}_{key}", values[key], ARRAY(types[key])) for key in varying]
    unnested = (
        func.unnest(*arrays)
        .table_valued(*(column(key, types[key]) for key in varying), name=name)
        .render_derived()
    )
    return {
        key: unnested.c[key]
        if key in varying
        else bindparam(f"{name}_{key}", values[key][0], types[key]).label(key)
        for key in values
    }


def _from_arrays(statement: Insert, rows: Sequence[Row]) -> Insert:
    columns = given(cast("Table", statement.table), rows)
    return statement.from_select(list(columns), select(*columns.values()), include_defaults=False)


def _type(declared: TypeEngine[Any]) -> TypeEngine[Any]:
    # a cast to a length would cut what is too long instead of refusing it
    return Text() if isinstance(declared, String) else declared


def _alike(values: Sequence[Any]) -> bool:
    return values.count(values[0]) == len(values)
