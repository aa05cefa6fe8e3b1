"""Sending to a part of the friends."""

from __future__ import annotations

from typing import Any

from bot.line import Response
from tests.emulator.channel import HELLO, Channel, refusal, told


def narrowcast(channel: Channel, **more: Any) -> Response:
    return channel.ask("POST", "/v2/bot/message/narrowcast", {"messages": [HELLO], **more})


def progress(channel: Channel, answer: Response) -> dict[str, Any]:
    request_id = answer.headers["X-Line-Request-Id"]
    path = f"/v2/bot/message/progress/narrowcast?requestId={request_id}"
    told_of: dict[str, Any] = told(channel.ask("GET", path))
    return told_of


def crowd(number: int, **settings: Any) -> Channel:
    channel = Channel(**settings)
    for position in range(number):
        channel.platform.follow(channel.platform.add_user(f"會員 {position}"))
    return channel


def test_without_conditions_every_friend_is_reached() -> None:
    channel = Channel()

    answer = narrowcast(channel)

    assert answer.status == 202
    assert progress(channel, answer) == {
        "phase": "succeeded",
        "successCount": 2,
        "failureCount": 0,
        "targetCount": 2,
        "acceptedTime": "2026-11-24T04:00:00.000Z",
        "completedTime": "2026-11-24T04:00:00.000Z",
    }


def test_an_audience_is_unknown_and_fails_afterwards() -> None:
    channel = Channel()

    answer = narrowcast(channel, recipient={"type": "audience", "audienceGroupId": 1})

    assert answer.status == 202
    assert (progress(channel, answer)["phase"], channel.platform.quota_used) == ("failed", 0)


def test_a_filter_wants_a_hundred_friends() -> None:
    wanted = {"demographic": {"type": "gender", "oneOf": ["female"]}}

    assert refusal(narrowcast(crowd(90), filter=wanted)) == (
        403,
        "Your account does not have enough friends",
    )
    assert narrowcast(crowd(98), filter=wanted).status == 202


def test_a_limit_is_kept() -> None:
    channel = crowd(10, quota=5)

    assert narrowcast(channel).status == 429
    assert narrowcast(channel, limit={"max": 2}).status == 202
    assert channel.platform.quota_used == 2
    assert narrowcast(channel, limit={"upToRemainingQuota": True}).status == 202
    assert channel.platform.quota_used == 5


def test_progress_is_told_for_two_weeks() -> None:
    channel = Channel()
    answer = narrowcast(channel)

    channel.pass_time(days=14)
    assert progress(channel, answer)["phase"] == "succeeded"
    channel.pass_time(seconds=1)
    assert "phase" not in progress(channel, answer)
