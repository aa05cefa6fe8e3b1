"""Rich menus and batches at the edge of their limits."""

from __future__ import annotations

from typing import Any

import pytest

from tests.emulator.channel import Channel, told
from tests.emulator.pictures import MENU

AREA = MENU["areas"][0]  # type: ignore[index]


def menu(**more: Any) -> dict[str, Any]:
    return {**MENU, **more}


RIGHT = {
    "the usual one": MENU,
    "the smallest": menu(size={"width": 800, "height": 250}),
    "exactly wide enough": menu(size={"width": 1450, "height": 1000}),
    "twenty areas": menu(areas=[AREA] * 20),
    "names of the longest": menu(name="名" * 300, chatBarText="選" * 14),
    "a switch": menu(
        areas=[
            {
                **AREA,
                "action": {"type": "richmenuswitch", "richMenuAliasId": "b", "data": "d"},
            }
        ]
    ),
}
WRONG = {
    "too narrow": menu(size={"width": 799, "height": 250}),
    "too wide": menu(size={"width": 2501, "height": 843}),
    "too low": menu(size={"width": 800, "height": 249}),
    "too high for its width": menu(size={"width": 1449, "height": 1000}),
    "twenty-one areas": menu(areas=[AREA] * 21),
    "a name too long": menu(name="名" * 301),
    "words on the bar too long": menu(chatBarText="選" * 15),
    "no words on the bar": menu(chatBarText=""),
    "no place": menu(areas=[{"action": AREA["action"]}]),
    "an empty place": menu(areas=[{**AREA, "bounds": {"x": 0, "y": 0, "width": 0, "height": 1}}]),
    "the camera": menu(areas=[{**AREA, "action": {"type": "camera", "label": "拍"}}]),
    "nothing": {},
}
BATCHES = {
    "link": ([{"type": "link", "from": "a", "to": "b"}], 200),
    "unlink": ([{"type": "unlink", "from": "a"}], 200),
    "everybody": ([{"type": "unlinkAll"}], 200),
    "everybody and more": ([{"type": "unlinkAll"}, {"type": "unlink", "from": "a"}], 400),
    "one menu twice": ([{"type": "unlink", "from": "a"}] * 2, 400),
    "nowhere": ([{"type": "link", "from": "a"}], 400),
    "nothing": ([], 400),
}


@pytest.mark.parametrize("body", RIGHT.values(), ids=RIGHT)
def test_a_menu_at_its_limit_is_accepted(body: dict[str, Any]) -> None:
    answer = Channel().ask("POST", "/v2/bot/richmenu/validate", body)

    assert answer.status == 200, told(answer)


@pytest.mark.parametrize("body", WRONG.values(), ids=WRONG)
def test_a_menu_beyond_its_limit_is_refused(body: dict[str, Any]) -> None:
    assert Channel().ask("POST", "/v2/bot/richmenu/validate", body).status == 400


@pytest.mark.parametrize(("operations", "status"), BATCHES.values(), ids=BATCHES)
def test_a_batch_is_checked_beforehand(operations: list[Any], status: int) -> None:
    answer = Channel().ask("POST", "/v2/bot/richmenu/validate/batch", {"operations": operations})

    assert answer.status == status, told(answer)
