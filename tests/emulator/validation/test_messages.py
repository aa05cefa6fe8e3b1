"""How much may stand in a message, at the edge of every limit."""

from __future__ import annotations

from typing import Any

import pytest

from tests.emulator.channel import Channel, details, refusal, told

PICTURE = "https://example.com/1.png"
EMOJI = {"index": 0, "productId": "5ac1bfd5040ab15980c9b435", "emojiId": "001"}
MENTION = {"type": "mention", "mentionee": {"type": "all"}}


def text(words: str, **more: Any) -> dict[str, Any]:
    return {"type": "text", "text": words, **more}


def quick(number: int) -> dict[str, Any]:
    action = {"type": "message", "label": "好", "text": "好"}
    return {"items": [{"type": "action", "action": action}] * number}


def image(address: str) -> dict[str, Any]:
    return {"type": "image", "originalContentUrl": address, "previewImageUrl": PICTURE}


def location(**more: Any) -> dict[str, Any]:
    place = {"title": "自取點", "address": "信義路", "latitude": 25.03, "longitude": 121.5}
    return {"type": "location", **place, **more}


def imagemap(actions: int = 1, **more: Any) -> dict[str, Any]:
    area = {"x": 0, "y": 0, "width": 100, "height": 100}
    return {
        "type": "imagemap",
        "baseUrl": "https://example.com/map",
        "altText": "圖",
        "baseSize": {"width": 1040, "height": 600},
        "actions": [{"type": "message", "text": "好", "area": area}] * actions,
        **more,
    }


def filled(number: int, kind: str = "emoji") -> dict[str, Any]:
    each = {**EMOJI, "type": "emoji"} if kind == "emoji" else MENTION
    names = [f"k{position}" for position in range(number)]
    words = "".join(f"{{{name}}}" for name in names)
    return {"type": "textV2", "text": words, "substitution": dict.fromkeys(names, each)}


RIGHT = {
    "the longest text": text("字" * 5000),
    "emoji count two": text("😀" * 2500),
    "thirteen quick replies": text("好", quickReply=quick(13)),
    "a sender of twenty": text("好", sender={"name": "團" * 20, "iconUrl": PICTURE}),
    "a sender on line": text("好", sender={"name": "Online 團購"}),
    "an emoji on a dollar": text("$ 好", emojis=[EMOJI]),
    "an emoji after an emoji": text("😀$", emojis=[{**EMOJI, "index": 2}]),
    "a null property": text("好", quickReply=None),
    "a property LINE does not know": text("好", mood="happy"),
    "doubled braces": {"type": "textV2", "text": "{{好}}"},
    "a filled placeholder": filled(1),
    "twenty mentions": filled(20, "mention"),
    "the longest address": image("https://e.com/" + "a" * 1986),
    "the place of a hundred": location(title="字" * 100, address="字" * 100),
    "fifty areas": imagemap(50),
    "a coupon": {"type": "coupon", "couponId": "01J", "deliveryTag": "a_1"},
}
WRONG = {
    "a text too long": text("字" * 5001),
    "emoji too many": text("😀" * 2500 + "。"),
    "an empty text": text(""),
    "fourteen quick replies": text("好", quickReply=quick(14)),
    "no quick reply at all": text("好", quickReply=quick(0)),
    "a sender of twenty-one": text("好", sender={"name": "團" * 21}),
    "a sender called LINE": text("好", sender={"name": "line 官方"}),
    "an emoji on no dollar": text("好", emojis=[EMOJI]),
    "an emoji beyond the end": text("$", emojis=[{**EMOJI, "index": 1}]),
    "an emoji before the start": text("$", emojis=[{**EMOJI, "index": -1}]),
    "twenty-one emojis": text("$", emojis=[EMOJI] * 21),
    "an unfilled placeholder": {"type": "textV2", "text": "{name} 您好"},
    "a lone brace": {"type": "textV2", "text": "好 }"},
    "an open brace": {"type": "textV2", "text": "{好", "substitution": {}},
    "twenty-one mentions": filled(21, "mention"),
    "twenty-one emoji placeholders": filled(21),
    "a placeholder's name too long": {
        **filled(0), "text": "好", "substitution": {"k" * 21: MENTION}
    },
    "more than a hundred substitutions": {**filled(101), "text": "好"},
    "an address too long": image("https://e.com/" + "a" * 1987),
    "an address without TLS": image("http://example.com/1.png"),
    "an address in Chinese": image("https://example.com/圖.png"),
    "a place too long": location(title="字" * 101),
    "a place without a name": location(title=""),
    "a place off the earth": location(latitude=91),
    "fifty-one areas": imagemap(51),
    "a narrow imagemap": imagemap(baseSize={"width": 1041, "height": 600}),
    "a film with a strange tracking id": {
        "type": "video", "originalContentUrl": PICTURE, "previewImageUrl": PICTURE,
        "trackingId": "追蹤",
    },
    "a recording without length": {"type": "audio", "originalContentUrl": PICTURE},
    "a delivery tag with a dash": {"type": "coupon", "couponId": "01J", "deliveryTag": "a-1"},
}  # fmt: skip


@pytest.mark.parametrize("message", RIGHT.values(), ids=RIGHT)
def test_a_message_at_its_limit_is_accepted(message: dict[str, Any]) -> None:
    answer = Channel().validate(message)

    assert answer.status == 200, told(answer)


@pytest.mark.parametrize("message", WRONG.values(), ids=WRONG)
def test_a_message_beyond_its_limit_is_refused(message: dict[str, Any]) -> None:
    assert Channel().validate(message).status == 400


def test_a_request_carries_one_to_five_messages() -> None:
    channel = Channel()

    assert channel.validate(*[text("好")] * 5).status == 200
    for number in (0, 6):
        answer = channel.validate(*[text("好")] * number)
        assert refusal(answer) == (400, "The request body has 1 error(s)")
        assert details(answer) == [("messages", "Size must be between 1 and 5")]


def test_everything_wrong_is_told_with_its_place() -> None:
    answer = Channel().validate(text("好"), text("字" * 5001), {"type": "text"})

    assert refusal(answer) == (400, "The request body has 2 error(s)")
    assert details(answer) == [
        ("messages[1].text", "Length must be between 0 and 5000"),
        ("messages[2].text", "May not be empty"),
    ]


def test_a_value_of_the_wrong_kind_refuses_the_whole_body() -> None:
    answer = Channel().validate(text("好"), {"type": "text", "text": ["好"]})

    assert refusal(answer) == (
        400,
        "The property, messages[1].text, in the request body is invalid (line: -, column: -)",
    )


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'"text"', b"null", b'{"messages": NaN}'])
def test_a_body_that_is_no_object_is_refused(body: bytes) -> None:
    assert Channel().ask("POST", "/v2/bot/message/validate/push", body).status == 400


def test_a_body_nested_without_end_is_refused() -> None:
    body = b'{"messages": ' + b"[" * 100_000 + b"]" * 100_000 + b"}"

    assert Channel().ask("POST", "/v2/bot/message/validate/push", body).status == 400


def test_operators_nested_without_end_are_refused() -> None:
    recipient: dict[str, Any] = {"type": "audience", "audienceGroupId": 1}
    for _ in range(200):
        recipient = {"type": "operator", "not": recipient}
    body = {"messages": [text("好")], "recipient": recipient}

    assert Channel().ask("POST", "/v2/bot/message/narrowcast", body).status in (202, 400)
