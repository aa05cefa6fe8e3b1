"""What a tap does."""

from __future__ import annotations

from typing import Any

import pytest

from emulator.world import Impossible
from tests.emulator.channel import Channel
from tests.emulator.pictures import add_menu


def tapped(channel: Channel, action: dict[str, Any], **more: Any) -> dict[str, Any]:
    """The event a tap brings."""
    assert channel.platform.tap(channel.mei, action, **more)
    event: dict[str, Any] = channel.events[-1]
    return event


def words(channel: Channel) -> list[str]:
    return [item.message.get("text", "") for item in channel.platform.chat(channel.mei)][1:]


def test_a_message_button_speaks() -> None:
    channel = Channel()

    event = tapped(channel, {"type": "message", "text": "點數"})

    assert event["message"]["text"] == "點數"
    assert words(channel) == ["點數"]


def test_a_postback_is_heard_by_the_bot_and_shown_if_it_has_words() -> None:
    channel = Channel()

    event = tapped(channel, {"type": "postback", "data": "9 +1", "displayText": "我要一份"})

    assert event["postback"] == {"data": "9 +1"}
    assert words(channel) == ["我要一份"]
    assert channel.reply(event["replyToken"]).status == 200
    tapped(channel, {"type": "postback", "data": "9 +1"})
    assert len(words(channel)) == 2


def test_an_old_postback_speaks_as_well() -> None:
    channel = Channel()
    start = len(channel.events)

    channel.platform.tap(channel.mei, {"type": "postback", "data": "d", "text": "好"})

    assert [event["type"] for event in channel.events[start:]] == ["message", "postback"]


@pytest.mark.parametrize(
    ("mode", "proposed"),
    [("date", "2026-11-24"), ("time", "04:00"), ("datetime", "2026-11-24T04:00")],
)
def test_a_date_picker_brings_what_was_picked(mode: str, proposed: str) -> None:
    channel = Channel()
    action = {"type": "datetimepicker", "data": "生日", "mode": mode}

    assert tapped(channel, action)["postback"]["params"] == {mode: proposed}
    picked = tapped(channel, action, params={mode: "2001-02-28"})["postback"]
    assert picked == {"data": "生日", "params": {mode: "2001-02-28"}}
    initial = tapped(channel, {**action, "initial": "1990-01-01"})["postback"]
    assert initial["params"] == {mode: "1990-01-01"}


def test_a_switch_shows_another_menu_and_says_so() -> None:
    channel = Channel()
    menu = add_menu(channel)
    body = {"richMenuAliasId": "page-b", "richMenuId": menu}
    assert channel.ask("POST", "/v2/bot/richmenu/alias", body).status == 200
    switch = {"type": "richmenuswitch", "richMenuAliasId": "page-b", "data": "b"}

    event = tapped(channel, switch)

    params = {"newRichMenuAliasId": "page-b", "status": "SUCCESS"}
    assert event["postback"] == {"data": "b", "params": params}
    assert channel.platform.person(channel.mei).switched_menu == menu
    lost = tapped(channel, {**switch, "richMenuAliasId": "page-c"})
    assert lost["postback"]["params"]["status"] == "RICHMENU_ALIAS_ID_NOTFOUND"
    channel.ask("DELETE", f"/v2/bot/richmenu/{menu}")
    assert tapped(channel, switch)["postback"]["params"]["status"] == "RICHMENU_NOTFOUND"


@pytest.mark.parametrize("kind", ["uri", "clipboard", "camera", "cameraRoll", "location"])
def test_what_happens_on_the_phone_stays_there(kind: str) -> None:
    channel = Channel()
    start = len(channel.events)

    assert channel.platform.tap(channel.mei, {"type": kind, "uri": "https://e.com"}) is None
    assert len(channel.events) == start


def test_a_tap_in_a_group_comes_from_the_group() -> None:
    channel = Channel()
    group = channel.platform.add_group("社區", [channel.mei])

    event = tapped(channel, {"type": "postback", "data": "9 +1"}, group=group)

    assert event["source"] == {"type": "group", "groupId": group, "userId": channel.mei}


@pytest.mark.parametrize(
    "action", [{}, {"type": "dance"}, {"type": "datetimepicker", "mode": "x"}]
)
def test_a_button_that_does_nothing_known_cannot_be_tapped(action: dict[str, Any]) -> None:
    channel = Channel()

    with pytest.raises(Impossible):
        channel.platform.tap(channel.mei, action)


def test_who_blocked_the_shop_taps_in_vain() -> None:
    channel = Channel()
    channel.platform.unfollow(channel.mei)

    with pytest.raises(Impossible):
        channel.platform.tap(channel.mei, {"type": "postback", "data": "點數"})


def test_a_film_seen_to_its_end_is_told() -> None:
    channel = Channel()

    channel.platform.play_to_the_end(channel.mei, "spring")

    assert channel.events[-1]["videoPlayComplete"] == {"trackingId": "spring"}
