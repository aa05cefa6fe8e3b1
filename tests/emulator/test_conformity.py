"""The emulator against LINE's own description of its interface, when that is at hand.

Without it the built-in cases run alone: no test here is ever skipped.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest

from emulator.api.registry import find
from emulator.rates import BY_OPERATION
from emulator.validation import flex
from tests.emulator import described
from tests.emulator.channel import MEI, Channel, told
from tests.emulator.generated import Maker

TEXT = {"type": "text", "text": "你好"}
BUBBLE = {
    "type": "bubble",
    "body": {"type": "box", "layout": "vertical", "contents": [{"type": "text", "text": "好"}]},
}
FLEX = {"type": "flex", "altText": "卡片", "contents": BUBBLE}
RIGHT: list[tuple[str, Any]] = [
    ("a text", TEXT),
    ("a sticker", {"type": "sticker", "packageId": "446", "stickerId": "1988"}),
    ("a card", FLEX),
    ("cards", {**FLEX, "contents": {"type": "carousel", "contents": [BUBBLE, BUBBLE]}}),
]
WRONG: list[tuple[str, Any]] = [
    ("no object", "text"),
    ("no type", {"text": "你好"}),
    ("an unknown type", {"type": "letter", "text": "你好"}),
    ("a text without text", {"type": "text"}),
    ("a text that is a number", {"type": "text", "text": 5}),
    ("a card without words", {"type": "flex", "contents": BUBBLE}),
    ("an empty card", {**FLEX, "contents": {"type": "bubble"}}),
    ("a misspelt card", {**FLEX, "contents": {**BUBBLE, "boddy": BUBBLE["body"]}}),
]


def template(each: dict[str, Any]) -> dict[str, Any]:
    return {"type": "template", "altText": "選單", "template": each}


def card(component: dict[str, Any]) -> dict[str, Any]:
    """A component where it may stand, in a message."""
    kind = component["type"]
    if kind == "video":
        return {**FLEX, "contents": {"type": "bubble", "size": "mega", "hero": component}}
    if kind == "span":
        component = {"type": "text", "contents": [component]}
    layout = "baseline" if kind == "icon" else "vertical"
    body = {"type": "box", "layout": layout, "contents": [component]}
    return {**FLEX, "contents": {"type": "bubble", "body": body}}


def quick_reply(action: dict[str, Any]) -> dict[str, Any]:
    return {**TEXT, "quickReply": {"items": [{"type": "action", "action": action}]}}


def generated() -> Iterator[tuple[str, Any, list[tuple[str, Any]]]]:
    """Messages from LINE's description: a name, a right one, and wrong ones."""
    description = described.messaging()
    if description is None:
        return
    maker = Maker(
        description,
        hero="image",
        altContent="image",
        contents="text",
        body="box",
        header="box",
        footer="box",
        action="uri",
        actions="uri",
        defaultAction="uri",
    )
    message = {"$ref": "#/components/schemas/Message"}
    for kind in description.kinds(message):
        whole = maker.whole(message, kind)
        yield kind, whole, list(maker.each_wrong(whole))
    for name, wrap in (("Template", template), ("FlexComponent", card), ("Action", quick_reply)):
        schema = {"$ref": f"#/components/schemas/{name}"}
        for kind in description.kinds(schema):
            if kind == "richmenuswitch":
                continue
            maker.twice = kind == "confirm"
            whole = maker.whole(schema, kind)
            # an unknown type is tried above, where the wrapper does not look at it
            wrongs = [
                each for each in maker.each_wrong(whole) if not each.what.startswith("type ")
            ]
            yield f"{name} {kind}", wrap(whole), [(what, wrap(value)) for what, value in wrongs]


CASES = list(generated())


@pytest.mark.parametrize(
    "message",
    [
        pytest.param(message, id=name)
        for name, message in (*RIGHT, *((name, right) for name, right, _ in CASES))
    ],
)
def test_what_line_describes_is_accepted(message: Any) -> None:
    answer = Channel().validate(message)

    assert answer.status == 200, (message, told(answer))


@pytest.mark.parametrize(
    "messages",
    [
        pytest.param(wrongs, id=name)
        for name, wrongs in (("built in", WRONG), *((name, wrongs) for name, _, wrongs in CASES))
    ],
)
def test_what_line_forbids_is_refused(messages: list[tuple[str, Any]]) -> None:
    channel = Channel()

    accepted = [what for what, message in messages if channel.validate(message).status != 400]

    assert messages
    assert not accepted


