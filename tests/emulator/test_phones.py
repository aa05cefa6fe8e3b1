"""What people do, and what the bot hears of it."""

from __future__ import annotations

from typing import Any

import pytest

from emulator.world import Impossible
from tests.emulator.channel import HELLO, STRANGER, Channel


def heard(channel: Channel) -> dict[str, Any]:
    """The last event."""
    return channel.events[-1]


def test_a_name_has_the_same_id_in_every_emulator() -> None:
    first, second = Channel(), Channel()

    assert first.lin == second.lin
    assert first.lin.startswith("U")
    assert len(first.lin) == 33
    assert first.platform.add_user("小林") not in (first.lin, first.mei)


def test_a_new_friend_and_one_who_returns_are_told_apart() -> None:
    channel = Channel()

    channel.platform.follow(channel.tu)
    assert heard(channel)["follow"] == {"isUnblocked": False}
    channel.platform.unfollow(channel.tu)
    assert heard(channel)["type"] == "unfollow"
    assert "replyToken" not in heard(channel)
    channel.platform.follow(channel.tu)
    assert heard(channel)["follow"] == {"isUnblocked": True}


def test_who_blocked_the_shop_cannot_write_to_it() -> None:
    channel = Channel()
    channel.platform.unfollow(channel.mei)

    with pytest.raises(Impossible, match="小美已封鎖"):
        channel.platform.say(channel.mei, "點數")


def test_a_stranger_who_wrote_can_be_written_to_for_a_week() -> None:
    channel = Channel()
    channel.platform.say(channel.tu, "請問")

    channel.push(channel.tu)
    channel.pass_time(days=6, hours=10)
    channel.push(channel.tu)
    assert channel.platform.quota_used == 2
    channel.pass_time(hours=14)
    channel.push(channel.tu)

    assert len(channel.platform.heard(channel.tu)) == 2


def test_every_kind_of_message_is_brought() -> None:
    channel, platform = (made := Channel()), made.platform
    mei, start = channel.mei, len(channel.events)

    platform.say(mei, "點數")
    platform.send_sticker(mei, "446", "1988")
    platform.send_image(mei, b"jpeg")
    platform.send_video(mei, b"film")
    platform.send_audio(mei, b"voice")
    platform.send_file(mei, "訂單.csv", b"1,2")
    platform.send_location(mei, 25.03, 121.56, title="台北")

    messages = [event["message"] for event in channel.events[start:]]
    kinds = ["text", "sticker", "image", "video", "audio", "file", "location"]
    assert [message["type"] for message in messages] == kinds
    assert [item.id for item in platform.chat(mei)[-7:]] == [each["id"] for each in messages]
    assert [message["type"] for message in messages if "quoteToken" in message] == kinds[:4]
    assert len({message["markAsReadToken"] for message in messages}) == 7
    assert messages[5]["fileSize"] == 3
    assert "address" not in messages[6]


def test_an_answer_says_what_it_answers() -> None:
    channel = Channel()
    channel.push(channel.mei)
    quoted = channel.platform.chat(channel.mei)[-1].id

    channel.platform.say(channel.mei, "好", quote=quoted)

    assert heard(channel)["message"]["quotedMessageId"] == quoted


def test_in_a_group_a_name_mentions() -> None:
    channel = Channel()
    group = channel.platform.add_group("社區", [channel.mei, channel.lin])

    channel.platform.say(channel.mei, "😀 @團友小舖 幫 @小林 加一", group=group)

    mentionees = heard(channel)["message"]["mention"]["mentionees"]
    assert [(each["index"], each["length"], each["isSelf"]) for each in mentionees] == [
        (3, 5, True),
        (11, 3, False),
    ]
    assert heard(channel)["source"] == {"type": "group", "groupId": group, "userId": channel.mei}


def test_alone_with_the_shop_a_name_mentions_nobody() -> None:
    channel = Channel()

    channel.platform.say(channel.mei, "@團友小舖 點數")

    assert "mention" not in heard(channel)["message"]


def test_a_mention_may_be_given_by_hand() -> None:
    channel = Channel()
    group = channel.platform.add_group("社區", [channel.mei])
    everybody = {"type": "all", "index": 0, "length": 3}

    channel.platform.say(channel.mei, "大家好", group=group, mention=[everybody])

    assert heard(channel)["message"]["mention"]["mentionees"] == [everybody]


def test_a_text_in_a_group_can_be_changed() -> None:
    channel = Channel()
    group = channel.platform.add_group("社區", [channel.mei])
    channel.platform.say(channel.mei, "+1", group=group)
    before = channel.platform.chat(group)[-1]
    first, seen = dict(before.message), channel.platform.seq

    channel.platform.edit(before.id, "+2")

    event = heard(channel)
    assert event["type"] == "messageEdited"
    assert (event["message"]["id"], event["message"]["text"]) == (before.id, "+2")
    assert event["message"]["quoteToken"] != first["quoteToken"]
    assert "markAsReadToken" not in event["message"]
    assert channel.reply(event["replyToken"]).status == 200
    item = channel.platform.chat(group)[1]
    assert item.message["text"] == "+2"
    assert item.changed > seen


def test_alone_with_the_shop_nothing_is_changed() -> None:
    channel = Channel()
    channel.platform.say(channel.mei, "+1")

    with pytest.raises(Impossible):
        channel.platform.edit(channel.platform.chat(channel.mei)[-1].id, "+2")


def test_a_message_taken_back_is_gone() -> None:
    channel = Channel()
    channel.platform.send_image(channel.mei, b"jpeg")
    item = channel.platform.chat(channel.mei)[-1]

    channel.platform.unsend(item.id)

    assert heard(channel)["unsend"] == {"messageId": item.id}
    assert "replyToken" not in heard(channel)
    path = f"/v2/bot/message/{item.id}/content"
    assert channel.ask("GET", path, data=True).status == 410
    assert channel.platform.chat(channel.mei)[-1].message["type"] == "unsent"
    with pytest.raises(Impossible):
        channel.platform.unsend(item.id)


def test_what_the_bot_said_can_be_read_from_any_point() -> None:
    channel = Channel()
    channel.push(channel.mei)
    middle = channel.platform.seq
    channel.push(channel.mei, {"type": "text", "text": "再見"})

    assert [each["text"] for each in channel.platform.heard(channel.mei)] == ["你好", "再見"]
    assert channel.platform.heard(channel.mei, middle) == [{"type": "text", "text": "再見"}]


def test_messages_have_ids_that_are_numbers_and_never_the_same() -> None:
    channel = Channel()
    channel.push(channel.mei, *[HELLO] * 5)

    ids = [item.id for item in channel.platform.chat(channel.mei)]

    assert all(each.isdecimal() and len(each) == 18 for each in ids)
    assert len(set(ids)) == len(ids)


def test_what_no_phone_can_do_is_said_in_a_sentence() -> None:
    channel, platform = (made := Channel()), made.platform
    group = platform.add_group("社區", [channel.lin])
    mei = channel.mei

    for act in (
        lambda: platform.say(STRANGER, "點數"),
        lambda: platform.say(mei, "點數", group="C" + "0" * 32),
        lambda: platform.say(mei, ""),
        lambda: platform.say(mei, "點數", group=group),
        lambda: platform.unsend("1"),
        lambda: platform.add_group("沒有人", [STRANGER]),
    ):
        with pytest.raises(Impossible, match=r"。|："):
            act()
