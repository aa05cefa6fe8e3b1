"""What LINE looks at before the request itself, and what it does when it breaks."""

from __future__ import annotations

from typing import Any

import pytest

from bot.line import Unreachable
from tests.emulator.channel import HELLO, TOKEN, Channel, refusal, told

INFO = "/v2/bot/info"


@pytest.mark.parametrize(
    ("authorization", "sentence"),
    [
        ("", "Authentication failed due to the following reason: authorization header required"),
        ("Bearer wrong", "Authentication failed. Confirm that the access token"),
        (f"Basic {TOKEN}", "Authentication failed. Confirm that the access token"),
    ],
)
def test_nobody_gets_in_without_the_token(authorization: str, sentence: str) -> None:
    answer = Channel().ask("GET", INFO, headers={"Authorization": authorization})

    assert answer.status == 401
    assert told(answer)["message"].startswith(sentence)


def test_header_names_may_be_written_in_any_case() -> None:
    channel = Channel()
    headers = {"AUTHORIZATION": f"bearer {TOKEN}", "content-TYPE": "application/json; charset=x"}
    body = b'{"to": "%s", "messages": [{"type": "text", "text": "hi"}]}' % channel.mei.encode()

    answer = channel.platform.request("post", "/v2/bot/message/push", headers, body)

    assert answer.status == 200


@pytest.mark.parametrize(
    ("method", "path", "data"),
    [
        ("GET", "/v2/bot/nothing", False),
        ("DELETE", INFO, False),
        ("GET", INFO, True),
        ("GET", "/v2/bot/message/1/content", False),
        ("POST", "/v2/bot/message/push/", False),
    ],
)
def test_there_is_nothing_at_an_unknown_path_or_on_the_wrong_host(
    method: str, path: str, data: bool
) -> None:
    assert Channel().ask(method, path, data=data).status == 404


def test_a_body_must_say_that_it_is_json() -> None:
    channel = Channel()
    headers = {"Content-Type": "text/plain"}

    answer = channel.ask(
        "POST", "/v2/bot/message/broadcast", {"messages": [HELLO]}, headers=headers
    )

    assert answer.status == 415


def test_a_body_has_at_most_two_megabytes() -> None:
    channel = Channel()
    body = b'{"messages": [{"type": "text", "text": "hi"}]}'
    padding = 2 * 1024 * 1024 - len(body)

    assert channel.ask("POST", "/v2/bot/message/broadcast", body + b" " * padding).status == 200
    assert (
        channel.ask("POST", "/v2/bot/message/broadcast", body + b" " * (padding + 1)).status == 413
    )


def test_every_answer_has_a_request_id_of_its_own() -> None:
    channel = Channel()

    answers = [channel.ask("GET", path) for path in (INFO, INFO, "/v2/bot/nothing")]

    assert len({answer.headers["X-Line-Request-Id"] for answer in answers}) == 3


def test_everything_asked_is_written_down() -> None:
    channel = Channel()
    start = channel.platform.seq

    channel.push(channel.mei)
    channel.ask("GET", "/v2/bot/message/quota?x=1")

    first, second = channel.platform.log.after(start)
    assert (first.direction, first.method, first.path) == ("api", "POST", "/v2/bot/message/push")
    assert first.request["messages"] == [HELLO]
    assert first.response["sentMessages"]
    assert (second.path, second.request, second.status) == ("/v2/bot/message/quota?x=1", None, 200)
    assert first.seq < second.seq


def test_only_the_newest_entries_are_kept() -> None:
    channel = Channel(log_size=3)

    for _ in range(5):
        channel.ask("GET", INFO)

    assert len(channel.platform.log) == 3


def test_a_failure_beforehand_leaves_nothing_behind() -> None:
    channel = Channel()
    channel.platform.faults.fail_before = 1.0

    assert channel.push(channel.mei).status == 500
    assert channel.platform.heard(channel.mei) == []
    assert channel.platform.quota_used == 0


@pytest.mark.parametrize("fault", ["fail_after", "drop"])
def test_a_failure_afterwards_has_sent_the_message(fault: str) -> None:
    channel = Channel()
    key = "123e4567-e89b-12d3-a456-426614174000"
    channel.platform.faults.set({fault: 1})

    if fault == "drop":
        with pytest.raises(Unreachable):
            channel.push(channel.mei, key=key)
        assert channel.platform.log[-1].status is None
    else:
        assert channel.push(channel.mei, key=key).status == 500
    channel.platform.faults.set({fault: 0})

    assert channel.platform.heard(channel.mei) == [HELLO]
    assert channel.push(channel.mei, key=key).status == 409


def test_a_refused_request_is_not_dropped() -> None:
    channel = Channel()
    channel.platform.faults.drop = 1.0

    assert channel.push("nobody").status == 400


@pytest.mark.parametrize(
    ("fault", "status", "sentence"),
    [
        ("rate_limited", 429, "The API rate limit has been exceeded. Try again later."),
        ("monthly_limit", 429, "You have reached your monthly limit."),
        (
            "unauthorized",
            401,
            "Authentication failed. "
            "Confirm that the access token in the authorization header is valid.",
        ),
    ],
)
def test_a_refusal_can_be_ordered(fault: str, status: int, sentence: str) -> None:
    channel = Channel()
    channel.platform.faults.set({fault: True})

    assert refusal(channel.push(channel.mei)) == (status, sentence)
    assert channel.platform.heard(channel.mei) == []


def test_replies_go_on_when_the_month_is_used_up() -> None:
    channel = Channel()
    channel.platform.faults.monthly_limit = True
    channel.platform.say(channel.mei, "點數")

    assert channel.reply(channel.events[-1]["replyToken"]).status == 200


def test_two_emulators_of_one_seed_say_the_same() -> None:
    def story(channel: Channel) -> list[Any]:
        channel.platform.faults.fail_before = 0.5
        statuses = [channel.push(channel.mei).status for _ in range(20)]
        return [channel.events, statuses]

    assert story(Channel(seed=7)) == story(Channel(seed=7))
    assert story(Channel(seed=7)) != story(Channel(seed=8))
