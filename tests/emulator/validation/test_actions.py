"""Buttons: their labels, what they say and where they lead."""

from __future__ import annotations

from typing import Any

import pytest

from tests.emulator.channel import Channel, told

FAMILY = "👨‍👩‍👧‍👦"
PICKER = {"type": "datetimepicker", "label": "生日", "data": "生日"}


def quick(action: dict[str, Any]) -> dict[str, Any]:
    items = [{"type": "action", "action": {"label": "好", **action}}]
    return {"type": "text", "text": "好", "quickReply": {"items": items}}


def confirm(action: dict[str, Any]) -> dict[str, Any]:
    template = {"type": "confirm", "text": "好？", "actions": [{"label": "好", **action}] * 2}
    return {"type": "template", "altText": "好？", "template": template}


def uri(address: str, **more: Any) -> dict[str, Any]:
    return {"type": "uri", "uri": address, **more}


RIGHT = {
    "a label of twenty": {"type": "message", "text": "好", "label": "好" * 20},
    "a family is one character": {"type": "message", "text": "好", "label": FAMILY * 20},
    "three hundred spoken": {"type": "message", "text": "好" * 300},
    "data of three hundred": {"type": "postback", "data": "d" * 300, "displayText": "好" * 300},
    "a keyboard opened": {
        "type": "postback", "data": "d", "inputOption": "openKeyboard", "fillInText": "9 +"
    },
    "https": uri("https://example.com/%E5%A5%BD"),
    "http": uri("http://example.com/"),
    "line": uri("line://app/1"),
    "tel": uri("tel:0912345678"),
    "the longest link": uri("https://e.com/" + "a" * 9986),
    "another for the desk": uri("https://e.com/", altUri={"desktop": "https://e.com/d"}),
    "a date": {**PICKER, "mode": "date", "initial": "2026-11-24", "min": "1911-01-01"},
    "a time": {**PICKER, "mode": "time", "min": "09:00", "max": "21:30"},
    "a moment": {**PICKER, "mode": "datetime", "initial": "2026-11-24t09:00"},
    "a copy": {"type": "clipboard", "clipboardText": "字" * 1000},
}  # fmt: skip
WRONG = {
    "no label": {"type": "message", "text": "好", "label": None},
    "a label of twenty-one": {"type": "message", "text": "好", "label": "好" * 21},
    "nothing spoken": {"type": "message", "text": ""},
    "too much spoken": {"type": "message", "text": "好" * 301},
    "no data": {"type": "postback"},
    "data too long": {"type": "postback", "data": "d" * 301},
    "shown and spoken": {"type": "postback", "data": "d", "displayText": "好", "text": "好"},
    "shown too long": {"type": "postback", "data": "d", "displayText": "好" * 301},
    "a script": uri("javascript:alert(1)"),
    "no scheme": uri("example.com"),
    "a space": uri("https://example.com/a b"),
    "a link too long": uri("https://e.com/" + "a" * 9987),
    "a picker without mode": PICKER,
    "a day that is none": {**PICKER, "mode": "date", "initial": "2026-02-30"},
    "a time for a day": {**PICKER, "mode": "date", "initial": "09:00"},
    "an end before the start": {
        **PICKER, "mode": "date", "min": "2026-11-25", "max": "2026-11-24"
    },
    "a copy of nothing": {"type": "clipboard", "clipboardText": ""},
    "a copy too long": {"type": "clipboard", "clipboardText": "字" * 1001},
    "an unknown act": {"type": "dance"},
    "a menu switch": {"type": "richmenuswitch", "richMenuAliasId": "a", "data": "d"},
}  # fmt: skip


@pytest.mark.parametrize("place", [quick, confirm])
@pytest.mark.parametrize("action", RIGHT.values(), ids=RIGHT)
def test_a_button_line_allows_is_accepted(place: Any, action: dict[str, Any]) -> None:
    answer = Channel().validate(place(action))

    assert answer.status == 200, told(answer)


@pytest.mark.parametrize("place", [quick, confirm])
@pytest.mark.parametrize("action", WRONG.values(), ids=WRONG)
def test_a_button_line_forbids_is_refused(place: Any, action: dict[str, Any]) -> None:
    assert Channel().validate(place(action)).status == 400


@pytest.mark.parametrize("kind", ["camera", "cameraRoll", "location"])
def test_the_camera_and_the_map_open_from_quick_replies_alone(kind: str) -> None:
    channel = Channel()

    assert channel.validate(quick({"type": kind})).status == 200
    assert channel.validate(confirm({"type": kind})).status == 400
