"""Flex cards: what LINE draws and what it refuses."""

from __future__ import annotations

from typing import Any

import orjson
import pytest

from tests.emulator.channel import Channel, details, refusal, told

WORDS = {"type": "text", "text": "愛文芒果"}
PICTURE = {"type": "image", "url": "https://example.com/1.png"}
BUTTON = {"type": "button", "action": {"type": "postback", "label": "加一", "data": "9 +1"}}


def box(*contents: Any, layout: str = "vertical", **more: Any) -> dict[str, Any]:
    return {"type": "box", "layout": layout, "contents": list(contents), **more}


def bubble(*contents: Any, **more: Any) -> dict[str, Any]:
    return {"type": "bubble", "body": box(*contents), **more}


def flex(contents: Any, **more: Any) -> dict[str, Any]:
    return {"type": "flex", "altText": "卡片", "contents": contents, **more}


def carousel(*bubbles: Any) -> dict[str, Any]:
    return {"type": "carousel", "contents": list(bubbles)}


def spans(*contents: Any) -> dict[str, Any]:
    return {"type": "text", "contents": list(contents)}


VIDEO = {
    "type": "video",
    "url": "https://example.com/1.mp4",
    "previewUrl": "https://example.com/1.png",
    "altContent": PICTURE,
    "aspectRatio": "16:9",
}
GRADIENT = {
    "type": "linearGradient",
    "angle": "90deg",
    "startColor": "#ffffff",
    "endColor": "#00000080",
}
RIGHT = {
    "one word": bubble(WORDS),
    "a footer alone": {"type": "bubble", "footer": box(BUTTON)},
    "an empty box in a box": bubble(box(height="4px", backgroundColor="#06c755")),
    "a box in a box": bubble(box(WORDS, box(BUTTON, layout="horizontal"))),
    "an icon beside a text": bubble(
        box({"type": "icon", "url": "https://e.com/i.png"}, WORDS, layout="baseline")
    ),
    "spans": bubble(spans({"type": "span", "text": "特", "weight": "bold"})),
    "sizes in pixels": bubble({**WORDS, "size": "17px", "margin": "3.5px", "offsetTop": "-2px"}),
    "a width in percent": bubble(box(WORDS, width="50%", paddingAll="5%")),
    "a picture as wide as the card": bubble({**PICTURE, "size": "full", "aspectRatio": "20:13"}),
    "a picture three times as high": bubble({**PICTURE, "aspectRatio": "1:3"}),
    "a gradient": bubble(WORDS) | {"body": box(WORDS, background=GRADIENT)},
    "a film on top": bubble(WORDS, size="mega", hero=VIDEO),
    "twelve cards": carousel(*[bubble(WORDS, size="kilo")] * 12),
    "the default size is mega": carousel(bubble(WORDS), bubble(WORDS, size="mega")),
    "ten moving pictures": bubble(*[{**PICTURE, "animated": True}] * 10),
    "a label of forty": bubble(
        {"type": "button", "action": {"type": "message", "label": "好" * 40, "text": "好"}}
    ),
    "a tap without label": bubble({**WORDS, "action": {"type": "message", "text": "好"}}),
}
WRONG = {
    "nothing at all": ({}, "/", "May not be empty"),
    "an empty bubble": ({"type": "bubble"}, "/", "At least one block must be specified"),
    "an unknown property": (bubble({**WORDS, "colour": "#000000"}), "/body/contents/0/colour",
                            "unknown field"),
    "an unknown block": (bubble(WORDS, boddy=box()), "/boddy", "unknown field"),
    "no words": (bubble({"type": "text", "text": ""}), "/body/contents/0/text",
                 "must be non-empty text"),
    "a colour by name": (bubble({**WORDS, "color": "red"}), "/body/contents/0/color",
                         "invalid property"),
    "a size without unit": (bubble({**WORDS, "size": "17"}), "/body/contents/0/size",
                            "invalid property"),
    "a number for a size": (bubble({**WORDS, "size": 17}), "/body/contents/0/size",
                            "invalid property"),
    "an icon in a column": (bubble({"type": "icon", "url": "https://e.com/i.png"}),
                            "/body/contents/0", "unsupported component type"),
    "a button on a line": (bubble(box(BUTTON, layout="baseline")),
                           "/body/contents/0/contents/0", "unsupported component type"),
    "a film in the body": (bubble(VIDEO), "/body/contents/0/type",
                           "Must be one of the following values: "
                           "[box, button, filler, icon, image, separator, text]"),
    "a film on a narrow card": (bubble(WORDS, size="nano", hero=VIDEO), "/size",
                                "must be kilo, mega or giga with a video"),
    "a picture too high": (bubble({**PICTURE, "aspectRatio": "1:4"}),
                           "/body/contents/0/aspectRatio", "invalid property"),
    "a picture without address": (bubble({"type": "image"}), "/body/contents/0/url",
                                  "May not be empty"),
    "a button without label": (
        bubble({"type": "button", "action": {"type": "message", "text": "好"}}),
        "/body/contents/0/action/label", "May not be empty"),
    "a label of forty-one": (
        bubble({"type": "button", "action": {**BUTTON["action"], "label": "好" * 41}}),
        "/body/contents/0/action/label", "Length must be between 0 and 40"),
    "thirteen cards": (carousel(*[bubble(WORDS)] * 13), "/contents",
                       "Size must be between 1 and 12"),
    "no card": (carousel(), "/contents", "Size must be between 1 and 12"),
    "cards of two sizes": (carousel(bubble(WORDS, size="kilo"), bubble(WORDS)), "/contents",
                           "must be the same size"),
    "eleven moving pictures": (bubble(*[{**PICTURE, "animated": True}] * 11), "/",
                               "at most 10 animated images"),
}  # fmt: skip


