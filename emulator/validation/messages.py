"""Message objects: what the bot may send.

`check_messages` finds everything wrong with the one to five messages of a request.
Flex contents are told apart: LINE reports them message by message, by JSON pointer.
"""

import re
from typing import Any, NamedTuple

from emulator.validation import flex, imagemaps
from emulator.validation.actions import QUICK_REPLY
from emulator.validation.rules import (
    Check,
    Integer,
    ListOf,
    MapOf,
    Number,
    OneOf,
    Path,
    Problem,
    Problems,
    Rule,
    Shape,
    Text,
    choice,
    url,
)
from emulator.validation.templates import TEMPLATE_KINDS

SUBSTITUTION_KEY = re.compile(r"[0-9A-Za-z_]{1,20}")
PLACEHOLDER = re.compile(r"\{\{|\}\}|\{([^{}]*)\}|[{}]")
LINE_NAME = re.compile(r"\bLINE\b", re.IGNORECASE)
ALT_TEXT = Text(1500)
MEDIA = url(2000)


class FlexProblems(NamedTuple):
    """What is wrong with the flex contents of one message of a request."""

    position: int
    problems: Problems


class Anything:
    """Checked elsewhere."""

    def check(self, value: Any, path: Path, problems: Problems) -> None:
        del value, path, problems


def emojis_stand_on_dollars(value: Any, path: Path, problems: Problems) -> None:
    """Every emoji replaces a `$`; its index counts UTF-16 units."""
    text = value["text"].encode("utf-16-le")
    for position, emoji in enumerate(value.get("emojis") or ()):
        at = emoji["index"] * 2
        if at < 0 or text[at : at + 2] != b"$\0":
            place = (*path, "emojis", position, "index")
            problems.append(Problem(place, "must point at a $"))


def placeholders_are_filled(value: Any, path: Path, problems: Problems) -> None:
    """Braces are doubled or name a substitution; at most 20 mentions and 20 emojis."""
    substitution = value.get("substitution") or {}
    for found in PLACEHOLDER.finditer(value["text"]):
        if found[0] in ("{{", "}}"):
            continue
        if found[1] not in substitution:
            problems.append(Problem((*path, "text"), f"unknown placeholder {found[0]}"))
    for kind in ("mention", "emoji"):
        if sum(item["type"] == kind for item in substitution.values()) > 20:
            problems.append(Problem((*path, "substitution"), f"at most 20 of {kind}"))


def not_called_line(value: Any, path: Path, problems: Problems) -> None:
    """A sender may not pose as LINE."""
    if LINE_NAME.search(value.get("name") or ""):
        problems.append(Problem((*path, "name"), "contains a word that may not be used"))


EMOJI = Shape(
    {"index": Integer(), "productId": Text(), "emojiId": Text()},
    ("index", "productId", "emojiId"),
)
SUBSTITUTION = OneOf(
    {
        "mention": Shape(
            {
                "mentionee": OneOf(
                    {"user": Shape({"userId": Text()}, ("userId",)), "all": Shape({})}
                )
            },
            ("mentionee",),
        ),
        "emoji": Shape({"productId": Text(), "emojiId": Text()}, ("productId", "emojiId")),
    }
)
ALWAYS: dict[str, Rule] = {
    "quickReply": Shape(
        {
            "items": ListOf(
                Shape(
                    {"type": choice("action"), "imageUrl": url(2000), "action": QUICK_REPLY},
                    ("action",),
                ),
                1,
                13,
            )
        },
        ("items",),
    ),
    "sender": Shape({"name": Text(20), "iconUrl": url(2000)}, also=(not_called_line,)),
}


def message(properties: dict[str, Rule], *required: str, also: tuple[Check, ...] = ()) -> Shape:
    return Shape({**ALWAYS, **properties}, required, also=also)


MESSAGE = OneOf(
    {
        "text": message(
            {"text": Text(5000), "emojis": ListOf(EMOJI, 0, 20), "quoteToken": Text()},
            "text",
            also=(emojis_stand_on_dollars,),
        ),
        "textV2": message(
            {
                "text": Text(5000),
                "substitution": MapOf(SUBSTITUTION_KEY, SUBSTITUTION, 100),
                "quoteToken": Text(),
            },
            "text",
            also=(placeholders_are_filled,),
        ),
        "sticker": message(
            {"packageId": Text(), "stickerId": Text(), "quoteToken": Text()},
            "packageId",
            "stickerId",
        ),
        "image": message(
            {"originalContentUrl": MEDIA, "previewImageUrl": MEDIA},
            "originalContentUrl",
            "previewImageUrl",
        ),
        "video": message(
            {
                "originalContentUrl": MEDIA,
                "previewImageUrl": MEDIA,
                "trackingId": Text(
                    100, pattern=re.compile(r"[a-zA-Z0-9\-.=,+*()%$&;:@{}!?<>\[\]]+")
                ),
            },
            "originalContentUrl",
            "previewImageUrl",
        ),
        "audio": message(
            {"originalContentUrl": MEDIA, "duration": Integer(1)}, "originalContentUrl", "duration"
        ),
        "location": message(
            {
                "title": Text(100),
                "address": Text(100),
                "latitude": Number(-90, 90),
                "longitude": Number(-180, 180),
            },
            "title",
            "address",
            "latitude",
            "longitude",
        ),
        "imagemap": message(imagemaps.PROPERTIES, "baseUrl", "altText", "baseSize", "actions"),
        "template": message(
            {"altText": ALT_TEXT, "template": TEMPLATE_KINDS}, "altText", "template"
        ),
        "flex": message({"altText": ALT_TEXT, "contents": Anything()}, "altText", "contents"),
        "coupon": message(
            {"couponId": Text(), "deliveryTag": Text(30, pattern=re.compile(r"[A-Za-z0-9_]+"))},
            "couponId",
        ),
    }
)
MESSAGES = ListOf(MESSAGE, 1, 5)


def check_flexes(messages: list[dict[str, Any]]) -> FlexProblems | None:
    """The first of these (otherwise right) messages whose flex contents are wrong."""
    for position, each in enumerate(messages):
        if each["type"] == "flex" and (problems := flex.check_container(each["contents"])):
            return FlexProblems(position, problems)
    return None
