"""Webhooks: signed, and as unreliable as LINE allows itself to be."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Mapping

import orjson
import pytest

from tests.emulator.channel import SECRET, Channel


def signature(secret: str, body: bytes) -> str:
    return base64.b64encode(hmac.new(secret.encode(), body, hashlib.sha256).digest()).decode()


def said(channel: Channel) -> list[str]:
    return [event["message"]["text"] for event in channel.events if event["type"] == "message"]


def quiet() -> Channel:
    """A channel whose first webhooks are forgotten."""
    channel = Channel()
    channel.bodies.clear()
    channel.headers.clear()
    return channel


def test_a_signature_is_as_line_documents_it() -> None:
    body = b'{"destination":"U8e742f61d673b39c7fff3cecb7536ef0","events":[]}'
    known = "GhRKmvmHys4Pi8DxkF4+EayaH0OqtJtaZxgTD9fMDLs="

    assert signature("8c570fa6dd201bb328f1c1eac23a96d8", body) == known


def test_every_webhook_is_signed_over_its_bytes() -> None:
    channel = quiet()

    channel.platform.say(channel.mei, "點數")

    [body], [headers] = channel.bodies, channel.headers
    assert headers["x-line-signature"] == signature(SECRET, body)
    assert headers["Content-Type"] == "application/json; charset=utf-8"
    assert orjson.loads(body)["destination"] == channel.platform.bot_id


def test_an_event_has_an_id_of_its_own_and_says_when_it_was() -> None:
    channel = quiet()

    ids = [channel.platform.say(channel.mei, "點數") for _ in range(3)]

    assert [event["webhookEventId"] for event in channel.events] == ids
    assert len(set(ids)) == 3
    assert all(len(each) == 26 for each in ids)
    event = channel.events[0]
    assert event["timestamp"] == int(channel.now.timestamp() * 1000)
    assert (event["mode"], event["deliveryContext"]) == ("active", {"isRedelivery": False})


def test_ids_sort_by_time() -> None:
    channel = quiet()
    first = channel.platform.say(channel.mei, "一")

    channel.pass_time(seconds=1)

    assert channel.platform.say(channel.mei, "二") > first


def test_nothing_is_brought_again_unless_the_console_says_so() -> None:
    channel = quiet()
    channel.status = 500
    channel.platform.say(channel.mei, "點數")

    assert channel.platform.redeliver() == 0
    assert len(channel.bodies) == 1


@pytest.mark.parametrize("status", [None, 404, 500])
def test_an_unanswered_event_is_brought_again_as_it_was(status: int | None) -> None:
    channel = quiet()
    channel.platform.redelivery, channel.status = True, status
    channel.platform.say(channel.mei, "點數")
    channel.pass_time(minutes=5)
    channel.status = 200

    assert channel.platform.redeliver() == 1
    assert channel.platform.redeliver() == 0

    first, again = channel.events
    assert again["deliveryContext"] == {"isRedelivery": True}
    assert {**again, "deliveryContext": None} == {**first, "deliveryContext": None}


def test_redelivery_ends() -> None:
    channel = quiet()
    channel.platform.redelivery, channel.status = True, 503
    channel.platform.say(channel.mei, "點數")

    tries = [channel.platform.redeliver() for _ in range(10)]

    assert sum(tries) + 1 == len(channel.bodies) == 5


def test_redelivery_waits_longer_each_time() -> None:
    channel = quiet()
    channel.platform.redelivery, channel.status = True, 503
    channel.platform.say(channel.mei, "點數")

    for second in range(200):
        channel.tick = second
        channel.platform.redeliver(due_only=True)

    seen = [entry.at for entry in channel.platform.log if entry.direction == "webhook"]
    assert len(seen[2:]) == len(channel.bodies) == 5


def test_an_answer_after_two_seconds_is_none() -> None:
    channel = quiet()
    channel.platform.redelivery = True
    takes = iter([2.1, 1.9, 0.0])

    def hear(body: bytes, headers: Mapping[str, str]) -> int | None:
        channel.tick += next(takes)
        return channel.hear(body, headers)

    channel.platform.webhook = hear
    channel.platform.say(channel.mei, "一")
    channel.platform.say(channel.mei, "二")

    late, timely = list(channel.platform.log)[-2:]
    assert (late.status, timely.status) == (None, 200)
    assert (round(late.ms), round(timely.ms)) == (2100, 1900)
    channel.platform.redeliver()
    assert said(channel) == ["一", "二", "一"]


def test_an_event_can_come_twice_without_a_mark() -> None:
    channel = quiet()
    channel.platform.faults.duplicate = True

    channel.platform.say(channel.mei, "點數")

    first, again = channel.bodies
    assert first == again


def test_an_event_can_come_again_though_it_was_answered() -> None:
    channel = quiet()
    channel.platform.faults.redeliver = True

    channel.platform.say(channel.mei, "點數")

    assert [each["deliveryContext"]["isRedelivery"] for each in channel.events] == [False, True]


def test_events_can_come_in_another_order_and_none_is_lost() -> None:
    channel = quiet()
    channel.platform.faults.shuffle = True
    words = [str(number) for number in range(40)]

    for word in words:
        channel.platform.say(channel.mei, word)
    channel.platform.flush()

    assert said(channel) != words
    assert sorted(said(channel), key=int) == words


def test_what_was_held_back_comes_when_the_fault_is_over() -> None:
    channel = quiet()
    channel.platform.faults.shuffle = True
    for number in range(9):
        channel.platform.say(channel.mei, str(number))
    channel.platform.faults.shuffle = False

    channel.platform.say(channel.mei, "9")

    assert len(said(channel)) == 10


def test_one_webhook_can_bring_several_events() -> None:
    channel = quiet()

    with channel.platform.batch():
        channel.platform.say(channel.mei, "一")
        channel.platform.say(channel.lin, "二")
    with channel.platform.batch():
        pass

    assert len(channel.bodies) == 1
    assert said(channel) == ["一", "二"]


def test_in_standby_there_is_nothing_to_reply_to() -> None:
    channel = quiet()
    channel.platform.faults.standby = True

    channel.platform.say(channel.mei, "點數")

    [event] = channel.events
    assert event["mode"] == "standby"
    assert "replyToken" not in event


def test_the_bot_may_answer_before_it_answers_the_webhook() -> None:
    channel = quiet()

    def hear(body: bytes, headers: Mapping[str, str]) -> int:
        del headers
        for event in orjson.loads(body)["events"]:
            assert channel.reply(event["replyToken"]).status == 200
        return 200

    channel.platform.webhook = hear
    channel.platform.say(channel.mei, "點數")

    assert channel.platform.heard(channel.mei)


def test_without_a_bot_nothing_is_answered() -> None:
    from emulator.platform import Platform

    channel = quiet()
    alone = Platform(clock=lambda: channel.now, secret=SECRET, token="t")
    alone.say(alone.add_user("小美"), "有人嗎")

    assert alone.log[-1].status is None
