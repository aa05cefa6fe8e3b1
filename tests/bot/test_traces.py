"""Every line that is logged says which request, event, message or job it is about."""

from __future__ import annotations

import orjson
import pytest
import structlog
from structlog.contextvars import get_contextvars
from structlog.testing import LogCapture

from bot import router
from bot.requests import request_id
from scheduler.jobs import CHORES, Daily
from tests.bot.calls import bring, call, made
from tests.shop import Phone, Shop


@pytest.fixture
def lines():
    """What is logged, with what is bound to it."""
    capture = LogCapture()
    structlog.configure(processors=[structlog.contextvars.merge_contextvars, capture])
    yield capture.entries
    structlog.reset_defaults()


@pytest.mark.parametrize("given", ["abcdefgh", "01JD-4x.Y_z", "a" * 64])
def test_a_sane_id_of_the_caller_is_kept_and_sent_back(shop: Shop, given: str):
    answer = shop.client.get("/healthz", headers={"X-Request-Id": given})

    assert answer.headers["X-Request-Id"] == given


@pytest.mark.parametrize(
    "given", [None, "", "short", "a" * 65, "with space", "名字名字名字名字", 'a;b<c>d"e']
)
def test_any_other_is_replaced(given: str | None):
    made = request_id(given)

    assert made != given
    assert len(made) == 16
    assert made != request_id(given)


def test_lines_of_a_request_carry_its_id_and_those_after_it_do_not(shop: Shop, lines, now):
    class Away:
        secrets = ("channel-secret-of-the-tests",)
        clock = shop.clock

        def store(self, arrivals):
            raise ConnectionError

    application = shop.client.application
    application.extensions["intake"] = Away
    event = made(now)

    answer = call(shop, orjson.dumps({"events": [event]}), **{"X-Request-Id": "request-1"})
    structlog.get_logger().info("later")

    assert answer.status_code == 503
    refused = next(line for line in lines if line["event"] == "webhook_not_stored")
    assert refused["request_id"] == "request-1"
    assert "request_id" not in next(line for line in lines if line["event"] == "later")
    assert get_contextvars() == {}


def test_lines_about_an_event_name_it(shop: Shop, lines, now, monkeypatch):
    def speak(ctx):
        structlog.get_logger().info("spoken")

    monkeypatch.setitem(router.EVENTS, "message:sticker", speak)
    event = made(now, message={"type": "sticker", "id": "1"})
    bring(shop, event)
    shop.settle()

    [spoken] = [line for line in lines if line["event"] == "spoken"]
    assert spoken["event_id"] == event["webhookEventId"]
    assert spoken["inbox_id"] > 0
    assert get_contextvars() == {}


def test_lines_about_a_message_name_it_and_lines_own_name_of_a_failed_call(
    shop: Shop, mei: Phone, lines
):
    mei.follows()
    shop.platform.faults.set({"fail_before": 1.0})
    mei.says("點數")

    sent = [line for line in lines if line["event"] == "sent_one"]
    failed = [line for line in lines if line["event"] == "not_sent"]
    assert sent[0]["outbox_id"] != failed[0]["outbox_id"]
    assert sent[0]["rule"] == "reply"
    assert failed[0]["line_request_id"]


def test_lines_about_a_job_name_it_and_its_period(shop: Shop, lines, monkeypatch):
    def chore(session, now, programme):
        structlog.get_logger().info("at it")
        return "done"

    monkeypatch.setitem(CHORES, "at_it", Daily("at_it", 0, chore))
    shop.tick()

    [said] = [line for line in lines if line["event"] == "at it"]
    assert (said["job"], said["period"]) == ("at_it", "2026-11-24")
