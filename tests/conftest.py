"""What every test may ask for: both databases, Redis, a fixed noon, the shop's programme.

A test that asks for `database`, `engine`, `sessions` or `session` runs twice,
on SQLite and on PostgreSQL, each time in an empty database that nobody else
has meanwhile. The books are checked after it, unless it is marked `tampers`.
"""

from __future__ import annotations

import contextlib
import gc
import os
import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import hypothesis
import pytest
import redis
from sqlalchemy import Engine, event
from sqlalchemy.orm import Session, sessionmaker

import models
import models.database
from tests import books, databases, network, servers

if TYPE_CHECKING:
    from models.programme import Programme

SECRET = "a secret for tests only"
WATCH = network.Watch()

# so that at the end there are short ones for every worker, and nobody waits for the last
LONG_FIRST = (
    *("tests/chaos/", "tests/emulator/", "tests/benchmarks/", "tests/handlers/test_roles_matrix"),
    *("tests/backoffice/test_backups", "tests/bot/test_webhook_in_time", "tests/test_"),
)

hypothesis.settings.register_profile(
    "quick", deadline=None, derandomize=True, print_blob=True, database=None
)
hypothesis.settings.register_profile(
    "slow", deadline=None, max_examples=1000, print_blob=True, database=None
)


class Statements(dict[Any, Any]):
    """What statements compile to, by the kind of database: once in a run, not in each engine.

    Half of a small test's time went there.
    """

    def get(self, key: Any, default: Any = None) -> Any:
        return super().get((key[0].name, *key[1:]), default)

    def __setitem__(self, key: Any, compiled: Any) -> None:
        super().__setitem__((key[0].name, *key[1:]), compiled)


STATEMENTS = Statements()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--slow", action="store_true", help="the long forms too")


def pytest_configure(config: pytest.Config) -> None:
    hypothesis.settings.load_profile("slow" if config.getoption("--slow") else "quick")
    config.pluginmanager.register(Skips(), "skips")
    WATCH.start()


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Iterator[None]:
    """Collect without looking for garbage, then or later, in what is collected: all of it stays.

    It took half of the time to collect, and a twentieth of the tests.
    """
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: not item.nodeid.startswith(LONG_FIRST))
    if config.getoption("--slow"):
        return
    long = [item for item in items if item.get_closest_marker("slow")]
    if long:
        config.hook.pytest_deselected(items=long)
        items[:] = [item for item in items if item not in set(long)]


class Skips:
    """Under TUANYOU_NO_SKIP a test that did not really run makes the whole run fail."""

    def __init__(self) -> None:
        self.forbidden = bool(os.environ.get("TUANYOU_NO_SKIP"))
        self.found: list[str] = []

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.skipped or hasattr(report, "wasxfail"):
            self.found.append(report.nodeid)

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.skipped:
            self.found.append(report.nodeid)

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        if self.forbidden and self.found and not session.exitstatus:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        if self.forbidden and self.found:
            terminalreporter.section("nothing may be skipped here", red=True)
            for nodeid in sorted(set(self.found)):
                terminalreporter.line(f"did not run: {nodeid}")


@pytest.fixture(autouse=True)
def _stays_on_this_machine() -> Iterator[None]:
    WATCH.attempts.clear()
    yield
    assert not WATCH.attempts, f"the test tried to leave the machine: {WATCH.attempts}"


@pytest.fixture(scope="session")
def folder() -> Iterator[Path]:
    """Where servers keep their data for as long as the tests run."""
    path = servers.temporary_folder()
    yield path
    shutil.rmtree(path, ignore_errors=True)


