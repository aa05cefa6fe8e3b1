"""The engine's settings, each seen to matter: the control is the driver's own defaults."""

from __future__ import annotations

import multiprocessing
import threading
from collections.abc import Iterator
from multiprocessing.synchronize import Barrier
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.exc import IntegrityError, OperationalError

from models.database import address, connect

WRITERS, ROUNDS = 3, 40


@pytest.fixture
def counter(engine: Engine) -> Engine:
    """A table with one row that counts from 0."""
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE counter (id INTEGER PRIMARY KEY, n INTEGER)"))
        connection.execute(text("INSERT INTO counter VALUES (1, 0)"))
    return engine


def count_up(engine: Engine, read: str) -> None:
    """Read, then write, as a careless rule would."""
    with engine.begin() as connection:
        n = connection.scalar(text(read)) or 0
        connection.execute(text("UPDATE counter SET n = :n"), {"n": n + 1})


def counted(engine: Engine, read: str = "SELECT n FROM counter") -> int:
    """What is counted after three writers have counted up at once; any error is raised."""
    errors: list[BaseException] = []
    together = threading.Barrier(WRITERS)

    def write() -> None:
        try:
            together.wait()
            for _ in range(ROUNDS):
                count_up(engine, read)
        except BaseException as error:
            errors.append(error)

    writers = [threading.Thread(target=write) for _ in range(WRITERS)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert errors == []
    with engine.connect() as connection:
        return connection.scalar(text("SELECT n FROM counter")) or 0


def test_three_writers_lose_no_update(counter: Engine) -> None:
    locking = " FOR UPDATE" if counter.dialect.name == "postgresql" else ""

    assert counted(counter, f"SELECT n FROM counter{locking}") == WRITERS * ROUNDS


def test_with_the_drivers_defaults_three_writers_lose_updates_without_an_error(
    counter: Engine, database: str
) -> None:
    bare = create_engine(address(database))

    assert counted(bare) < WRITERS * ROUNDS
    bare.dispose()


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Engine]:
    engine = connect(f"sqlite:///{tmp_path / 'deep' / 'down' / 'shop.db'}")
    yield engine
    engine.dispose()


@pytest.mark.parametrize(
    ("name", "value"),
    [("journal_mode", "wal"), ("synchronous", 2), ("foreign_keys", 1), ("busy_timeout", 10_000)],
)
def test_sqlite_is_told_how_to_behave(shop: Engine, name: str, value: object) -> None:
    with shop.connect() as connection:
        assert connection.scalar(text(f"PRAGMA {name}")) == value


def test_sqlite_undoes_a_table_whose_transaction_failed(shop: Engine) -> None:
    with shop.connect() as connection:
        connection.execute(text("CREATE TABLE half (id INTEGER)"))
        connection.rollback()

    with shop.connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM sqlite_master")) == 0


def test_a_reader_waits_for_no_writer(shop: Engine) -> None:
    with shop.begin() as connection:
        connection.execute(text("CREATE TABLE t (id INTEGER)"))

    with shop.begin() as writer, shop.connect() as connection:
        writer.execute(text("INSERT INTO t VALUES (1)"))
        reader = connection.execution_options(readonly=True)

        assert reader.scalar(text("SELECT count(*) FROM t")) == 0


def open_at_once(url: str, together: Barrier, results: multiprocessing.Queue[str]) -> None:
    engine = connect(url)
    together.wait()
    try:
        with engine.begin() as connection:
            connection.execute(text("CREATE TABLE IF NOT EXISTS t (id INTEGER)"))
            connection.execute(text("INSERT INTO t VALUES (1)"))
        results.put("")
    except OperationalError as error:
        results.put(str(error))
    engine.dispose()


def test_many_processes_may_open_a_new_file_at_once(tmp_path: Path) -> None:
    spawning = multiprocessing.get_context("spawn")
    results: multiprocessing.Queue[str] = spawning.Queue()
    together = spawning.Barrier(6)
    url = f"sqlite:///{tmp_path / 'new.db'}"
    openers = [
        spawning.Process(target=open_at_once, args=(url, together, results)) for _ in range(6)
    ]
    for opener in openers:
        opener.start()

    assert [results.get(timeout=60) for _ in openers] == [""] * 6
    for opener in openers:
        opener.join()


def test_a_key_must_point_at_something(engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE parent (id INTEGER PRIMARY KEY)"))
        connection.execute(text("CREATE TABLE child (id INTEGER REFERENCES parent (id))"))

    with pytest.raises(IntegrityError), engine.begin() as connection:
        connection.execute(text("INSERT INTO child VALUES (1)"))


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("TimeZone", "UTC"),
        ("lock_timeout", "10s"),
        ("statement_timeout", "2min"),
        ("idle_in_transaction_session_timeout", "2min"),
    ],
)
def test_postgresql_is_told_how_to_behave(engine: Engine, name: str, value: str) -> None:
    with engine.connect() as connection:
        assert connection.scalar(text(f"SHOW {name}")) == value


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_options_in_the_url_are_kept(database: str) -> None:
    engine = connect(f"{database}&options=-c%20application_name%3Dshop")

    with engine.connect() as connection:
        assert connection.scalar(text("SHOW application_name")) == "shop"
        assert connection.scalar(text("SHOW lock_timeout")) == "10s"
    engine.dispose()


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_a_list_of_texts_arrives_as_it_was(engine: Engine) -> None:
    texts = ["團", 'a, {b} \\ "c"\'', "", "NULL", None]

    with engine.connect() as connection:
        query = text("SELECT t FROM unnest(CAST(:texts AS text[])) AS t")
        assert connection.scalars(query, {"texts": texts}).all() == texts


@pytest.mark.parametrize(
    ("given", "driver"),
    [
        ("postgres://me:pw@host/shop", "postgresql+psycopg"),
        ("postgresql://me:pw@host/shop", "postgresql+psycopg"),
        ("postgresql+psycopg://me:pw@host/shop", "postgresql+psycopg"),
        ("sqlite:///var/shop.db", "sqlite+pysqlite"),
        ("sqlite://", "sqlite+pysqlite"),
    ],
)
def test_urls_are_understood(given: str, driver: str) -> None:
    assert address(given).drivername == driver


def test_another_kind_of_database_is_refused() -> None:
    with pytest.raises(ValueError, match="sqlite:// or postgresql://, not mysql://"):
        connect("mysql://host/shop")
