"""The month's messages."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tests.emulator.channel import HELLO, Channel, refusal, told

USED_UP = (429, "You have reached your monthly limit.")


def test_messages_are_counted_by_people_not_by_message_objects() -> None:
    channel = Channel()
    group = channel.platform.add_group("社區", [channel.mei, channel.lin, channel.tu])

    channel.push(channel.mei, HELLO, HELLO, HELLO)
    assert channel.platform.quota_used == 1
    channel.push(group, HELLO, HELLO)
    assert channel.platform.quota_used == 4
    channel.ask(
        "POST", "/v2/bot/message/multicast",
        {"to": [channel.mei, channel.lin, channel.mei], "messages": [HELLO]},
    )  # fmt: skip
    assert channel.platform.quota_used == 6
    channel.ask("POST", "/v2/bot/message/broadcast", {"messages": [HELLO]})
    assert channel.platform.quota_used == 8


def test_who_is_not_reached_is_not_counted() -> None:
    channel = Channel()
    channel.platform.unfollow(channel.mei)

    assert channel.push(channel.mei).status == 200
    assert channel.push(channel.tu).status == 200
    assert channel.platform.quota_used == 0
    assert channel.platform.heard(channel.mei) == channel.platform.heard(channel.tu) == []


def test_beyond_the_limit_nobody_is_reached() -> None:
    channel = Channel(quota=3)
    group = channel.platform.add_group("社區", [channel.mei, channel.lin])
    assert channel.push(group).status == 200

    assert refusal(channel.push(group)) == USED_UP
    assert channel.push(channel.mei).status == 200
    assert refusal(channel.push(channel.lin)) == USED_UP
    assert len(channel.platform.chat(group)) == 2
    assert channel.platform.quota_used == 3


def test_a_new_month_begins_by_the_days_of_line() -> None:
    channel = Channel(quota=1)
    channel.push(channel.mei)

    channel.now = datetime(2026, 11, 30, 14, 59, 59, tzinfo=UTC)
    assert refusal(channel.push(channel.mei)) == USED_UP
    channel.now = datetime(2026, 11, 30, 15, 0, tzinfo=UTC)
    assert channel.platform.quota_used == 0
    assert channel.push(channel.mei).status == 200


def test_line_tells_the_limit_and_what_is_used() -> None:
    channel = Channel(quota=500)
    channel.push(channel.mei)

    assert told(channel.ask("GET", "/v2/bot/message/quota")) == {"type": "limited", "value": 500}
    assert told(channel.ask("GET", "/v2/bot/message/quota/consumption")) == {"totalUsage": 1}
    channel.platform.quota = None
    assert told(channel.ask("GET", "/v2/bot/message/quota")) == {"type": "none"}


def test_deliveries_of_a_day_are_told_the_day_after() -> None:
    channel = Channel()
    channel.push(channel.mei)
    path = "/v2/bot/message/delivery/push?date=20261124"

    assert told(channel.ask("GET", path)) == {"status": "unready"}
    channel.pass_time(days=1)
    assert told(channel.ask("GET", path)) == {"status": "ready", "success": 1}
    early = told(channel.ask("GET", "/v2/bot/message/delivery/push?date=20180330"))
    assert early == {"status": "out_of_service"}


@pytest.mark.parametrize(
    "query", ["", "?date=", "?date=2026-11-24", "?date=20261301", "?date=٢٠٢٦١١٢٤"]
)
def test_a_day_that_is_none_is_refused(query: str) -> None:
    answer = Channel().ask("GET", f"/v2/bot/message/delivery/push{query}")

    assert refusal(answer) == (400, "The value for the 'date' parameter is invalid")


def push_unit(channel: Channel, *units: str) -> int:
    body = {"to": channel.mei, "messages": [HELLO], "customAggregationUnits": units}
    return channel.ask("POST", "/v2/bot/message/push", body).status


def test_messages_are_counted_under_a_name_for_a_month() -> None:
    channel = Channel()
    for unit in ("spring", "autumn", "spring"):
        assert push_unit(channel, unit) == 200

    listed = told(channel.ask("GET", "/v2/bot/message/aggregation/list?limit=1"))
    assert listed["customAggregationUnits"] == ["spring"]
    rest = told(
        channel.ask("GET", f"/v2/bot/message/aggregation/list?limit=1&start={listed['next']}")
    )
    assert rest == {"customAggregationUnits": ["autumn"]}
    channel.pass_time(days=30)
    used = told(channel.ask("GET", "/v2/bot/message/aggregation/info"))
    assert used == {"numOfCustomAggregationUnits": 0}


def test_past_a_thousand_names_the_rest_is_sent_without() -> None:
    channel = Channel()
    for number in range(1001):
        assert push_unit(channel, f"unit_{number}") == 200

    used = told(channel.ask("GET", "/v2/bot/message/aggregation/info"))
    assert used == {"numOfCustomAggregationUnits": 1000}
    assert len(channel.platform.heard(channel.mei)) == 1001


@pytest.mark.parametrize("units", [("a", "b"), ("a-b",), ("",), ("a" * 31,)])
def test_a_name_has_letters_digits_and_underscores(units: tuple[str, ...]) -> None:
    assert push_unit(Channel(), *units) == 400


@pytest.mark.parametrize("start", ["nothing", "ZnJvbTpubw==", "ZnJvbTotNQ==", "YXQ6NQ==", "%FF"])
def test_a_list_is_not_continued_from_nowhere(start: str) -> None:
    answer = Channel().ask("GET", f"/v2/bot/message/aggregation/list?start={start}")

    assert refusal(answer) == (400, "The value for the 'start' parameter is invalid")


@pytest.mark.parametrize("limit", ["0", "101", "-1", "ten", "٣", "1000000000000"])
def test_a_page_has_one_to_a_hundred_lines(limit: str) -> None:
    answer = Channel().ask("GET", f"/v2/bot/message/aggregation/list?limit={limit}")

    assert refusal(answer) == (400, "The value for the 'limit' parameter is invalid")
