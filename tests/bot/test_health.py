"""Whether the process lives, and whether the shop works; P12, each fault red and green again."""

import threading
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import event, text

from app import create_app
from bot.heartbeat import Heartbeat, Progress
from models.people.consents import Topic
from models.talk import alerts, job_runs, outbox, outbox_holds, quota
from models.talk.outbox import Draft
from models.talk.policy import Purpose
from tests.bot.calls import bring, said
from tests.bot.test_intake import AWAY, Fault
from tests.shop import Shop

SECOND = timedelta(seconds=1)


@pytest.fixture
def beating(shop: Shop) -> Shop:
    beat(shop)
    return shop


def beat(shop: Shop, *names: str) -> None:
    with shop.sessions.begin() as session:
        for name in names or ("scheduler", "worker"):
            job_runs.beat(session, name, now=shop.clock())


def faults(shop: Shop) -> list[str]:
    answer = shop.client.get("/readyz")
    told = answer.get_json()
    assert told["ready"] is (answer.status_code == 200) is (told["faults"] == [])
    assert answer.status_code in (200, 503)
    assert told["codes"] == [fault.partition(":")[0] for fault in told["faults"]]
    codes: list[str] = told["codes"]
    return codes


def test_a_shop_at_work_is_ready(beating: Shop):
    assert faults(beating) == []
    assert beating.client.get("/healthz").status_code == 200


@pytest.mark.parametrize("name", ["scheduler", "worker"])
def test_a_process_that_is_silent_is_told_within_a_minute(beating: Shop, name: str):
    other = {"scheduler": "worker", "worker": "scheduler"}[name]
    beating.clock.jump(45 * SECOND)
    assert faults(beating) == []
    beating.clock.jump(SECOND)
    beat(beating, other)
    assert faults(beating) == [name]

    beat(beating, name)
    assert faults(beating) == []


def test_a_shop_whose_processes_never_ran_is_not_ready(shop: Shop):
    assert faults(shop) == ["scheduler", "worker"]


def test_an_event_that_waits_for_a_minute_is_told(beating: Shop, now):
    bring(beating, said("點數", now))

    later(beating, 60 * SECOND)
    assert faults(beating) == []
    later(beating, SECOND)
    assert faults(beating) == ["inbox"]

    beating.settle()
    assert faults(beating) == []


def later(shop: Shop, by: timedelta) -> None:
    shop.clock.jump(by)
    beat(shop)


@pytest.mark.parametrize("urgent", [False, True])
def test_a_message_overdue_by_a_minute_is_told(beating: Shop, now, urgent):
    with beating.sessions.begin() as session:
        draft = Draft("k", "rule", "p", None, "U1", [], Topic.SERVICE, Purpose.SERVICE, now)
        outbox.enqueue(session, draft._replace(urgent=urgent), now=now)

    later(beating, 60 * SECOND)
    assert faults(beating) == []
    later(beating, SECOND)
    assert faults(beating) == ["outbox"]

    with beating.sessions.begin() as session:
        outbox.cancel(session, rule="rule", now=beating.clock())
    assert faults(beating) == []


@pytest.mark.parametrize("kind", ["token", "clock", "ledger"])
def test_a_fault_that_somebody_found_is_told_until_it_is_over(beating: Shop, now, kind):
    with beating.sessions.begin() as session:
        assert alerts.begin(session, kind, "壞了", now=now)
        assert not alerts.begin(session, kind, "又壞了", now=now)
    assert faults(beating) == [kind]

    with beating.sessions.begin() as session:
        assert alerts.end(session, kind)
        assert not alerts.end(session, kind)
    assert faults(beating) == []


def test_a_quota_below_its_reserve_is_told(beating: Shop, now):
    def told(monthly, used):
        with beating.sessions.begin() as session:
            quota.keep(session, monthly=monthly, used=used, now=now)
        return faults(beating)

    assert told(200, 180) == []
    assert told(200, 181) == ["quota"]
    assert told(200, 250) == ["quota"]
    assert told(None, 250) == []
    assert told(200, 0) == []


@pytest.mark.parametrize(
    ("scope", "code"),
    [(outbox_holds.PUSHES, "held"), (outbox_holds.MARKETING, "quota_used_up")],
)
def test_a_hold_is_told_by_its_name(beating: Shop, now, scope, code):
    with beating.sessions.begin() as session:
        outbox_holds.hold(session, scope, reason="x", now=now)
    assert faults(beating) == [code]

    with beating.sessions.begin() as session:
        outbox_holds.lift(session, scope)
    assert faults(beating) == []


@pytest.mark.parametrize(("stands_at", "told"), [("0001", ["schema"]), ("9999", [])])
def test_tables_of_an_earlier_release_are_told_and_of_a_later_one_are_served(
    beating: Shop, stands_at, told
):
    with beating.sessions.begin() as session:
        session.execute(text("CREATE TABLE alembic_version (version_num VARCHAR(32))"))
        session.execute(text("INSERT INTO alembic_version VALUES (:at)"), {"at": stands_at})

    assert faults(beating) == told


def test_a_database_that_is_away_is_told_without_its_address(beating: Shop):
    fault = Fault(AWAY)
    beating.runtime.engine.dispose()
    event.listen(beating.runtime.engine, "do_connect", fault)

    assert faults(beating) == ["database"]
    assert "gone" not in beating.client.get("/readyz").text
    assert beating.client.get("/healthz").text == "ok\n"

    fault.on = False
    assert faults(beating) == []


def test_a_disk_that_is_nearly_full_is_told_where_the_database_is_a_file(beating: Shop):
    wanted = replace(beating.runtime.settings, disk_reserve=10**9)
    runtime = replace(beating.runtime, settings=wanted)
    beating.client = create_app(runtime).test_client()

    on_a_file = beating.runtime.engine.dialect.name == "sqlite"
    assert faults(beating) == (["disk"] if on_a_file else [])


def test_a_long_job_is_no_silence_and_one_without_an_end_is_told_by_name(beating: Shop):
    progress = Progress(limit=0.0)
    heart = Heartbeat(beating.sessions, beating.clock, "scheduler", stuck=lambda: progress.stuck)
    with progress.doing("verify_ledger"):
        beating.clock.jump(50 * SECOND)
        beat(beating, "worker")
        heart.beat()
        assert faults(beating) == ["scheduler", "job"]

    heart.beat()
    beating.clock.jump(44 * SECOND)
    assert faults(beating) == ["job"]
    beating.clock.jump(SECOND)
    assert faults(beating) == ["job"]
    beating.clock.jump(SECOND)
    beat(beating)
    assert faults(beating) == []


def test_the_heart_beats_beside_a_long_job(beating: Shop):
    progress, stop = Progress(), threading.Event()
    heart = Heartbeat(beating.sessions, beating.clock, "scheduler", stuck=lambda: progress.stuck)
    with progress.doing("verify_ledger"):
        beating.clock.jump(100 * SECOND)
        beat(beating, "worker")
        stop.set()
        heart.run(stop)

    assert faults(beating) == []


def test_a_heart_whose_process_has_lost_a_part_is_silent(beating: Shop):
    beating.clock.jump(46 * SECOND)
    beat(beating, "scheduler")
    Heartbeat(beating.sessions, beating.clock, "worker", alive=lambda: False).beat()

    assert faults(beating) == ["worker"]
