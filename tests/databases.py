"""Databases on a PostgreSQL: fresh ones, and those that tests use one after another.

To make one, to open it first and to drop it take a tenth of a second, to empty it a
tenth of that. One whose tables a test has changed is not used again.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator

import psycopg
from sqlalchemy import make_url

LEAVE_SECONDS = 10
# what is deleted stays in the files, and would slow later tests down
ROOMY = 4 * 2**20

OTHERS = (
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
    "WHERE datname = current_database() AND pid <> pg_backend_pid()"
)
TABLES = (
    "SELECT oid::regclass::text FROM pg_class "
    "WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace ORDER BY oid"
)
RESTART = "SELECT setval(seqrelid, seqstart, false) FROM pg_sequence"
# every change of a row gives it another number, and an analysed table has statistics
OURS = 16384  # the first number of what is not PostgreSQL's own
CATALOGUES = {
    "pg_attribute": "attrelid",
    "pg_class": "oid",
    "pg_constraint": "oid",
    "pg_db_role_setting": "setdatabase",
    "pg_namespace": "oid",
    "pg_proc": "oid",
    "pg_statistic": "starelid",
    "pg_trigger": "oid",
}
FORM = "SELECT " + ", ".join(
    f"(SELECT count(*) || ':' || sum(xmin::text::bigint) FROM {name} WHERE {column} >= {OURS})"
    for name, column in CATALOGUES.items()
)


class Cluster:
    """Fresh databases on a PostgreSQL, each a copy of one template."""

    def __init__(self, url: str, prefix: str) -> None:
        self._admin = psycopg.connect(url, autocommit=True)
        self._url, self._prefix, self._made = url, prefix, 0
        self._free: list[Reused] = []
        self.template = f"{prefix}_template"
        self._drop(self.template)
        self._execute(f'CREATE DATABASE "{self.template}"')

    def url(self, database: str) -> str:
        target = make_url(self._url).set(database=database)
        return target.render_as_string(hide_password=False)

    @contextlib.contextmanager
    def fresh(self) -> Iterator[str]:
        """The url of a copy of the template, which is dropped afterwards."""
        name = self._copy()
        try:
            yield self.url(name)
        finally:
            self._drop(name)

    @contextlib.contextmanager
    def lent(self) -> Iterator[str]:
        """The url of a copy of the template that others had before, and others have afterwards."""
        if self._admin.info.parameter_status("is_superuser") != "on":
            with self.fresh() as url:
                yield url
            return
        database = self._free.pop() if self._free else Reused(self.url(self._copy()))
        try:
            yield database.url
        finally:
            if database.empty():
                self._free.append(database)
            else:
                self._discard(database)

    def close(self) -> None:
        for database in self._free:
            self._discard(database)
        self._drop(self.template)
        self._admin.close()

    def _discard(self, database: Reused) -> None:
        database.close()
        self._drop(database.name)

    def _copy(self) -> str:
        self._made += 1
        name = f"{self._prefix}_{self._made}"
        self._drop(name)
        # A quarter of the time of the default way to copy
        how = " STRATEGY file_copy" if self._admin.info.server_version >= 150000 else ""
        self._execute(f'CREATE DATABASE "{name}" TEMPLATE "{self.template}"{how}')
        return name

    def _drop(self, name: str) -> None:
        self._execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    def _execute(self, statement: str) -> None:
        self._admin.execute(statement.encode())


class Reused:
    """A database that is emptied instead of made anew."""

    def __init__(self, url: str) -> None:
        self.url, self.name = url, str(make_url(url).database)
        self._own = psycopg.connect(url, autocommit=True)
        # immutable history and references hold for tests, not for who cleans up after them
        self._own.execute("SET session_replication_role = replica")
        self._tables = [name for (name,) in self._own.execute(TABLES)]
        self._form = self._look(FORM)
        kept = self._used()
        assert not kept, f"these are not empty to begin with: {kept}"

    def empty(self) -> bool:
        """Delete every row; whether it is as if it were new."""
        try:
            self._be_alone()
            if self._look(FORM) != self._form:
                return False
            if used := self._used():
                self._own.execute("; ".join(f"DELETE FROM {name}" for name in used).encode())
                if self._bytes(used) > ROOMY:
                    return False
            self._own.execute(RESTART)
        except psycopg.Error:  # a test may have taken the server away
            return False
        return True

    def close(self) -> None:
        self._own.close()

    def _be_alone(self) -> None:
        deadline = time.monotonic() + LEAVE_SECONDS
        while self._own.execute(OTHERS).fetchall() and time.monotonic() < deadline:
            time.sleep(0.001)

    def _used(self) -> list[str]:
        """The tables that have rows."""
        asked = ", ".join(f"EXISTS (SELECT FROM {name})" for name in self._tables)
        found = self._look(f"SELECT {asked}")
        return [name for name, has in zip(self._tables, found, strict=True) if has]

    def _bytes(self, names: list[str]) -> int:
        (size,) = self._look("SELECT " + " + ".join(f"pg_relation_size('{n}')" for n in names))
        assert isinstance(size, int)
        return size

    def _look(self, query: str) -> tuple[object, ...]:
        row = self._own.execute(query.encode()).fetchone()
        assert row is not None
        return row
