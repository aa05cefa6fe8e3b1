"""A few shops' offers, and a reader of what is written to them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from models.shop.reading import Chat, Item, Line, Reading, Setting, read

Reads = Callable[..., Reading]
ONE = "mango"
OFFERS: dict[str, tuple[Item, ...]] = {
    ONE: (Item("A", "愛文芒果 5斤", "箱", 450, ("芒果", "愛文")),),
    "cakes": (
        Item("A", "芋頭酥 6入", "盒", 300, ("芋頭酥",)),
        Item("B", "綠豆椪 6入", "盒", 280, ("綠豆椪",)),
        Item("C", "鳳梨酥 12入", "盒", 360, ("鳳梨酥",)),
    ),
    "shirts": (
        Item(
            "A",
            "棉質上衣",
            "件",
            390,
            ("上衣",),
            (("顏色", ("黑", "白", "灰")), ("尺寸", ("S", "M", "L", "2XL"))),
            (("2XL", ("2L", "XXL")),),
        ),
    ),
    "paper": (
        Item("1", "衛生紙 72包", "箱", 799, ("衛生紙",)),
        Item("2", "廚房紙巾 12捲", "箱", 599, ("廚房紙巾",)),
    ),
}


@pytest.fixture
def reads() -> Reads:
    """How a text reads in the group where one of `OFFERS` is open."""

    def reading(text: str, offers: str = ONE, had: tuple[Line, ...] = (), **more: Any) -> Reading:
        names = frozenset({"小美", "阿珠"})
        known = {"chat": Chat.GROUP, "writer": "小林", "names": names, **more}
        return read(text, Setting(OFFERS[offers], had=had, **known))

    return reading
