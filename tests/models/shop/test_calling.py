"""What is called with several group-buys open: which one is meant, and what it asks for."""

from __future__ import annotations

import pytest

from models.shop import calling
from models.shop.calling import Place
from models.shop.group_buy_records import GroupBuy, Item
from models.shop.reading import Chat, Expect, Line

DIRECT = Place(Chat.DIRECT, writer="小林")


def _offer(number: int, *names: str) -> GroupBuy:
    items = [
        Item(
            id=number * 10 + at,
            code="ABCDEFG"[at],
            name=name,
            unit="份",
            price=100,
            price_now=100,
            aliases="[]",
            options="[]",
            option_aliases="[]",
            option_prices="[]",
        )
        for at, name in enumerate(names)
    ]
    return GroupBuy(id=number, title=names[0], items=items)


MANGO, EGGS = _offer(3, "愛文芒果"), _offer(4, "放牧雞蛋", "鹹鴨蛋")


@pytest.mark.parametrize("text", ["3 +2", "3: +2", "第3團 +2", "#3 +2", "３ ＋２"])
def test_a_number_in_front_names_the_group_buy(text: str):
    understood = calling.understand(text, [MANGO, EGGS], {}, DIRECT)

    assert understood.group_buy is MANGO
    assert calling.wants(MANGO, understood.reading, []) == [(30, "", 2, "")]


def test_the_named_item_names_the_group_buy():
    understood = calling.understand("芒果+1", [MANGO, EGGS], {}, DIRECT)

    assert understood.group_buy is MANGO


@pytest.mark.parametrize("text", ["+1", "A+1"])
def test_what_several_offer_is_asked_about(text: str):
    understood = calling.understand(text, [MANGO, EGGS], {}, DIRECT)

    assert understood.group_buy is None
    assert understood.candidates


def test_what_is_changed_is_where_they_have_something():
    had = {4: [Line("B", None, 3)]}

    understood = calling.understand("改成+1", [MANGO, EGGS], had, DIRECT)

    assert understood.group_buy is EGGS
    assert calling.wants(EGGS, understood.reading, had[4]) == [(41, "", -2, "")]


def test_a_quoted_card_names_its_item():
    place = Place(Chat.GROUP, quotes=(4, "B"))

    understood = calling.understand("+1", [MANGO, EGGS], {}, place)

    assert calling.wants(EGGS, understood.reading, []) == [(41, "", 1, "")]


def test_a_cancellation_gives_up_what_is_there():
    had = {3: [Line("A", None, 2), Line("A", None, 1, "媽媽")]}

    understood = calling.understand("全部取消", [MANGO], had, DIRECT)

    assert understood.reading.expect is Expect.CANCEL
    assert calling.wants(MANGO, understood.reading, had[3]) == [
        (30, "", -2, ""),
        (30, "", -1, "媽媽"),
    ]


def test_talk_is_no_call():
    understood = calling.understand("好想吃水果喔", [MANGO, EGGS], {}, DIRECT)

    assert understood.reading.expect is Expect.NONE
    assert calling.understand("+1", [], {}, DIRECT).group_buy is None
