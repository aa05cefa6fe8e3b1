"""Many rows in one statement: on PostgreSQL as arrays, column by column.

As single parameters they would cost the driver and the database five times as
much. What is the same in all rows travels once.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice
from typing import Any, cast

from sqlalchemy import (
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


def _from_arrays(statement: Insert, rows: Sequence[Row]) -> Insert:
    table = cast("Table", statement.table)
    types = {name: _type(table.c[name].type) for name in rows[0]}
    values = {name: [row[name] for row in rows] for name in types}
    first, *others = values
    varying = [first, *(name for name in others if not _alike(values[name]))]
    arrays = [bindparam(name, values[name], ARRAY(types[name])) for name in varying]
    given = (
        func.unnest(*arrays)
        .table_valued(*(column(name, types[name]) for name in varying), name="given")
        .render_derived()
    )
    cells = [
        given.c[name]
        if name in varying
        else bindparam(name, values[name][0], types[name]).label(name)
        for name in values
    ]
    return statement.from_select(list(values), select(*cells), include_defaults=False)


def _type(declared: TypeEngine[Any]) -> TypeEngine[Any]:
    # a cast to a length would cut what is too long instead of refusing it
    return Text() if isinstance(declared, String) else declared


def _alike(values: Sequence[Any]) -> bool:
    first = values[0]
    return all(value == first for value in values)
