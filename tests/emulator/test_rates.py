"""How many requests LINE takes."""

from __future__ import annotations

from tests.emulator.channel import HELLO, Channel, refusal

TOO_FAST = (429, "The API rate limit has been exceeded. Try again later.")


def limited(channel: Channel, most: int) -> int:
    """How many pushes are taken before LINE refuses."""
    for number in range(most):
        if channel.ask("GET", "/v2/bot/info").status == 429:
            return number
    return most


def test_two_thousand_requests_are_taken_in_a_second() -> None:
    channel = Channel()

    assert limited(channel, 3000) == 2000
    assert refusal(channel.ask("GET", "/v2/bot/info")) == TOO_FAST
    channel.tick += 0.5
    assert limited(channel, 3000) == 1000


def test_each_endpoint_is_counted_by_itself() -> None:
    channel = Channel()
    for _ in range(60):
        assert (
            channel.ask("POST", "/v2/bot/message/broadcast", {"messages": [HELLO]}).status == 200
        )

    answer = channel.ask("POST", "/v2/bot/message/broadcast", {"messages": [HELLO]})

    assert refusal(answer) == TOO_FAST
    assert channel.push(channel.mei).status == 200


def test_an_hour_of_the_shop_fills_a_bucket_while_the_test_waits_no_second() -> None:
    channel = Channel()
    body = {"operations": [{"type": "unlinkAll"}]}
    path = "/v2/bot/richmenu/batch"
    assert [channel.ask("POST", path, body).status for _ in range(4)] == [202, 202, 202, 429]

    channel.pass_time(minutes=20)

    assert [channel.ask("POST", path, body).status for _ in range(2)] == [202, 429]


def test_a_clock_turned_back_takes_nothing_away() -> None:
    channel = Channel()
    channel.ask("GET", "/v2/bot/info")

    channel.pass_time(days=-1)

    assert channel.ask("GET", "/v2/bot/info").status == 200


def test_a_bucket_never_holds_more_than_one_period() -> None:
    channel = Channel()
    channel.ask("GET", "/v2/bot/info")

    channel.pass_time(days=30)

    assert limited(channel, 3000) == 2000


def test_counting_can_be_switched_off() -> None:
    channel = Channel()
    channel.platform.rates.enabled = False

    assert limited(channel, 2500) == 2500
