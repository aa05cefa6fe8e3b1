"""What the generated shop needs of a database: chance, days, seals, and loading in bulk.

Every expression is SQL text, so that rows are made where they are kept. The same
arguments make the same shop again, on one kind of database.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Integer

from models.base import Base, Vault

HOURS = 28_800  # Taipei is eight hours ahead of UTC
DAY = 86_400
MASK = 2**64 - 1
ROOM = {"maintenance_work_mem": "768MB", "work_mem": "384MB", "statement_timeout": "0"}
SAVED = """
    SELECT 'DROP INDEX ' || indexrelid::regclass, pg_get_indexdef(indexrelid)
    FROM pg_index
    WHERE indrelid IN (SELECT oid FROM pg_class WHERE relname = ANY(%s))
      AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid)
    UNION ALL
    SELECT format('ALTER TABLE %%s DROP CONSTRAINT %%I', conrelid::regclass, conname),
        format('ALTER TABLE %%s ADD CONSTRAINT %%I %%s',
            conrelid::regclass, conname, pg_get_constraintdef(oid))
    FROM pg_constraint
    WHERE contype = 'u' AND conrelid IN (SELECT oid FROM pg_class WHERE relname = ANY(%s))
"""


class Sql:
    """SQL in the connection's dialect; times are seconds since 1970, days are counted from then.

    `today` is the day in Taipei on which `now` falls.
    """

    def __init__(self, connection: Connection, vault: Vault, now: datetime) -> None:
        self.connection, self.vault = connection, vault
        self.postgresql = connection.dialect.name == "postgresql"
        self.now = int(now.timestamp())
        self.today = (self.now + HOURS) // DAY
        self._driver: Any = connection.connection.driver_connection
        if not self.postgresql:
            self._driver.create_function("chance", 2, _chance, deterministic=True)
            self._driver.create_function("seal", 1, vault.mark, deterministic=True)
            self._driver.create_function("md5", 1, _md5, deterministic=True)

    def run(self, statement: str) -> Any:
        """Past SQLAlchemy, whose parameters would make `%` mean something."""
        return self._driver.cursor().execute(statement)

    def numbers(self, upto: int) -> str:
        """A table of `i` from 1 to `upto`."""
        if self.postgresql:
            return f"generate_series(1::bigint, {upto}) AS numbers(i)"
        counting = f"SELECT 1 UNION ALL SELECT i + 1 FROM counted WHERE i < {upto}"
        return f"(WITH RECURSIVE counted(i) AS ({counting}) SELECT i FROM counted) AS numbers"

    def below(self, seed: str, salt: int, limit: object) -> str:
        """A whole number from 0 to below `limit` that looks like chance."""
        return f"({self._drawn(seed, salt)} % ({limit}))"

    def share(self, seed: str, salt: int) -> str:
        """From 0 to below 1."""
        return f"({self._drawn(seed, salt)} / 2147483648.0)"

    def floor(self, number: str) -> str:
        # a cast rounds in PostgreSQL and cuts in SQLite
        return f"CAST(floor({number}) AS bigint)" if self.postgresql else f"CAST({number} AS INT)"

    def day(self, number: str) -> str:
        if self.postgresql:
            return f"(DATE '1970-01-01' + CAST({number} AS int))"
        return f"date(({number}) * {DAY}, 'unixepoch')"

    def instant(self, seconds: str) -> str:
        if self.postgresql:
            return f"to_timestamp({seconds})"
        return f"strftime('%Y-%m-%d %H:%M:%f000', {seconds}, 'unixepoch')"

    def iso(self, seconds: str) -> str:
        """An instant as the seals write it."""
        if self.postgresql:
            # half the time of to_char
            written = f"CAST(to_timestamp({seconds}) AT TIME ZONE 'UTC' AS text)"
            return f"replace({written}, ' ', 'T') || '+00:00'"
        return f"strftime('%Y-%m-%dT%H:%M:%S+00:00', {seconds}, 'unixepoch')"

    def day_number(self, year: object, month: str, day: str) -> str:
        if self.postgresql:
            return f"(make_date({year}, {month}, {day}) - DATE '1970-01-01')"
        written = f"printf('%04d-%02d-%02d', {year}, {month}, {day})"
        return f"CAST(julianday({written}) - 2440587.5 AS INT)"

    def seal(self, text: str) -> str:
        """`Vault.mark` of a text, made by the database."""
        if not self.postgresql:
            return f"seal({text})"
        key = self.vault._mark_key.ljust(64, b"\0")
        inner, outer = (bytes(byte ^ pad for byte in key).hex() for pad in (0x36, 0x5C))
        once = f"sha256('\\x{inner}'::bytea || convert_to({text}, 'UTF8'))"
        return f"encode(sha256('\\x{outer}'::bytea || {once}), 'hex')"

    def _drawn(self, seed: str, salt: int) -> str:
        if self.postgresql:
            return f"(hashint8extended({seed}, {salt}) & 2147483647)"
        return f"chance({seed}, {salt})"


@contextmanager
def in_bulk(sql: Sql) -> Iterator[None]:
    """Write many rows: indexes are made afterwards, references are not looked up."""
    if not sql.postgresql:
        sql.run("PRAGMA defer_foreign_keys = ON")
        yield
        return
    names = sorted(Base.metadata.tables)
    for setting, value in ROOM.items():
        sql.run(f"SET LOCAL {setting} = '{value}'")
    # neither foreign keys nor the triggers that guard history
    sql.run("SET LOCAL session_replication_role = replica")
    # what was emptied in this transaction needs no log
    sql.run(f"TRUNCATE {', '.join(names)}")
    saved = sql._driver.execute(SAVED, (names, names)).fetchall()
    for drop, _make in saved:
        sql.run(drop)
    yield
    for _drop, make in saved:
        sql.run(make)
    for name in names:
        _continue_counting(sql, name)


def settle(connection: Connection, log: Callable[[str], None]) -> None:
    """What a shop's own database would have done by now: statistics, on PostgreSQL a vacuum."""
    log("statistics")
    driver: Any = connection.connection.driver_connection
    if connection.dialect.name != "postgresql":
        driver.execute("ANALYZE")
        return
    driver.autocommit = True
    driver.execute("SET statement_timeout = 0")
    driver.execute("VACUUM (ANALYZE)")


def _continue_counting(sql: Sql, name: str) -> None:
    column = Base.metadata.tables[name].c.get("id")
    if column is None or not isinstance(column.type, Integer):
        return
    counter = f"pg_get_serial_sequence('{name}', 'id')"
    sql.run(
        f"SELECT setval({counter}, (SELECT max(id) FROM {name})) "
        f"WHERE {counter} IS NOT NULL AND EXISTS (SELECT FROM {name})"
    )


def _chance(seed: int, salt: int) -> int:
    mixed = (seed * 0x9E3779B97F4A7C15 + salt * 0xBF58476D1CE4E5B9) & MASK
    for factor in (0xBF58476D1CE4E5B9, 0x94D049BB133111EB):
        mixed = ((mixed ^ (mixed >> 30)) * factor) & MASK
    return (mixed ^ (mixed >> 31)) & 0x7FFFFFFF


def _md5(text: str) -> str:
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()
