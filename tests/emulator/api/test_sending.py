"""Who gets which message."""

from __future__ import annotations

from typing import Any

import pytest

from tests.emulator.channel import HELLO, STRANGER, Channel, refusal, told

SEND = "/v2/bot/message/{}"
MENTION_ALL = {"type": "mention", "mentionee": {"type": "all"}}


def mention(substitution: dict[str, Any]) -> dict[str, Any]:
    return {"type": "textV2", "text": "{who} 到貨了", "substitution": {"who": substitution}}


def mention_of(user_id: str) -> dict[str, Any]:
    return mention({"type": "mention", "mentionee": {"type": "user", "userId": user_id}})


def send(channel: Channel, kind: str, message: dict[str, Any], **more: Any) -> tuple[int, str]:
    answer = channel.ask("POST", SEND.format(kind), {"messages": [message], **more})
    return answer.status, told(answer).get("message", "")


def bad(name: str) -> tuple[int, str]:
    sentence = f"The property, {name}, in the request body is invalid (line: -, column: -)"
    return 400, sentence


def test_a_push_tells_what_was_sent_in_order() -> None:
    channel = Channel()
    place = {"type": "location", "title": "a", "address": "b", "latitude": 1, "longitude": 1}

    sent = told(channel.push(channel.mei, HELLO, place))["sentMessages"]

    items = channel.platform.chat(channel.mei)[-2:]
    assert [each["id"] for each in sent] == [item.id for item in items]
    assert [item.message for item in items] == [HELLO, place]
    assert ["quoteToken" in each for each in sent] == [True, False]


@pytest.mark.parametrize(
    "to", ["", "mei", "U123", STRANGER.upper().replace("0", "G"), "X" + STRANGER]
)
def test_a_push_to_no_id_at_all_is_refused(to: str) -> None:
    assert Channel().push(to).status == 400


def test_a_push_to_somebody_unknown_fails() -> None:
    channel = Channel()
    failed = (400, "Failed to send messages")

    assert refusal(channel.push(STRANGER)) == failed
    assert refusal(channel.push("C" + STRANGER[1:])) == failed
    assert refusal(channel.push(channel.platform.bot_id)) == failed


def test_a_multicast_reaches_its_people_once() -> None:
    channel = Channel()
    channel.platform.unfollow(channel.lin)
    to = [channel.mei, channel.lin, channel.tu, STRANGER, channel.mei]

    assert send(channel, "multicast", HELLO, to=to) == (200, "")
    assert [len(channel.platform.heard(each)) for each in (channel.mei, channel.lin)] == [1, 0]
    assert channel.platform.quota_used == 1


def test_one_bad_id_stops_a_multicast() -> None:
    channel = Channel()
    group = channel.platform.add_group("社區", [channel.mei])

    for bad_id in ("lin", group):
        assert send(channel, "multicast", HELLO, to=[channel.mei, bad_id]) == bad("to[1]")
    assert channel.platform.heard(channel.mei) == []


def test_a_multicast_has_at_most_five_hundred_people() -> None:
    channel = Channel()

    assert send(channel, "multicast", HELLO, to=[channel.mei] * 500)[0] == 200
    assert send(channel, "multicast", HELLO, to=[channel.mei] * 501)[0] == 400
    assert send(channel, "multicast", HELLO, to=[])[0] == 400


def test_a_broadcast_reaches_every_friend() -> None:
    channel = Channel()
    channel.platform.unfollow(channel.lin)

    assert send(channel, "broadcast", HELLO) == (200, "")

    assert len(channel.platform.heard(channel.mei)) == 1
    assert channel.platform.heard(channel.lin) == channel.platform.heard(channel.tu) == []


def test_a_group_hears_what_is_pushed_to_it() -> None:
    channel = Channel()
    group = channel.platform.add_group("社區", [channel.mei, channel.tu])

    assert channel.push(group, mention_of(channel.tu), mention(MENTION_ALL)).status == 200
    assert [item.sender for item in channel.platform.chat(group)] == ["system", "bot", "bot"]


def test_a_mention_belongs_to_a_group_and_its_members() -> None:
    channel = Channel()
    group = channel.platform.add_group("社區", [channel.mei])
    place = "messages[0].substitution.who.mentionee"

    assert refusal(channel.push(group, mention_of(channel.lin))) == bad(place)
    assert refusal(channel.push(channel.mei, mention_of(channel.mei))) == bad(place)
    assert send(channel, "broadcast", mention(MENTION_ALL)) == bad(place)
    assert channel.validate(mention_of(channel.mei)).status == 200


def test_a_film_is_followed_by_one_person_not_by_a_group() -> None:
    channel = Channel()
    group = channel.platform.add_group("社區", [channel.mei])
    address = "https://example.com/1.mp4"
    film = {"type": "video", "originalContentUrl": address, "previewImageUrl": address}

    assert channel.push(channel.mei, {**film, "trackingId": "a"}).status == 200
    assert refusal(channel.push(group, {**film, "trackingId": "a"})) == bad(
        "messages[0].trackingId"
    )
    assert channel.push(group, film).status == 200


@pytest.mark.parametrize("kind", ["reply", "push", "multicast", "narrowcast", "broadcast"])
def test_messages_can_be_checked_without_sending(kind: str) -> None:
    channel = Channel()
    path = SEND.format(f"validate/{kind}")

    assert channel.ask("POST", path, {"messages": [HELLO]}).status == 200
    assert channel.ask("POST", path, {"messages": [{"type": "text"}]}).status == 400
    assert channel.platform.heard(channel.mei) == []
