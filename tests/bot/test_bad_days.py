"""Bad days: each is told once, loses nothing, and is over without a hand."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

import pytest
from sqlalchemy import Engine, event, text
from sqlalchemy.exc import DBAPIError, OperationalError

from bot import assembly
from bot.outages import HERE, Outages, kind_of
from models.talk import alerts
from scheduler import timetable
from scheduler.jobs import tell_faults
from tests.bot.calls import bring, said, stored
from tests.bot.test_intake import AWAY, Fault
from tests.processes import eventually
from tests.shop import Phone, Shop


@pytest.fixture(autouse=True)
def _no_outage_before():
    HERE._lasting.clear()
    yield
    HERE._lasting.clear()


def told(logged, kind: str) -> int:
    return sum(entry["event"] == "alert" and entry["kind"] == kind for entry in logged)


def over(logged, kind: str) -> int:
    return sum(entry["event"] == "alert_over" and entry["kind"] == kind for entry in logged)


def away(engine: Engine) -> Fault:
    fault = Fault(AWAY)
    engine.dispose()
    event.listen(engine, "do_connect", fault)
    return fault


def test_a_database_that_is_away_is_told_once_by_all_parts_of_a_process(shop: Shop, now, logged):
    fault = away(shop.runtime.engine)
    work = assembly.Worker(shop.runtime)
    work.start()
    eventually(lambda: told(logged, "database"), "somebody meets it")
    assert [bring(shop, said("點數", now)) for _ in range(3)] == [503] * 3
    timetable.strike(shop.runtime)
    time.sleep(2.5)  # for each part to meet it several times
    outage = HERE._lasting["database"]
    assert outage.met > 5
    assert len(outage.parts) >= 4

    fault.on = False
    assert bring(shop, said("點數", now)) == 200
    timetable.strike(shop.runtime)
    eventually(lambda: "database" not in HERE.kinds, "it is over", 30)
    eventually(lambda: all_handled(shop), "what came is handled")
    work.stop()

    assert (told(logged, "database"), over(logged, "database")) == (1, 1)


def all_handled(shop: Shop) -> bool:
    with shop.sessions() as session:
        return session.scalar(text("SELECT count(*) FROM inbox WHERE state = 'new'")) == 0


def limit(engine: Engine, pages: int) -> Callable[[], None]:
    """A disk with room for so many more pages of the database, until it is called."""
    with engine.connect() as connection:
        taken = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
    state = {"pages": taken + pages}

    def opened(connection, _record, _proxy=None):
        connection.execute(f"PRAGMA max_page_count = {state['pages']}")

    event.listen(engine, "checkout", opened)

    def more_room() -> None:
        state["pages"] = 1_000_000

    return more_room


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_full_disk_is_told_once_loses_nothing_and_is_over_when_there_is_room(
    shop: Shop, mei: Phone, now, logged
):
    mei.follows()
    more_room = limit(shop.runtime.engine, 3)
    statuses, words = [], "字" * 1500
    events = [said(words, now) for _ in range(30)]
    for each in events:
        statuses.append(bring(shop, each))

    assert set(statuses) == {200, 503}
    assert stored(shop) == statuses.count(200) + 1
    assert told(logged, "disk_full") == 1
    assert told(logged, "database") == 0

    more_room()
    # LINE delivers again what was not taken
    assert [bring(shop, each) for each in events] == [200] * 30
    assert stored(shop) == 31
    assert over(logged, "disk_full") == 1
    shop.settle()
    assert all_handled(shop)


def test_postgresql_says_that_its_disk_is_full_in_its_own_way():
    class DiskFull(Exception):
        sqlstate = "53100"

    error = DBAPIError("INSERT", {}, DiskFull())

    assert kind_of(error) == "disk_full"
    assert kind_of(OperationalError("SELECT", {}, Exception())) == "database"
    assert kind_of(ValueError()) is None


def test_a_fault_of_our_own_is_told_once_with_its_place(logged):
    outages = Outages()
    for _ in range(5):
        outages.failed("watch", ValueError("x"))
    outages.worked("watch")

    assert (told(logged, "watch"), over(logged, "watch")) == (1, 1)
    assert isinstance(logged[0]["exc_info"], ValueError)


def test_an_outage_lasts_until_each_part_works_again(logged):
    outages, error = Outages(), OperationalError("SELECT", {}, Exception())
    threads = [
        threading.Thread(target=outages.failed, args=[part, error]) for part in "abcdefgh" * 4
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert told(logged, "database") == 1

    for part in "abcdefg":
        outages.worked(part)
    assert over(logged, "database") == 0
    outages.worked("h")
    assert over(logged, "database") == 1


def test_faults_in_the_books_are_told_once_until_a_check_is_clean(shop: Shop, now, logged):
    for faults in (["a", "b"], ["a"], ["a"], []):
        with shop.sessions.begin() as session:
            tell_faults(session, faults, now=now)
            left = [alert.kind for alert in alerts.lasting(session)]

    assert told(logged, "ledger") == 1
    assert left == []
