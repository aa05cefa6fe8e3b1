"""Whether the process lives, and whether the shop works."""

from datetime import timedelta

import pytest
from sqlalchemy import event

from models.people.consents import Topic
from models.talk import outbox
from models.talk.outbox import Draft
from models.talk.policy import Purpose
from tests.bot.calls import bring, said
from tests.bot.test_intake import AWAY, Fault
from tests.shop import Shop


@pytest.fixture
def beating(shop: Shop) -> Shop:
    shop.tick()
    return shop


def faults(shop: Shop) -> list[str]:
    answer = shop.client.get("/readyz")
    told = answer.get_json()
    assert told["ready"] is (answer.status_code == 200) is (told["faults"] == [])
    assert answer.status_code in (200, 503)
    return [fault.partition(":")[0] for fault in told["faults"]]


def test_a_shop_at_work_is_ready(beating: Shop):
    assert faults(beating) == []
    assert beating.client.get("/healthz").status_code == 200


def test_a_silent_scheduler_is_told_within_ninety_seconds(shop: Shop):
    assert faults(shop) == ["scheduler"]

    shop.tick()
    shop.clock.jump(timedelta(seconds=90))
    assert faults(shop) == []
    shop.clock.jump(timedelta(seconds=1))
    assert faults(shop) == ["scheduler"]


def test_an_event_that_waits_for_a_minute_is_told(beating: Shop, now):
    bring(beating, said("點數", now))

    beating.clock.jump(timedelta(seconds=60))
    assert faults(beating) == []
    beating.clock.jump(timedelta(seconds=1))
    assert faults(beating) == ["inbox"]

    beating.settle()
    assert faults(beating) == []


def test_a_message_overdue_by_a_minute_is_told(beating: Shop, now):
    with beating.sessions.begin() as session:
        draft = Draft("k", "rule", "p", None, "U1", [], Topic.SERVICE, Purpose.SERVICE, now)
        outbox.enqueue(session, draft, now=now)

    beating.clock.jump(timedelta(seconds=59))
    assert faults(beating) == []
    beating.clock.jump(timedelta(seconds=1))
    assert faults(beating) == ["outbox"]


def test_a_database_that_is_away_is_told_without_its_address(beating: Shop):
    fault = Fault(AWAY)
    beating.runtime.engine.dispose()
    event.listen(beating.runtime.engine, "do_connect", fault)

    assert faults(beating) == ["database"]
    assert "gone" not in beating.client.get("/readyz").text
    assert beating.client.get("/healthz").text == "ok\n"

    fault.on = False
    assert faults(beating) == []
