"""Many rows in one statement: on PostgreSQL as arrays, column by column.

As single parameters they would cost the driver and the database five times as
much. What is the same in all rows travels once. A statement is made once for
each table and each set of columns that vary, and takes the rows as parameters.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import chain, islice
from typing import Any, NamedTuple, cast

from sqlalchemy import (
    ColumnElement,
    CursorResult,
    Dialect,
    Insert,
    String,
    Table,
    Text,
    Update,
    bindparam,
    column,
    func,
    literal,
    select,
    update,
)
from sqlalchemy import cast as sql_cast
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.dialects.postgresql.base import PGDialect
from sqlalchemy.orm import Session
from sqlalchemy.types import TypeEngine, UserDefinedType

from models.base import dialect

Row = dict[str, Any]

POSTGRESQL: Dialect = PGDialect()  # type: ignore[no-untyped-call]
FEW = 20  # rows up to which the ordinary way is as fast
AT_ONCE = 2000
SHORT = 500  # rows in one statement of the ordinary way


class Listed(UserDefinedType[Sequence[Any]]):
    """An array of one dimension; SQLAlchemy's would look for more in every value."""

    cache_ok = True
    render_bind_cast = True

    def __init__(self, each: TypeEngine[Any]) -> None:
        self.each = each

    def get_col_spec(self, **_options: Any) -> str:
        return f"{self.each.compile(POSTGRESQL)}[]"

    def bind_processor(self, dialect: Dialect) -> Callable[[Any], Any] | None:
        fit = self.each.dialect_impl(dialect).bind_processor(dialect)
        return None if fit is None else lambda values: list(map(fit, values))


class Shape(NamedTuple):
    """What a statement knows of the rows it will be given."""

    columns: tuple[str, ...]
    varying: tuple[str, ...]


def execute(
    session: Session, statement: Insert, rows: Iterable[Row], *, varying: Collection[str] = ()
) -> Iterator[CursorResult[Any]]:
    """Insert `rows`, all with the same columns, a statement for each few of them.

    Each result is given out before the next statement; `rows` may be a
    generator, of which no more is held than one statement takes. Whoever says
    which columns may vary, and gives the same `statement` each time, has it
    made once for however many rows.
    """
    iterator = iter(rows)
    start = list(islice(iterator, FEW + 1))
    many = dialect(session) == "postgresql" and (len(start) > FEW or bool(varying))
    iterator = chain(start, iterator)
    while chunk := list(islice(iterator, AT_ONCE if many else SHORT)):
        given = _in_arrays(statement, chunk, varying) if many else (statement, chunk)
        result = session.connection().execute(
            *given, execution_options={"preserve_rowcount": True}
        )
        yield result


def change(session: Session, table: Table, rows: Sequence[Row]) -> None:
    """Write many rows' columns anew; the first column of each says which row it is.

    All have the same columns. What the session has loaded does not notice.
    """
    if not rows:
        return
    key, *columns = rows[0]
    if dialect(session) != "postgresql":
        values: Row = {name: bindparam(_parameter(name)) for name in columns}
        session.connection().execute(
            update(table).where(table.c[key] == bindparam(_parameter(key))).values(values),
            [{_parameter(name): value for name, value in row.items()} for row in rows],
        )
        return
    for start in range(0, len(rows), AT_ONCE):
        shape, given_ = arrays(rows[start : start + AT_ONCE], columns)
        session.connection().execute(_changing(table, shape), given_)


def chunks(rows: Iterable[Row]) -> Iterator[Iterator[Row]]:
    """`rows` in parts of as many as one statement takes, each to be read to its end."""
    iterator = iter(rows)
    for first in iterator:
        yield chain([first], islice(iterator, AT_ONCE - 1))


def listed(values: Sequence[Any], of: TypeEngine[Any]) -> ColumnElement[Any]:
    """Numbers, or words without signs, as an array in one text, whose items nobody goes through.

    For PostgreSQL, where they are many thousands.
    """
    return sql_cast(literal(f"{{{','.join(map(str, values))}}}", Text), ARRAY(of))


def arrays(rows: Sequence[Row], varying: Collection[str] = ()) -> tuple[Shape, Row]:
    """What a statement must know of `rows`, and the parameters that hold them.

    The first column is taken to vary; the others as `varying` says, or as they do.
    """
    first, *others = alike = rows[0]
    differ = [first, *(n for n in others if (n in varying if varying else _differ(rows, n)))]
    values = {_parameter(name): value for name, value in alike.items()}
    values |= {_parameter(name): [row[name] for row in rows] for name in differ}
    return Shape(tuple(alike), tuple(differ)), values


def given(table: Table, shape: Shape) -> dict[str, ColumnElement[Any]]:
    """The columns of rows for a statement on `table`: what varies as a table of arrays."""
    types = {name: _type(table.c[name].type) for name in shape.columns}
    unnested = (
        func.unnest(*(bindparam(_parameter(n), type_=Listed(types[n])) for n in shape.varying))
        .table_valued(*(column(name, types[name]) for name in shape.varying), name="given")
        .render_derived()
    )
    return {
        name: unnested.c[name]
        if name in shape.varying
        else bindparam(_parameter(name), type_=types[name]).label(name)
        for name in shape.columns
    }


def _in_arrays(
    statement: Insert, rows: Sequence[Row], varying: Collection[str]
) -> tuple[Insert, Row]:
    shape, values = arrays(rows, varying)
    return _from_arrays(statement, shape), values


@lru_cache
def _from_arrays(statement: Insert, shape: Shape) -> Insert:
    columns = given(cast("Table", statement.table), shape)
    return statement.from_select(list(columns), select(*columns.values()), include_defaults=False)


@lru_cache
def _changing(table: Table, shape: Shape) -> Update:
    key, *changed = shape.columns
    columns = given(table, shape)
    found = table.c[key] == columns[key]
    return update(table).where(found).values({name: columns[name] for name in changed})


def _parameter(name: str) -> str:
    return f"given_{name}"


def _type(declared: TypeEngine[Any]) -> TypeEngine[Any]:
    # a cast to a length would cut what is too long instead of refusing it
    return Text() if isinstance(declared, String) else declared


def _differ(rows: Sequence[Row], name: str) -> bool:
    values = [row[name] for row in rows]
    return values.count(values[0]) != len(values)
