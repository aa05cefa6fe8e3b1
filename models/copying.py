"""New rows by COPY: on PostgreSQL half the work of an INSERT, and next to none for us.

COPY knows no conflicts. It is tried beneath a savepoint, and whoever calls goes
the ordinary way when it failed, which then tells what was wrong.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import chain, islice, repeat
from typing import Any, NamedTuple, cast

import psycopg
from sqlalchemy import Connection, Dialect, Table
from sqlalchemy.orm import Session

from models.base import Base, dialect, insert
from models.bulk import FEW, Row, chunks, execute

BLOCK = 100  # rows made before they are sent: the database works while the next are made


class Column(NamedTuple):
    """A column as COPY knows it: what it holds, and what makes a value fit for the driver."""

    name: str
    type: str
    fit: Any


def copy(session: Session, record: type[Base], rows: Iterable[Row], taken: list[Row]) -> bool:
    """Insert `rows`, all with the same columns; False if they are to go the ordinary way.

    Then none is kept: they are few, it is not PostgreSQL, or one of them was
    refused. What was read of `rows` is in `taken` either way. While they are
    read the session is busy, so making them must not ask the database.
    Columns that are left out are as the database sets them.
    """
    if dialect(session) != "postgresql":
        return False
    rows = iter(rows)
    taken += islice(rows, FEW + 1)
    if len(taken) <= FEW:
        return False
    session.flush()  # what the rows refer to may not be there yet
    connection = session.connection()
    try:
        with connection.begin_nested():
            _copy(connection, cast("Table", record.__table__), _blocks(rows, taken))
    except psycopg.Error:
        return False
    return True


def put(session: Session, record: type[Base], rows: Iterable[Row]) -> None:
    """Insert rows that are new, the quickest way there is; they must not ask the database."""
    for chunk in chunks(rows):
        taken: list[Row] = []
        if not copy(session, record, chunk, taken):
            for _ in execute(session, insert(session, record), chain(taken, chunk)):
                pass


def _copy(connection: Connection, table: Table, blocks: Iterator[Sequence[Row]]) -> None:
    first = next(blocks)
    columns = _columns(table, tuple(first[0]), connection.dialect)
    names = ", ".join(f'"{column.name}"' for column in columns)
    statement = f'COPY "{table.name}" ({names}) FROM STDIN (FORMAT binary)'
    driver = cast("psycopg.Connection", connection.connection.driver_connection)
    with driver.cursor() as cursor, cursor.copy(statement.encode()) as to_table:
        to_table.set_types([column.type for column in columns])
        for block in chain([first], blocks):
            for row in zip(*(_values(column, block) for column in columns), strict=False):
                to_table.write_row(row)


def _blocks(rows: Iterator[Row], taken: list[Row]) -> Iterator[Sequence[Row]]:
    yield list(taken)
    while block := list(islice(rows, BLOCK)):
        taken += block
        yield block


@lru_cache
def _columns(table: Table, names: tuple[str, ...], spoken: Dialect) -> list[Column]:
    types = {name: table.c[name].type for name in names}
    return [
        # without its length: the database refuses what is too long, a cast would cut it
        Column(
            table.c[name].name,
            declared.compile(spoken).partition("(")[0].lower(),
            declared.dialect_impl(spoken).bind_processor(spoken),
        )
        for name, declared in types.items()
    ]


def _values(column: Column, rows: Sequence[Row]) -> Iterable[Any]:
    """A column of the rows as the driver takes it; what is the same in all is made once."""
    values = [row[column.name] for row in rows]
    if values.count(values[0]) == len(values):
        return repeat(column.fit(values[0]) if column.fit else values[0], len(rows))
    return map(column.fit, values) if column.fit else values
