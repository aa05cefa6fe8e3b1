"""PostgreSQL: every table by COPY, all of them as they are at one moment.

No program of the server's version is needed. Tables are made by the migrations
of the backup's release, filled, and brought to today's afterwards.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from sqlalchemy import Connection, Engine, inspect, text
from sqlalchemy.orm import Session

from backoffice.backups.archive import Archive, BadBackup, Writer
from models import database

FOLDER = "tables/"
COLUMNS = """
    SELECT attname FROM pg_attribute
    WHERE attrelid = cast(:table AS regclass) AND attnum > 0
        AND NOT attisdropped AND attgenerated = ''
    ORDER BY attnum
"""
SEQUENCES = """
    SELECT table_name, column_name FROM information_schema.columns
    WHERE table_schema = 'public'
        AND pg_get_serial_sequence(quote_ident(table_name), column_name) IS NOT NULL
"""


def dump(engine: Engine, writer: Writer) -> None:
    """Every table, in one snapshot."""
    with engine.connect().execution_options(isolation_level="REPEATABLE READ") as connection:
        connection.execute(text("SET TRANSACTION READ ONLY"))
        connection.execute(text("SET LOCAL statement_timeout = 0"))
        for name in tables(connection):
            columns = list(connection.scalars(text(COLUMNS), {"table": f'"{name}"'}))
            counting = Counting(_out(connection, name, columns))
            part = writer.add(f"{FOLDER}{name}", counting, columns)
            part.rows = writer.manifest.rows[name] = counting.rows


def load(archive: Archive, url: str, secret: str, then: Callable[[Session], object]) -> None:
    """Fill an empty database; `then` is done in the same transaction.

    Raises:
        BadBackup: there is a shop in it already.
    """
    engine = database.connect(url)
    try:
        _empty(engine, url)
        database.upgrade(url, archive.manifest.revision)
        with database.sessions(engine, secret).begin() as session:
            connection = session.connection()
            connection.execute(text("SET LOCAL statement_timeout = 0"))
            for name in tables(connection):
                _in(connection, archive, name)
            _bring_forward(connection)
            then(session)
    finally:
        engine.dispose()


def tables(connection: Connection) -> list[str]:
    """The shop's tables, those first to which others refer."""
    ordered = inspect(connection).get_sorted_table_and_fkc_names()
    return [name for name, _ in ordered if name is not None and name != "alembic_version"]


class Counting:
    """Pieces of a COPY on their way, and how many rows they were."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces, self.rows = pieces, 0

    def __iter__(self) -> Iterator[bytes]:
        for piece in self._pieces:
            # a line break within a value is written as \\n
            self.rows += piece.count(b"\n")
            yield piece


def _empty(engine: Engine, url: str) -> None:
    from alembic import command

    with engine.connect() as connection:
        for name in tables(connection):
            if connection.scalar(text(f'SELECT EXISTS (SELECT 1 FROM "{name}")')):  # noqa: S608
                raise BadBackup("there is a shop in this database: restore into an empty one")
        made = database.version(connection) is not None
    if made:
        command.downgrade(database.migrations(url), "base")


def _out(connection: Connection, name: str, columns: list[str]) -> Iterator[bytes]:
    with _cursor(connection) as cursor, cursor.copy(f"COPY {_of(name, columns)} TO STDOUT") as out:
        for piece in out:
            yield bytes(piece)


def _in(connection: Connection, archive: Archive, name: str) -> None:
    part = archive.manifest.parts.get(f"{FOLDER}{name}")
    if part is None:
        raise BadBackup(f"the backup lacks the table {name}: use another")
    with _cursor(connection) as cursor:
        with cursor.copy(f"COPY {_of(name, part.columns)} FROM STDIN") as into:
            for piece in archive.pieces(f"{FOLDER}{name}"):
                into.write(piece)
        if cursor.rowcount != part.rows:
            raise BadBackup("the backup does not hold what it says: use another")


def _bring_forward(connection: Connection) -> None:
    """Numbers given from now on follow those that are taken."""
    for table, column in connection.execute(text(SEQUENCES)).all():
        connection.execute(
            text(
                f"SELECT setval(pg_get_serial_sequence('\"{table}\"', '{column}'),"  # noqa: S608
                f' coalesce(max("{column}"), 1), max("{column}") IS NOT NULL) FROM "{table}"'
            )
        )


def _cursor(connection: Connection) -> Any:
    driver: Any = connection.connection.driver_connection
    return driver.cursor()


def _of(name: str, columns: list[str]) -> str:
    listed = ", ".join(f'"{column}"' for column in columns)
    return f'"{name}" ({listed})'
