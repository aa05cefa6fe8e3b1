"""The way to the database: one engine per process, for SQLite and for PostgreSQL.

The settings are not optional. With the SQLite driver's defaults, writers that
read before they write lose each other's updates without one error.
"""

from __future__ import annotations

import sqlite3
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, inspect, make_url, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session, sessionmaker

from models import load
from models.base import Base, Vault, dialect
from models.turns import take_turns

if TYPE_CHECKING:
    from psycopg import Connection as Psycopg

WAIT_SECONDS = 10
POSTGRES_OPTIONS = (
    "-c timezone=UTC "
    f"-c lock_timeout={WAIT_SECONDS}s "
    "-c statement_timeout=120s "
    "-c idle_in_transaction_session_timeout=120s"
)
DEADLOCK, DEADLOCKS = "40P01", 5
MIGRATIONS = Path(__file__).resolve().parents[1] / "migrations"


def connect(url: str) -> Engine:
    """An engine for `url`; opens nothing yet.

    A transaction that only reads may say `execution_options(readonly=True)`
    on its connection: on SQLite it then waits for no writer.
    """
    target = address(url)
    return _sqlite(target) if target.get_backend_name() == "sqlite" else _postgresql(target)


def address(url: str) -> URL:
    """`url` with the driver the shop uses; `postgres://` is understood.

    Raises:
        ValueError: it is neither SQLite nor PostgreSQL.
    """
    target = make_url(url)
    match target.get_backend_name():
        case "sqlite":
            return target.set(drivername="sqlite+pysqlite")
        case "postgres" | "postgresql":
            return target.set(drivername="postgresql+psycopg")
        case other:
            raise ValueError(f"databases are sqlite:// or postgresql://, not {other}://")


def sessions(engine: Engine, secret: str) -> sessionmaker[Session]:
    """Sessions whose records outlive the commit, and that can open sealed text."""
    return sessionmaker(engine, expire_on_commit=False, info={"vault": Vault(secret)})


def commit_at_leisure(session: Session) -> None:
    """Let this transaction's commit not wait for the disk: what it wrote may be lost."""
    if dialect(session) == "postgresql":
        session.execute(text("SET LOCAL synchronous_commit = off"))


def create_all(engine: Engine) -> None:
    """Every table and trigger at once, for tests and the demo; elsewhere `upgrade`."""
    load()
    Base.metadata.create_all(engine)


def upgrade(url: str, revision: str = "head") -> None:
    """Bring the database at `url` to the newest form; harmless when it is."""
    carry_out(migrations(url), revision)


def carry_out(config: Any, revision: str = "head") -> None:
    """Run the migrations of this configuration.

    A shop at work may hold what a migration waits for, and wait for what it holds:
    PostgreSQL then ends one of the two. It is undone as a whole, and done again.
    """
    # only this command needs Alembic
    from alembic import command

    for left in reversed(range(DEADLOCKS)):
        try:
            command.upgrade(config, revision)
        except OperationalError as error:
            if getattr(error.orig, "sqlstate", None) != DEADLOCK or not left:
                raise
            time.sleep(1)
        else:
            return


def migrations(url: str) -> Any:
    """Alembic's configuration, written here and not in a file of its own."""
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["url"] = url
    return config


def version(connection: Connection) -> str | None:
    """The migration the database stands at, None before the first; they are numbered."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    found: str | None = connection.scalar(text("SELECT max(version_num) FROM alembic_version"))
    return found


def newest() -> str:
    """The last migration of this code, by the numbers of the files."""
    return max(path.name.partition("_")[0] for path in MIGRATIONS.glob("versions/[0-9]*.py"))


def _sqlite(target: URL) -> Engine:
    if target.database and target.database != ":memory:":
        Path(target.database).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(target, connect_args={"timeout": WAIT_SECONDS, "isolation_level": None})
    event.listen(engine, "connect", _prepare_sqlite)
    take_turns(engine, WAIT_SECONDS)
    event.listen(engine, "begin", _begin)
    return engine


def _prepare_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    _write_ahead(connection)
    # FULL, not NORMAL: what LINE was told is stored must survive a power cut
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA foreign_keys = ON")


def _write_ahead(connection: sqlite3.Connection) -> None:
    """Turn the write-ahead log on; SQLite does not wait for others while it does this."""
    deadline = time.monotonic() + WAIT_SECONDS
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > deadline:
                raise
            time.sleep(0.01)
        else:
            return


def _begin(connection: Connection) -> None:
    # A deferred transaction takes its lock at the first write, after it has read:
    # whoever wrote in between is overwritten or makes it fail
    readonly = connection.get_execution_options().get("readonly", False)
    connection.exec_driver_sql("BEGIN DEFERRED" if readonly else "BEGIN IMMEDIATE")


def _postgresql(target: URL) -> Engine:
    given = target.query.get("options", "")
    asked = given if isinstance(given, str) else " ".join(given)
    engine = create_engine(
        target,
        connect_args={
            "connect_timeout": WAIT_SECONDS,
            "options": f"{POSTGRES_OPTIONS} {asked}".strip(),
        },
        pool_pre_ping=True,
        pool_size=5,
        max_overflow=10,
        pool_timeout=WAIT_SECONDS,
        pool_recycle=1800,
    )
    event.listen(engine, "connect", _prepare_postgresql)
    return engine


def _prepare_postgresql(connection: Psycopg, _record: object) -> None:
    # loaded with the driver, which a shop on SQLite never needs
    from psycopg.types.array import ListBinaryDumper

    # As text a list of long strings is escaped one by one, ten times as slowly
    connection.adapters.register_dumper(list, ListBinaryDumper)
