"""A retry key makes a message arrive once, for a day."""

from __future__ import annotations

import threading

import pytest

from tests.emulator.channel import HELLO, RETRY_KEY, Channel, refusal, told


def test_the_same_key_is_accepted_once() -> None:
    channel = Channel()
    first = channel.push(channel.mei, key=RETRY_KEY)

    again = channel.push(channel.mei, key=RETRY_KEY.upper())

    assert refusal(again) == (409, "The retry key is already accepted")
    assert again.headers["x-line-accepted-request-id"] == first.headers["X-Line-Request-Id"]
    assert told(again)["sentMessages"] == told(first)["sentMessages"]
    assert again.headers["X-Line-Request-Id"] != first.headers["X-Line-Request-Id"]
    assert channel.platform.heard(channel.mei) == [HELLO]
    assert channel.platform.quota_used == 1


def test_a_key_is_kept_for_a_day() -> None:
    channel = Channel()
    channel.push(channel.mei, key=RETRY_KEY)

    channel.pass_time(hours=23, minutes=59, seconds=59)
    assert channel.push(channel.mei, key=RETRY_KEY).status == 409
    channel.pass_time(seconds=1)
    assert channel.push(channel.mei, key=RETRY_KEY).status == 200


def test_a_refused_request_leaves_its_key_free() -> None:
    channel = Channel(quota=0)
    assert channel.push(channel.mei, key=RETRY_KEY).status == 429

    channel.platform.quota = 1

    assert channel.push(channel.mei, key=RETRY_KEY).status == 200


def test_an_accepted_key_is_known_whatever_is_sent_with_it() -> None:
    channel = Channel()
    channel.push(channel.mei, key=RETRY_KEY)

    assert channel.push(channel.lin, key=RETRY_KEY).status == 409
    assert channel.platform.heard(channel.lin) == []


@pytest.mark.parametrize("kind", ["multicast", "broadcast", "narrowcast"])
def test_the_other_ways_to_send_know_keys_as_well(kind: str) -> None:
    channel = Channel()
    body = {"messages": [HELLO]} | ({"to": [channel.mei]} if kind == "multicast" else {})

    def send() -> int:
        headers = {"X-Line-Retry-Key": RETRY_KEY}
        return channel.ask("POST", f"/v2/bot/message/{kind}", body, headers=headers).status

    assert send() in (200, 202)
    assert send() == 409
    assert len(channel.platform.heard(channel.mei)) == 1


@pytest.mark.parametrize("key", ["", "1", "not-a-key", RETRY_KEY + "0", RETRY_KEY[:-1] + "g"])
def test_a_key_is_a_uuid(key: str) -> None:
    channel = Channel()
    headers = {"X-Line-Retry-Key": key}
    body = {"to": channel.mei, "messages": [HELLO]}

    assert channel.ask("POST", "/v2/bot/message/push", body, headers=headers).status == 400


def test_a_reply_takes_no_key_and_is_not_sent() -> None:
    channel = Channel()
    channel.platform.say(channel.mei, "點數")
    body = {"replyToken": channel.events[-1]["replyToken"], "messages": [HELLO]}

    answer = channel.ask(
        "POST", "/v2/bot/message/reply", body, headers={"X-Line-Retry-Key": RETRY_KEY}
    )

    assert answer.status == 400
    assert channel.platform.heard(channel.mei) == []
    assert channel.reply(channel.events[-1]["replyToken"]).status == 200


def test_many_at_once_with_one_key_send_one_message() -> None:
    channel = Channel()
    barrier, statuses = threading.Barrier(8), []

    def push() -> None:
        barrier.wait()
        statuses.extend(channel.push(channel.mei, key=RETRY_KEY).status for _ in range(50))

    threads = [threading.Thread(target=push) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert statuses.count(200) == 1
    assert statuses.count(409) == 399
    assert channel.platform.heard(channel.mei) == [HELLO]
