"""Who LINE names in groups, and what can be edited there."""

from __future__ import annotations

import pytest

from emulator.world import Impossible
from tests.emulator.channel import Channel, told


def test_who_did_not_consent_is_not_named_in_groups() -> None:
    channel = Channel()
    platform, mei = channel.platform, channel.mei
    group = platform.add_group("社區", [mei])
    platform.people[mei].consented = False

    platform.say(mei, "+1", group=group)
    message = channel.events[-1]["message"]["id"]
    platform.edit(message, "+2")
    platform.unsend(message)
    platform.tap(mei, {"type": "postback", "data": "+1"}, group=group)

    assert [e["source"] for e in channel.events[-4:]] == [{"type": "group", "groupId": group}] * 4
    platform.say(mei, "+1")
    assert channel.events[-1]["source"] == {"type": "user", "userId": mei}


def test_an_edit_keeps_the_id_and_what_was_quoted() -> None:
    channel = Channel()
    platform, mei = channel.platform, channel.mei
    group = platform.add_group("社區", [mei])
    platform.say(mei, "早安", group=group)
    first = channel.events[-1]["message"]["id"]
    platform.say(mei, "+1", group=group, quote=first)
    said = channel.events[-1]

    platform.edit(said["message"]["id"], "+2")

    edited = channel.events[-1]
    assert edited["type"] == "messageEdited"
    assert edited["message"]["id"] == said["message"]["id"]
    assert edited["message"]["quotedMessageId"] == first
    assert edited["replyToken"] != said["replyToken"]
    assert "markAsReadToken" not in edited["message"]


@pytest.mark.parametrize("room", [None, True])
def test_nothing_is_edited_outside_of_groups(room: bool | None) -> None:
    channel = Channel()
    platform, mei = channel.platform, channel.mei
    chat = platform.add_group("房間", [mei], room=True) if room else None
    platform.say(mei, "+1", group=chat)

    with pytest.raises(Impossible):
        platform.edit(channel.events[-1]["message"]["id"], "+2")


def test_an_answer_tells_the_ids_by_which_it_is_quoted() -> None:
    channel = Channel()
    platform, mei = channel.platform, channel.mei
    group = platform.add_group("社區", [mei])
    platform.say(mei, "團購", group=group)

    answered = channel.reply(channel.events[-1]["replyToken"])

    shown = [item.id for item in platform.chat(group) if item.sender == "bot"]
    assert [each["id"] for each in told(answered)["sentMessages"]] == shown
