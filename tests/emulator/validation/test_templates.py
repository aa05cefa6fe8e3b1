"""Template messages at the edge of their limits."""

from __future__ import annotations

from typing import Any

import pytest

from tests.emulator.channel import Channel, told

PICTURE = "https://example.com/1.png"
TAP = {"type": "message", "label": "好", "text": "好"}
FAMILY = "👨‍👩‍👧‍👦"


def template(kind: str, **more: Any) -> dict[str, Any]:
    return {"type": "template", "altText": "選單", "template": {"type": kind, **more}}


def buttons(actions: int = 1, **more: Any) -> dict[str, Any]:
    return template("buttons", **{"text": "好", "actions": [TAP] * actions, **more})


def column(actions: int = 1, **more: Any) -> dict[str, Any]:
    return {"text": "好", "actions": [TAP] * actions, **more}


def carousel(*columns: dict[str, Any]) -> dict[str, Any]:
    return template("carousel", columns=list(columns))


def pictures(number: int, label: str | None = None) -> dict[str, Any]:
    each = {"imageUrl": PICTURE, "action": {**TAP, "label": label}}
    return template("image_carousel", columns=[each] * number)


RIGHT = {
    "four buttons": buttons(4),
    "a text of 160": buttons(text="字" * 160),
    "families of 160": buttons(text=FAMILY * 160),
    "a text of 60 beside a title": buttons(text="字" * 60, title="字" * 40),
    "a picture": buttons(thumbnailImageUrl=PICTURE, imageBackgroundColor="#FFFFFF"),
    "a question of 240": template("confirm", text="字" * 240, actions=[TAP] * 2),
    "ten columns": carousel(*[column(3)] * 10),
    "a column of 120": carousel(column(text="字" * 120)),
    "ten pictures": pictures(10),
    "a label of twelve": pictures(1, "好" * 12),
}
WRONG = {
    "no button": buttons(0),
    "five buttons": buttons(5),
    "a text of 161": buttons(text="字" * 161),
    "a text of 61 beside a title": buttons(text="字" * 61, title="好"),
    "a text of 61 beside a picture": buttons(text="字" * 61, thumbnailImageUrl=PICTURE),
    "a title of 41": buttons(title="字" * 41),
    "a colour with transparency": buttons(imageBackgroundColor="#FFFFFF80"),
    "a round picture": buttons(imageAspectRatio="round"),
    "one answer": template("confirm", text="好？", actions=[TAP]),
    "three answers": template("confirm", text="好？", actions=[TAP] * 3),
    "a question of 241": template("confirm", text="字" * 241, actions=[TAP] * 2),
    "no column": carousel(),
    "eleven columns": carousel(*[column()] * 11),
    "a column of four buttons": carousel(column(4)),
    "columns that differ": carousel(column(1), column(2)),
    "a column of 121": carousel(column(text="字" * 121)),
    "a column of 61 beside a title": carousel(column(text="字" * 61, title="好")),
    "eleven pictures": pictures(11),
    "a label of thirteen": pictures(1, "好" * 13),
    "an unknown template": template("poster", text="好"),
}


@pytest.mark.parametrize("message", RIGHT.values(), ids=RIGHT)
def test_a_template_at_its_limit_is_accepted(message: dict[str, Any]) -> None:
    answer = Channel().validate(message)

    assert answer.status == 200, told(answer)


@pytest.mark.parametrize("message", WRONG.values(), ids=WRONG)
def test_a_template_beyond_its_limit_is_refused(message: dict[str, Any]) -> None:
    assert Channel().validate(message).status == 400