@pytest.fixture(scope="session")
def cluster(folder: Path, worker_id: str) -> Iterator[databases.Cluster]:
    """The PostgreSQL of this run: TEST_DATABASE_URL, or one of our own per worker."""
    prefix = f"tuanyou_{os.getpid()}_{worker_id}"
    with contextlib.ExitStack() as opened:
        url = os.environ.get("TEST_DATABASE_URL", "")
        if not url:
            own = servers.Postgres(folder / "postgresql")
            opened.callback(own.close)
            own.start()
            url = own.url()
        cluster = opened.enter_context(contextlib.closing(databases.Cluster(url, prefix)))
        _fill(cluster.url(cluster.template))
        yield cluster


@pytest.fixture(scope="session")
def sqlite_template(folder: Path) -> Path:
    path = folder / "template.db"
    _fill(f"sqlite:///{path}")
    return path


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The url of a fresh database with every table, on SQLite and on PostgreSQL."""
    if request.param == "sqlite":
        path = tmp_path / "shop.db"
        shutil.copy(request.getfixturevalue("sqlite_template"), path)
        yield f"sqlite:///{path}"
    else:
        with request.getfixturevalue("cluster").lent() as url:
            yield url


@pytest.fixture
def empty_database(request: pytest.FixtureRequest, database: str, tmp_path: Path) -> str:
    """The url of a database without tables, on the same server as `database`."""
    if database.startswith("sqlite"):
        return f"sqlite:///{tmp_path / 'empty.db'}"
    engine = models.database.connect(database)
    with engine.begin() as connection:
        connection.exec_driver_sql("DROP SCHEMA public CASCADE")
        connection.exec_driver_sql("CREATE SCHEMA public")
    engine.dispose()
    return database


@pytest.fixture
def connect(database: str) -> Iterator[Callable[[], Engine]]:
    """Makes engines on `database`, as more processes would; they are closed afterwards."""
    made: list[Engine] = []

    def make() -> Engine:
        engine = models.database.connect(database)
        if engine.dialect.name == "sqlite":
            event.listen(engine, "connect", _need_not_survive_a_power_cut)
        engine.update_execution_options(compiled_cache=STATEMENTS)
        made.append(engine)
        return engine

    yield make
    for engine in made:
        engine.dispose()


@pytest.fixture
def engine(connect: Callable[[], Engine]) -> Engine:
    return connect()


@pytest.fixture
def sessions(request: pytest.FixtureRequest, engine: Engine) -> Iterator[sessionmaker[Session]]:
    """Makes sessions; after the test the invariants of the books are checked."""
    factory = models.database.sessions(engine, SECRET)
    yield factory
    if not request.node.get_closest_marker("tampers"):
        _books_are_sound(factory)


@pytest.fixture
def session(sessions: sessionmaker[Session]) -> Iterator[Session]:
    """A session; what the test wants kept it commits itself."""
    with sessions() as session:
        yield session


@pytest.fixture(scope="session")
def _redis(folder: Path) -> Iterator[str]:
    url = os.environ.get("TEST_REDIS_URL", "")
    if url:
        yield url
        return
    server = servers.Redis(folder / "redis")
    server.start()
    yield server.url
    server.close()


@pytest.fixture
def redis_url(_redis: str) -> str:
    """The url of an empty Redis."""
    with redis.Redis.from_url(_redis) as client:
        client.flushdb()
    return _redis


@pytest.fixture
def now() -> datetime:
    """Tuesday, 24 November 2026, noon in Taipei."""
    return datetime(2026, 11, 24, 4, 0, tzinfo=UTC)


@pytest.fixture(scope="session")
def programme() -> Programme:
    """Preset B, the default."""
    from models import programme

    return programme.load(None)


def _fill(url: str) -> None:
    """Every table and trigger into an empty database."""
    engine = models.database.connect(url)
    models.database.create_all(engine)
    engine.dispose()


def _books_are_sound(sessions: sessionmaker[Session]) -> None:
    with sessions() as session:
        wrong = books.faults(session)
    assert not wrong, "the books are wrong after this test:\n" + "\n".join(wrong)


def _need_not_survive_a_power_cut(connection: object, _record: object) -> None:
    connection.execute("PRAGMA synchronous = OFF")  # type: ignore[attr-defined]
