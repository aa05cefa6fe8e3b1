"""The process that ticks: what it is made of, that several may run, and that it ends in time."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.jobstores.memory import MemoryJobStore
from sqlalchemy import Engine, select, text

from bot.runtime import wall_clock
from models import database as db
from models.base import TAIPEI
from models.talk import job_runs
from models.talk.job_runs import JobRun
from models.talk.outbox_records import OutboxMessage
from scheduler import timetable
from scheduler.campaign import CAMPAIGNS
from scheduler.jobs import CHORES
from tests.processes import STOP_WITHIN, Processes, eventually, procfile
from tests.scheduler.conftest import Befriend
from tests.shop import Shop


def test_there_is_one_job_in_memory_that_never_runs_twice_at_once(shop: Shop):
    made = timetable.build(shop.runtime)
    made.start(paused=True)
    try:
        [job] = made.get_jobs()
        assert job.id == "tick"
        assert isinstance(made._jobstores["default"], MemoryJobStore)
        assert isinstance(made._executors["default"], ThreadPoolExecutor)
        assert (job.coalesce, job.max_instances, job.misfire_grace_time) == (True, 1, None)
        assert job.trigger.timezone == made.timezone == TAIPEI
        assert 30 <= job.trigger.interval.total_seconds() <= 60
        assert job.next_run_time <= shop.clock()
    finally:
        made.shutdown()


def test_two_schedulers_at_once_do_each_job_once(shop: Shop, befriend: Befriend):
    befriend([(11, 24)] * 5)
    real = replace(shop.runtime, clock=wall_clock)  # APScheduler goes by the machine's clock
    shop.clock.jump(wall_clock())
    stop, both = threading.Event(), [replace(real), replace(real)]
    threads = [threading.Thread(target=timetable.run, args=[each, stop]) for each in both]
    for thread in threads:
        thread.start()
    jobs = set(CHORES) | {key for key, each in CAMPAIGNS.items() if not each.often}

    eventually(lambda: jobs <= set(done(shop)) and beaten(shop), "every job is done")
    stop.set()
    for thread in threads:
        thread.join()

    assert set(done(shop).values()) == {1}
    with shop.sessions() as session:
        keys = session.scalars(select(OutboxMessage.key)).all()
    assert len(keys) == len(set(keys))


def done(shop: Shop) -> Counter[str]:
    with shop.sessions() as session:
        return Counter(session.scalars(select(JobRun.job)).all())


def beaten(shop: Shop) -> bool:
    with shop.sessions() as session:
        return job_runs.last_beat(session, "scheduler") is not None


def test_a_tick_that_the_database_fails_is_followed_by_the_next(
    shop: Shop, engine: Engine, monkeypatch: pytest.MonkeyPatch
):
    def away(*_: object, **__: object) -> None:
        raise ConnectionError

    with monkeypatch.context() as broken:
        broken.setattr(timetable, "tick", away)
        timetable.strike(shop.runtime)
    assert not beaten(shop)

    timetable.strike(shop.runtime)
    assert beaten(shop)


@pytest.fixture
def scheduler(empty_database: str, tmp_path: Path) -> Iterator[Processes]:
    db.upgrade(empty_database)
    with closing(Processes(tmp_path, DATABASE_URL=empty_database)) as processes:
        yield processes


# a statement without an end, as far as a scheduler that is to stop is concerned
ENDLESS = {
    "sqlite": [
        "CREATE TRIGGER endless AFTER INSERT ON job_runs BEGIN SELECT (WITH RECURSIVE"
        " n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x < 1e10) SELECT max(x) FROM n);"
        " END"
    ],
    "postgresql": [
        "CREATE FUNCTION endless() RETURNS trigger LANGUAGE plpgsql AS"
        " $$ BEGIN PERFORM pg_sleep(600); RETURN NEW; END $$",
        "CREATE TRIGGER endless AFTER INSERT ON job_runs FOR EACH ROW EXECUTE FUNCTION endless()",
    ],
}


def test_a_stop_ends_the_scheduler_in_time_though_a_tick_is_running(
    scheduler: Processes, empty_database: str
):
    engine = db.connect(empty_database)
    with engine.begin() as connection:
        for statement in ENDLESS[engine.dialect.name]:
            connection.execute(text(statement))
    scheduler.start("scheduler", procfile()["scheduler"])
    eventually(lambda: "scheduler_started" in scheduler.logs(), "the scheduler starts")
    time.sleep(1)  # for the first tick to begin

    [(_, seconds)] = scheduler.stop().values()

    assert seconds < STOP_WITHIN
    with engine.connect() as connection:
        assert connection.execute(text("SELECT job FROM job_runs")).all() == []
    engine.dispose()


def test_a_stop_between_ticks_ends_the_scheduler_well_and_at_once(scheduler: Processes):
    scheduler.start("scheduler", procfile()["scheduler"])
    url = scheduler.settings["DATABASE_URL"]
    engine = db.connect(url)

    def ticked() -> bool:
        with engine.connect() as connection:
            return connection.execute(text("SELECT name FROM heartbeats")).first() is not None

    eventually(ticked, f"the first tick\n{scheduler.logs()}")
    [(status, seconds)] = scheduler.stop().values()
    engine.dispose()

    assert status == 0
    assert seconds < STOP_WITHIN / 2