@pytest.mark.parametrize("contents", RIGHT.values(), ids=RIGHT)
def test_a_card_line_can_draw_is_accepted(contents: dict[str, Any]) -> None:
    answer = Channel().validate(flex(contents))

    assert answer.status == 200, told(answer)


@pytest.mark.parametrize(("contents", "place", "message"), WRONG.values(), ids=WRONG)
def test_a_card_line_cannot_draw_is_refused(contents: Any, place: str, message: str) -> None:
    answer = Channel().validate(flex(contents))

    assert refusal(answer) == (400, "A message (messages[0]) in the request body is invalid")
    assert (place, message) in details(answer)


@pytest.mark.parametrize(("depth", "status"), [(60, 200), (300, 400), (5000, 400)])
def test_boxes_in_boxes_are_judged_however_many(depth: int, status: int) -> None:
    start, end = b'{"type":"box","layout":"vertical","contents":[', b"]}"
    card = b'{"type":"bubble","body":' + start * depth + end * depth + b"}"
    message = b'{"type":"flex","altText":"x","contents":' + card + b"}"

    answer = Channel().ask(
        "POST", "/v2/bot/message/validate/push", b'{"messages":[' + message + b"]}"
    )

    assert answer.status == status


def test_the_message_that_is_wrong_is_named() -> None:
    answer = Channel().validate(flex(bubble(WORDS)), flex({"type": "bubble"}))

    assert refusal(answer) == (400, "A message (messages[1]) in the request body is invalid")


def padded(size: int) -> dict[str, Any]:
    """A bubble of exactly so many bytes."""
    made = bubble({"type": "text", "text": "."})
    made["body"]["contents"][0]["text"] = "." * (size - len(orjson.dumps(made)) + 1)
    assert len(orjson.dumps(made)) == size
    return made


def test_a_bubble_weighs_at_most_30_kilobytes() -> None:
    channel = Channel()

    assert channel.validate(flex(padded(30 * 1024))).status == 200
    answer = channel.validate(flex(padded(30 * 1024 + 1)))
    assert details(answer)[0][1].startswith("Too large flex message")


def test_a_carousel_weighs_at_most_50_kilobytes() -> None:
    channel = Channel()
    rest = 50 * 1024 - 25 * 1024 - len('{"type":"carousel","contents":[,]}')

    assert channel.validate(flex(carousel(padded(25 * 1024), padded(rest)))).status == 200
    assert channel.validate(flex(carousel(padded(25 * 1024), padded(rest + 1)))).status == 400


def test_a_bubble_in_a_carousel_weighs_no_more_than_alone() -> None:
    heavy = carousel(bubble(WORDS), padded(30 * 1024 + 1))

    assert details(Channel().validate(flex(heavy)))[0][0] == "/contents/1"


def test_an_alternative_text_has_at_most_1500_characters() -> None:
    channel = Channel()

    assert channel.validate(flex(bubble(WORDS), altText="字" * 1500)).status == 200
    assert channel.validate(flex(bubble(WORDS), altText="字" * 1501)).status == 400
    assert channel.validate(flex(bubble(WORDS), altText="")).status == 400
