"""Each fault is told once, by whoever finds it, until it is over."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from sqlalchemy import event, select

from bot.alerts import Alerts
from bot.watch import Watch
from models.talk import alerts, outbox_holds, quota
from models.talk.outbox_records import OutboxMessage
from tests.bot.test_intake import AWAY, Fault
from tests.shop import Phone, Shop


def told(logged, kind=None):
    return [
        entry for entry in logged if entry["event"] == "alert" and kind in (None, entry["kind"])
    ]


def messages(shop: Shop) -> list[tuple[str, str]]:
    with shop.sessions() as session:
        query = select(OutboxMessage.to_id, OutboxMessage.state)
        found = session.execute(query.where(OutboxMessage.rule == "alert"))
        return [(to, state) for to, state in found]


def watch(shop: Shop, off: timedelta = timedelta()) -> Watch:
    """A watch, and a database whose clock is behind by so much."""
    return Watch(shop.runtime, shop._loop.call, shared_clock=lambda _: shop.clock() - off)


def codes(shop: Shop) -> set[str]:
    return set(shop.client.get("/readyz").get_json()["codes"])


def test_eight_who_find_the_same_tell_once(shop: Shop, boss: Phone, logged):
    barrier, new = threading.Barrier(8), []

    def find() -> None:
        mine = Alerts(shop.sessions, shop.clock)
        barrier.wait()
        new.append(mine.begin("disk", "壞了"))

    threads = [threading.Thread(target=find) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(new) == [False] * 7 + [True]
    assert len(told(logged)) == 1
    assert messages(shop) == [(boss.id, "queued")]


def test_what_is_over_may_be_told_again_and_is_not_sent_late(shop: Shop, boss: Phone, logged):
    shop.runtime.alerts.begin("disk", "快滿了")
    assert shop.runtime.alerts.end("disk")
    assert not shop.runtime.alerts.end("disk")
    assert messages(shop) == [(boss.id, "cancelled")]

    shop.clock.jump(timedelta(hours=1))
    assert shop.runtime.alerts.begin("disk", "快滿了")
    assert len(told(logged)) == 2


def test_the_owner_hears_of_it_with_the_next_answer_or_is_written_to(shop: Shop, boss: Phone):
    boss.follows()
    shop.runtime.alerts.begin("disk", "磁碟快滿了")
    assert "磁碟快滿了" in boss.says("點數")
    assert messages(shop) == [(boss.id, "sent")]

    shop.runtime.alerts.begin("clock", "時鐘不對")
    shop.settle()
    assert "時鐘不對" not in boss.hears()
    shop.clock.jump(timedelta(minutes=10))
    shop.settle()
    assert "時鐘不對" in boss.hears()


def test_without_a_database_a_process_tells_once_on_its_own(shop: Shop, logged):
    mine = shop.runtime.alerts
    fault = Fault(AWAY)
    shop.runtime.engine.dispose()
    event.listen(shop.runtime.engine, "do_connect", fault)

    assert [mine.begin("token", "壞了") for _ in range(5)] == [True, *[False] * 4]
    assert len(told(logged)) == 1

    fault.on = False
    mine.end("token")
    assert mine.begin("token", "壞了")


def test_a_refused_token_is_one_alert_and_over_without_a_hand(shop: Shop, boss: Phone, logged):
    boss.follows()
    shop.platform.faults.unauthorized = True
    watching = watch(shop)
    for _ in range(5):
        watching.look()
        boss.says("點數")
        shop.clock.jump(timedelta(seconds=50))

    assert len(told(logged, "token")) == 1
    assert "token" in codes(shop)

    shop.platform.faults.unauthorized = False
    watching.look()
    assert "token" not in codes(shop)
    assert messages(shop) == []


def test_line_is_asked_for_the_quota_by_one_worker_at_a_time(shop: Shop, boss: Phone, logged):
    shop.platform.quota = 200
    shop.platform.monthly.spend(190, shop.clock())
    first, second = watch(shop), watch(shop)
    first.look()
    second.look()

    with shop.sessions() as session:
        reading = quota.latest(session)
    assert reading is not None
    assert (reading.monthly, reading.used) == (200, 190)
    assert "quota" in codes(shop)
    assert len(told(logged, "quota_low")) == 1

    shop.platform.quota = 2000
    shop.clock.jump(timedelta(seconds=46))
    second.look()
    assert "quota" not in codes(shop)
    first.look()
    with shop.sessions() as session:
        assert {alert.kind for alert in alerts.lasting(session)} == set()


@pytest.mark.parametrize(
    ("scope", "kind"),
    [
        (outbox_holds.PUSHES, "held"),
        (outbox_holds.MARKETING, "quota"),
        (outbox_holds.rule_scope("news"), "campaign:news"),
    ],
)
def test_a_hold_that_was_lifted_is_no_alert_any_more(shop: Shop, now, logged, scope, kind):
    with shop.sessions.begin() as session:
        outbox_holds.hold(session, scope, reason="x", now=now)
    shop.runtime.alerts(kind, "暫停了")
    watching = watch(shop)
    watching.look()
    assert len(told(logged, kind)) == 1
    with shop.sessions.begin() as session:
        assert [alert.kind for alert in alerts.lasting(session)] == [kind]
        outbox_holds.lift(session, scope)

    watching.look()
    with shop.sessions() as session:
        assert list(alerts.lasting(session)) == []


def test_what_a_job_found_at_night_is_told_to_the_owner(shop: Shop, boss: Phone, now):
    with shop.sessions.begin() as session:
        alerts.begin(session, "ledger", "對帳有問題", now=now)

    watch(shop).look()
    watch(shop).look()

    assert messages(shop) == [(boss.id, "queued")]


def test_a_clock_that_is_off_is_told_until_it_is_right(shop: Shop, logged):
    for _ in range(3):
        watch(shop, timedelta(minutes=5)).look()

    assert len(told(logged, "clock")) == 1
    assert "clock" in codes(shop)
    watch(shop).look()
    assert "clock" not in codes(shop)
