"""A card filled in says what it would say if it were drawn."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.texts import speaking
from bot.views import kit, membership
from bot.views.kit import Message
from bot.views.moulds import END, FIRST, SHORT, Mould
from scheduler.campaigns import birthday

WORDS = st.one_of(
    st.text(max_size=SHORT + 5),
    st.text("點數。；・，、:!? \n\u3000\U000f0001\U000fffff", max_size=6),
    st.sampled_from(["", " ", "林小美", "{name}", '"}],', "57%", "字" * 200, "👨‍👩‍👧‍👦" * 8]),
)
NAMES = (
    "width",
    "name",
    "tier",
    "available",
    "coupons",
    "pending",
    "expiring",
    "spend",
    "further",
)
USUAL = dict.fromkeys(NAMES, "一二三")


@settings(max_examples=150, deadline=None)
@given(words=st.lists(WORDS, min_size=9, max_size=9), shop=WORDS, english=st.booleans())
@example(words=["字" * SHORT] * 9, shop="團友小舖", english=False)
@example(words=["好。"] * 9, shop="團友小舖", english=False)
@example(words=[f"{chr(FIRST)}{END}"] * 9, shop="團友小舖", english=False)
def test_whatever_the_words_a_card_is_as_it_would_be_drawn(
    words: list[str], shop: str, english: bool
) -> None:
    given_words = dict(zip(NAMES, words, strict=True))
    with speaking("en" if english else "zh-TW"):
        drawn = membership._draw(shop, kit.GREEN, False, **given_words)
        assert membership._CARD(shop, kit.GREEN, False, **given_words) == drawn


@settings(max_examples=100, deadline=None)
@given(name=WORDS, given_away=st.booleans(), english=st.booleans())
def test_whatever_the_name_a_birthday_card_is_as_it_would_be_drawn(
    name: str, given_away: bool, english: bool
) -> None:
    gift = ("九折券", date(2026, 12, 31)) if given_away else None
    words = {"name": name} | ({"code": "ABCD-EFGH-JKM"} if given_away else {})
    with speaking("en" if english else "zh-TW"):
        assert birthday._CARD(gift, **words) == birthday._draw(gift, **words)


def counted() -> tuple[Mould, list[Any]]:
    """A mould of the member card, and how often it was drawn."""
    drawn: list[Any] = []

    def draw(*shape: Any, **words: str) -> Message:
        drawn.append(words)
        return membership._draw(*shape, **words)

    return Mould(draw, further=100), drawn


def test_a_card_is_drawn_once_for_all_usual_words() -> None:
    mould, drawn = counted()
    cards = [mould("小舖", kit.GREEN, False, **USUAL | {"name": f"M{n}"}) for n in range(5)]

    assert len(drawn) == 1
    assert [f"M{n}" in str(card) for n, card in enumerate(cards)] == [True] * 5


@pytest.mark.parametrize("unusual", ["", "好。", "・好", "一\n二", "字" * (SHORT + 1), " 好"])
def test_words_that_change_their_neighbours_are_drawn(unusual: str) -> None:
    mould, drawn = counted()
    mould("小舖", kit.GREEN, False, **USUAL)
    mould("小舖", kit.GREEN, False, **USUAL | {"name": unusual})

    assert len(drawn) == 2


def test_what_is_added_to_a_card_is_not_on_the_next() -> None:
    first = membership._CARD("小舖", kit.GREEN, False, **USUAL)
    kit.with_choices(first, [kit.choice("點數")])

    assert "quickReply" not in membership._CARD("小舖", kit.GREEN, False, **USUAL)


def test_where_long_words_would_be_cut_each_is_drawn() -> None:
    def draw(*, word: str) -> Message:
        return kit.card("頭", buttons=[kit.button(word)])  # labels are 20 units

    mould = Mould(draw)

    assert mould(word="字" * 25) == draw(word="字" * 25)