BODIES = {
    "RichMenuRequest": "/v2/bot/richmenu/validate",
    "RichMenuBatchRequest": "/v2/bot/richmenu/validate/batch",
    "CouponCreateRequest": "/v2/bot/coupon",
    "PushMessageRequest": "/v2/bot/message/push",
    "MulticastRequest": "/v2/bot/message/multicast",
    "BroadcastRequest": "/v2/bot/message/broadcast",
    "ValidateMessageRequest": "/v2/bot/message/validate/reply",
    "ShowLoadingAnimationRequest": "/v2/bot/chat/loading/start",
}


def bodies() -> Iterator[tuple[str, str, Any, list[Any]]]:
    """Request bodies from LINE's description: a name, a path, a right one, wrong ones."""
    description = described.messaging()
    if description is None:
        right = {"to": MEI, "messages": [TEXT]}
        yield "push", BODIES["PushMessageRequest"], right, [{"to": MEI}, {**right, "messages": []}]
        return
    for name, path in BODIES.items():
        maker = Maker(description, action="uri", messages="text", acquisitionCondition="lottery")
        right = maker.whole({"$ref": f"#/components/schemas/{name}"})
        yield name, path, right, list(maker.each_wrong(right))


REQUESTS = list(bodies())


@pytest.mark.parametrize(
    ("path", "body"), [pytest.param(path, right, id=name) for name, path, right, _ in REQUESTS]
)
def test_a_request_as_line_describes_it_is_accepted(path: str, body: Any) -> None:
    answer = Channel(quota=None).ask("POST", path, body)

    assert answer.status in (200, 202), told(answer)


@pytest.mark.parametrize(
    ("path", "wrongs"), [pytest.param(path, wrong, id=name) for name, path, _, wrong in REQUESTS]
)
def test_a_request_line_forbids_is_refused(path: str, wrongs: list[Any]) -> None:
    channel = Channel(quota=None)
    channel.platform.rates.enabled = False

    bodies = [each if isinstance(each, dict) else each.value for each in wrongs]
    accepted = [
        each
        for each, body in zip(wrongs, bodies, strict=True)
        if channel.ask("POST", path, body).status != 400
    ]

    assert wrongs
    assert not accepted


def test_every_flex_component_has_the_properties_line_describes() -> None:
    description = described.messaging()
    if description is None:
        described_components = {"separator": {"type", "margin", "color"}}
    else:
        components = description.kinds({"$ref": "#/components/schemas/FlexComponent"})
        described_components = {kind: set(each["properties"]) for kind, each in components.items()}
        described_components |= {
            "bubble": set(description.resolve(description.schemas["FlexBubble"])["properties"])
        }
    ours = {**flex.COMPONENTS, "span": flex.SPAN, "video": flex.VIDEO, "bubble": flex.BUBBLE}

    for kind, properties in described_components.items():
        assert set(ours[kind].properties) == properties, kind  # type: ignore[attr-defined]


def test_every_path_line_describes_is_answered() -> None:
    description = described.messaging()
    paths = description.paths if description else {"/v2/bot/message/push": {"post": {}}}
    wanted = [
        (method.upper(), re.sub(r"\{\w+\}", "x", path), operation)
        for path, each in paths.items()
        for method, operation in each.items()
        if method in ("get", "post", "put", "delete")
    ]

    unanswered = [(method, path) for method, path, _ in wanted if find(method, path) is None]

    assert not unanswered
    assert [
        (method, path, each.get("operationId"))
        for method, path, each in wanted
        if (found := find(method, path)) and found[0].data != ("servers" in each)
    ] == []


def test_every_rate_line_publishes_is_kept() -> None:
    published = described.rate_limits() or {
        "limits": [{"requests": 3, "per": "hour", "operations": ["richMenuBatch"]}]
    }
    seconds = {"second": 1, "minute": 60, "hour": 3600}

    for limit in published["limits"]:
        for name in limit["operations"]:
            if name in BY_OPERATION:
                assert BY_OPERATION[name] == (limit["requests"], seconds[limit["per"]]), name
    names = {name for limit in published["limits"] for name in limit["operations"]}
    if len(published["limits"]) > 1:
        assert set(BY_OPERATION) <= names
