"""Groups: people and the bot come and go."""

from __future__ import annotations

import pytest

from tests.emulator.channel import Channel


@pytest.mark.parametrize(("room", "letter", "kind"), [(False, "C", "group"), (True, "R", "room")])
def test_the_bot_hears_that_it_was_invited(room: bool, letter: str, kind: str) -> None:
    channel = Channel()

    made = channel.platform.add_group("社區", [channel.mei], room=room)

    assert made.startswith(letter)
    event = channel.events[-1]
    assert event["source"] == {"type": kind, f"{kind}Id": made}
    assert channel.reply(event["replyToken"]).status == 200
    assert channel.platform.add_group("社區", [], room=room) != made


def test_the_bot_hears_who_comes_and_goes() -> None:
    channel = Channel()
    group = channel.platform.add_group("社區", [channel.mei])

    channel.platform.join_group(group, channel.tu)
    joined = channel.events[-1]
    channel.platform.leave_group(group, channel.mei)
    left = channel.events[-1]

    assert joined["joined"]["members"] == [{"type": "user", "userId": channel.tu}]
    assert "replyToken" in joined
    assert left["left"]["members"] == [{"type": "user", "userId": channel.mei}]
    assert "replyToken" not in left
    assert channel.platform.group(group).members == [channel.tu]


def test_a_bot_put_out_of_a_group_cannot_speak_there() -> None:
    channel = Channel()
    group = channel.platform.add_group("社區", [channel.mei])
    assert channel.push(group).status == 200

    channel.platform.remove_bot(group)

    assert channel.events[-1]["type"] == "leave"
    assert channel.push(group).status == 400
