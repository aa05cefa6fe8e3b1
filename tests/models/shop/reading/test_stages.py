"""What each stage of reading promises, one rule at a time."""

from __future__ import annotations

import pytest

from models.shop.reading import Chat, Expect, Line, Missing, Op, numerals
from models.shop.reading.lists import reposted
from models.shop.reading.slips import near
from models.shop.reading.writing import Folded, fold
from tests.models.shop.reading.conftest import Reads


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("Ａ＋１", "a+1"),
        ("➕1️⃣", "+1"),
        ("①②", "12"),
        ("鳳梨", fold("凤梨")),
        ("拌麵", fold("拌面")),
        ("韮菜", fold("韭菜")),
        ("+ㄅㄢ箱", "+10箱"),
        ("ㄇ+ㄉ", "a+2"),
        ("ㄦㄅ", "-1"),
        ("芒果十2", "芒果+2"),
        ("二十1", "二十1"),
        ("+l", "+1"),
        ("👍🏻", " "),
        ("a\u200bb\ufe0f", "ab"),
    ],
)
def test_one_way_of_writing_stands_for_all(written: str, folded: str) -> None:
    assert fold(written) == folded


def test_a_name_is_given_back_as_it_was_written() -> None:
    folded = Folded("帮１楼小麗＋１")

    assert folded.raw(folded.text.index("小"), folded.text.index("+")) == "小麗"


@pytest.mark.parametrize(
    ("spoken", "number"),
    [
        ("一", 1),
        ("两", 2),
        ("十", 10),
        ("十二", 12),
        ("二十", 20),
        ("廿", 20),
        ("廿五", 25),
        ("一百", 100),
        ("一百二十", 120),
        ("三十六", 36),
        ("两三", None),
        ("一二三", None),
        ("十十", None),
        ("百百", None),
        ("一廿", None),
    ],
)
def test_numbers_are_understood_as_people_say_them(spoken: str, number: int | None) -> None:
    assert numerals.value(spoken) == number


@pytest.mark.parametrize(
    ("word", "known", "close"),
    [
        ("高丽采", "高丽菜", True),
        ("高菜丽", "高丽菜", True),
        ("高丽大菜", "高丽菜", True),
        ("高丽菜", "高丽菜", False),
        ("蓝梅", "蓝莓", True),
        ("苹果", "芒果", False),
        ("ab", "芒果", False),
        ("大白菜", "高丽菜", False),
        ("丽菜", "高丽菜", False),
    ],
)
def test_a_slip_resembles_what_was_meant(word: str, known: str, close: bool) -> None:
    assert near(fold(word), known) is close


@pytest.mark.parametrize(
    ("text", "is_list"),
    [
        ("1. 小美+1\n2. 阿珠+2", True),
        ("團購\n1 小美 A+1\n2 小林 B+1", True),
        ("小美+1\n小林+1", True),
        ("小美+1\n（接龍）", True),
        ("甲甲+1\n乙乙+2\n丙丙+1\n丁丁+1", True),
        ("小美+1\n阿珠+1", False),
        ("小美A+1\n我B+1", False),
        ("1. 芒果", False),
        ("+1", False),
    ],
)
def test_lists_that_go_round_are_known(text: str, is_list: bool) -> None:
    assert reposted(fold(text), "小林") is is_list


def test_a_quoted_card_names_the_item_and_quoted_chat_takes_the_meaning_away(reads: Reads) -> None:
    assert reads("+2", "cakes", quotes="B").lines == (Line("B", None, 2),)
    assert reads("C+2", "cakes", quotes="B").lines == (Line("C", None, 2),)
    assert reads("+2", "cakes", quotes="Z").missing is Missing.ITEM
    assert reads("+1", quotes_chat=True).expect is Expect.NONE
    assert reads("芒果+1", quotes_chat=True).expect is Expect.ORDER


def test_the_same_words_mean_more_in_private(reads: Reads) -> None:
    assert reads("西瓜+1").expect is Expect.NONE
    assert reads("西瓜+1", chat=Chat.DIRECT).missing is Missing.ITEM
    assert reads("12345").expect is Expect.NONE
    assert reads("12345", chat=Chat.DIRECT).missing is Missing.INTENT


def test_commands_are_those_of_whoever_recognises_them(reads: Reads) -> None:
    def recognise(text: str) -> str | None:
        return {"點數": "點數", "有什麼團": "團購"}.get(text)

    assert reads("點數", recognise=recognise, chat=Chat.DIRECT).command == "點數"
    assert reads("點數", recognise=recognise).expect is Expect.NONE
    assert reads("有什麼團", recognise=recognise).command == "團購"
    assert reads("+1", recognise=recognise).expect is Expect.ORDER


def test_what_is_swapped_keeps_its_number_and_meets_what_is_there(reads: Reads) -> None:
    had = (Line("A", None, 2), Line("B", None, 1))

    found = reads("A改B", "cakes", had)

    assert found.expect is Expect.CHANGE
    assert found.lines == (Line("A", None, 0, None, Op.SET), Line("B", None, 3, None, Op.SET))


def test_more_than_there_is_cannot_be_taken_away(reads: Reads) -> None:
    had = (Line("A", None, 2),)

    assert reads("-1", had=had).lines == (Line("A", None, -1, None, Op.DELTA),)
    assert reads("-3", had=had).missing is Missing.QUANTITY
    assert reads("-1").missing is Missing.TARGET


def test_what_is_no_longer_open_can_still_be_cancelled(reads: Reads) -> None:
    gone = (Line("Q", None, 1),)

    assert reads("取消", had=gone).expect is Expect.CANCEL
    assert reads("取消A", "cakes", gone).missing is Missing.TARGET
    assert reads("改2箱", had=gone).lines == (Line("Q", None, 2, None, Op.SET),)


@pytest.mark.parametrize("number", ["50", "99", "100", "999", "5000"])
def test_far_more_than_usual_is_asked_about(reads: Reads, number: str) -> None:
    assert reads(f"+{number}").missing is Missing.QUANTITY


def test_a_sum_is_checked_with_what_there_was_and_without(reads: Reads) -> None:
    had = (Line("A", None, 2),)

    assert reads("A+1 B+2 共3盒", "cakes").expect is Expect.ORDER
    assert reads("A+1 B+2 共2樣", "cakes").expect is Expect.ORDER
    assert reads("A+1 B+2 共5盒", "cakes").missing is Missing.QUANTITY
    assert reads("A+1 B+2 共5盒", "cakes", had).expect is Expect.ORDER
    assert reads("A+1 B+2 共860", "cakes").expect is Expect.ORDER


def test_texts_nobody_orders_with_are_none(reads: Reads) -> None:
    assert reads("").expect is Expect.NONE
    assert reads(" \n\t").expect is Expect.NONE
    assert reads("+1" + "。" * 2000).expect is Expect.NONE
    assert reads("/結單 3").expect is Expect.NONE
