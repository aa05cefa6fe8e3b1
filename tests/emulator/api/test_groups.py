"""Asking about groups."""

from __future__ import annotations

import pytest

from tests.emulator.channel import Channel, told


@pytest.mark.parametrize("kind", ["group", "room"])
def test_a_group_the_bot_is_in_can_be_asked_about(kind: str) -> None:
    channel = Channel()
    made = channel.platform.add_group("社區", [channel.mei, channel.tu], room=kind == "room")
    path = f"/v2/bot/{kind}/{made}"

    assert told(channel.ask("GET", f"{path}/members/count")) == {"count": 2}
    stranger = told(channel.ask("GET", f"{path}/member/{channel.tu}"))
    assert stranger == {"userId": channel.tu, "displayName": "阿土"}
    assert channel.ask("GET", f"{path}/member/{channel.lin}").status == 404
    assert channel.ask("GET", f"{path}/members/ids").status == 403
    channel.platform.verified = True
    assert told(channel.ask("GET", f"{path}/members/ids")) == {
        "memberIds": [channel.mei, channel.tu]
    }


def test_a_group_is_no_room_and_a_room_has_no_summary() -> None:
    channel = Channel()
    group = channel.platform.add_group("社區", [channel.mei])
    room = channel.platform.add_group("聊天", [channel.mei], room=True)

    summary = told(channel.ask("GET", f"/v2/bot/group/{group}/summary"))
    assert summary == {"groupId": group, "groupName": "社區"}
    assert channel.ask("GET", f"/v2/bot/room/{group}/members/count").status == 404
    assert channel.ask("GET", f"/v2/bot/group/{room}/summary").status == 404


def test_the_bot_can_leave_and_hears_so() -> None:
    channel = Channel()
    group = channel.platform.add_group("社區", [channel.mei])

    assert channel.ask("POST", f"/v2/bot/group/{group}/leave").status == 200

    assert channel.events[-1]["type"] == "leave"
    assert channel.ask("POST", f"/v2/bot/group/{group}/leave").status == 404
    assert channel.ask("GET", f"/v2/bot/group/{group}/summary").status == 404
