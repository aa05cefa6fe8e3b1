"""Writers of one process take turns at SQLite in the order they asked."""

import threading
import time

import pytest
from sqlalchemy import Engine, event, text
from sqlalchemy.exc import OperationalError

from models import database
from models.turns import Turns


@pytest.fixture
def engine(tmp_path):
    engine = database.connect(f"sqlite:///{tmp_path / 'turns.db'}")
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE notes (who TEXT)"))
    yield engine
    engine.dispose()


def write(engine: Engine, who: str) -> None:
    with engine.begin() as connection:
        connection.execute(text("INSERT INTO notes VALUES (:who)"), {"who": who})


def kept(engine: Engine) -> list[str]:
    with engine.begin() as connection:
        return list(connection.scalars(text("SELECT who FROM notes ORDER BY rowid")))


def test_whoever_asked_first_writes_first(engine: Engine):
    threads = []
    with engine.begin():
        for who in "abcdef":
            threads.append(threading.Thread(target=write, args=[engine, who]))
            threads[-1].start()
            time.sleep(0.05)
    for thread in threads:
        thread.join()

    assert kept(engine) == list("abcdef")


def test_a_writer_without_a_pause_keeps_nobody_out(engine: Engine):
    stop = threading.Event()

    def busy() -> None:
        while not stop.is_set():
            with engine.begin():
                time.sleep(0.05)

    threads = [threading.Thread(target=busy) for _ in range(2)]
    for thread in threads:
        thread.start()
    waited = []
    for _ in range(10):
        started = time.monotonic()
        write(engine, "webhook")
        waited.append(time.monotonic() - started)
    stop.set()
    for thread in threads:
        thread.join()

    assert max(waited) < 1


@pytest.mark.parametrize("end", ["commit", "rollback", "close", "invalidate"])
def test_a_turn_ends_with_its_transaction_however_it_ends(engine: Engine, end):
    connection = engine.connect()
    connection.begin()
    if end in ("commit", "rollback"):
        getattr(connection.get_transaction(), end)()
    else:
        getattr(connection, end)()
    started = time.monotonic()

    write(engine, "next")

    assert time.monotonic() - started < 5
    connection.close()


def test_a_failed_statement_gives_the_turn_back(engine: Engine):
    with pytest.raises(OperationalError), engine.begin() as connection:
        connection.execute(text("INSERT INTO nowhere VALUES (1)"))

    write(engine, "next")

    assert kept(engine) == ["next"]


def test_who_only_reads_waits_for_no_turn(engine: Engine):
    with engine.begin(), engine.connect().execution_options(readonly=True) as reader:
        started = time.monotonic()
        reader.execute(text("SELECT who FROM notes")).all()

        assert time.monotonic() - started < 5


def test_a_turn_that_does_not_come_is_given_up_and_lost_by_nobody():
    turns = Turns()
    assert turns.take(0)

    assert not turns.take(0.01)
    turns.give()
    assert turns.take(0)
    turns.give()


def test_without_a_turn_sqlite_still_decides(tmp_path, engine: Engine):
    """Another process knows nothing of our turns."""
    other = database.connect(str(engine.url))
    event.listen(
        other, "connect", lambda connection, _: connection.execute("PRAGMA busy_timeout=1")
    )

    with engine.begin(), pytest.raises(OperationalError, match="locked"):
        write(other, "early")
    write(other, "later")

    assert kept(engine) == ["later"]
    other.dispose()
