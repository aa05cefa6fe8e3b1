"""Pasted comments cut into who said what, without a database."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.shop import pasting
from models.talk import risky_words
from models.talk.risky_words import Risk


def orders(said: str) -> bool:
    return bool(re.fullmatch(r"[A-Za-z]?\s?[+-]\d+", said.strip()))


def cut(text: str) -> list[tuple[str, str]]:
    return [(each.name, each.said) for each in pasting.comments(text, orders)]


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("小美：+1\n小林: A+2", [("小美", "+1"), ("小林", "A+2")]),
        ("小美 +1\n@小林 A+2", [("小美", "+1"), ("小林", "A+2")]),
        ("1. 小美 +1\n2. 小林 +2", [("小美", "+1"), ("小林", "+2")]),
        ("18:05 小美 +1\n下午 6:07 小林 A+2", [("小美", "+1"), ("小林", "A+2")]),
        ("小美\n+1\n3小時 讚 回覆\n小林\nA+2\n已編輯", [("小美", "+1"), ("小林", "A+2")]),
        ("小美\t+1", [("小美", "+1")]),
        ("+1", [("", "+1")]),
        (
            "今天有開團喔大家可以喊單了喔請把握機會",
            [("", "今天有開團喔大家可以喊單了喔請把握機會")],
        ),
        ("小美\n小林\n+2", [("", "小美"), ("小林", "+2")]),
        ("讚\n回覆\n5小時", []),
    ],
)
def test_comments_are_cut_as_people_copy_them(text: str, rows: list[tuple[str, str]]):
    assert cut(text) == rows


@given(
    st.lists(st.sampled_from(["小美：+1", "小林 A+2", "阿婆", "+3", "讚", "3小時", "好喔", ""]))
)
@settings(max_examples=100)
def test_no_line_is_lost(lines: list[str]):
    found = pasting.comments("\n".join(lines), orders)

    said = "".join(each.line for each in found)
    assert all(line in said for line in lines if line not in ("", "讚", "3小時"))


@given(st.text(max_size=80))
@settings(max_examples=100)
def test_anything_may_be_pasted(text: str):
    for each in pasting.comments(text, orders):
        assert each.line
        assert each.said
        assert len(each.digest) == 40


def test_the_same_words_of_two_people_are_two_comments():
    [first, second] = pasting.comments("小美：+1\n小林：+1", orders)

    assert first.digest != second.digest


def test_risky_words_are_found_but_not_where_they_are_harmless():
    assert risky_words.found("法國 紅 酒禮盒") == [(Risk.ALCOHOL, "紅酒")]
    assert risky_words.risks(["隱形眼鏡", "改善睡眠、預防感冒"]) == {
        Risk.LENSES: ["隱形眼鏡"],
        Risk.HEALTH: ["改善", "預防"],
    }
    assert risky_words.found("無酒精啤酒風味") == [(Risk.ALCOHOL, "啤酒")]
    assert risky_words.found("愛文芒果") == []
