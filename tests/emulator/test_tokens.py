"""A reply token is good once, for a minute."""

from __future__ import annotations

import pytest

from tests.emulator.channel import HELLO, Channel, refusal

SPENT = (400, "Invalid reply token")


def said(channel: Channel) -> str:
    channel.platform.say(channel.mei, "點數")
    token: str = channel.events[-1]["replyToken"]
    return token


def test_a_token_is_good_once() -> None:
    channel = Channel()
    token = said(channel)

    assert channel.reply(token).status == 200
    assert refusal(channel.reply(token)) == SPENT
    assert channel.platform.heard(channel.mei) == [HELLO]


def test_a_reply_costs_nothing() -> None:
    channel = Channel(quota=0)

    assert channel.reply(said(channel)).status == 200
    assert channel.platform.quota_used == 0


def test_a_token_is_good_for_a_minute() -> None:
    channel = Channel()
    token, late = said(channel), said(channel)

    channel.pass_time(seconds=60)
    assert channel.reply(token).status == 200
    channel.pass_time(seconds=1)
    assert refusal(channel.reply(late)) == SPENT


def test_an_invented_token_is_worth_nothing() -> None:
    assert refusal(Channel().reply("0" * 32)) == SPENT


def test_a_reply_with_a_mistake_leaves_the_token_good() -> None:
    channel = Channel()
    token = said(channel)

    assert channel.reply(token, {"type": "text"}).status == 400
    assert channel.reply(token).status == 200


@pytest.mark.parametrize(("minutes", "status"), [(20, 200), (21, 400)])
def test_a_redelivered_event_renews_its_token_for_twenty_minutes(
    minutes: int, status: int
) -> None:
    channel = Channel()
    channel.platform.redelivery, channel.status = True, 500
    token = said(channel)
    channel.pass_time(minutes=minutes)

    channel.status = 200
    channel.platform.redeliver()

    assert channel.events[-1]["deliveryContext"] == {"isRedelivery": True}
    assert channel.reply(token).status == status


def test_a_used_token_is_not_renewed() -> None:
    channel = Channel()
    channel.platform.redelivery, channel.status = True, 500
    token = said(channel)
    channel.reply(token)

    channel.platform.redeliver()

    assert refusal(channel.reply(token)) == SPENT


def test_a_reply_to_somebody_who_blocked_meanwhile_is_not_seen() -> None:
    channel = Channel()
    token = said(channel)
    channel.platform.unfollow(channel.mei)

    assert channel.reply(token).status == 200
    assert channel.platform.heard(channel.mei) == []


def test_a_reply_in_a_group_is_seen_by_the_group() -> None:
    channel = Channel()
    group = channel.platform.add_group("社區", [channel.mei, channel.lin])
    channel.platform.say(channel.mei, "+1", group=group)

    assert channel.reply(channel.events[-1]["replyToken"]).status == 200
    assert channel.platform.chat(group)[-1].message == HELLO
    assert channel.platform.heard(channel.mei) == []
