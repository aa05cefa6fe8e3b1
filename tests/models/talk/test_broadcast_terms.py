"""What an organiser writes after /推播, read; texts with fields, checked before they are sent."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.base import Refusal
from models.talk import broadcast_terms, personal_fields
from models.talk.arms import arm
from models.talk.broadcast_terms import BadPart, Content, Wanted
from models.talk.broadcasts import held_back
from models.talk.personal_fields import LIMIT, Field, TooLong


def test_all_parts_of_a_line_are_read_in_any_order_and_width():
    wanted = broadcast_terms.read(
        "金級 #母嬰 ｜ {稱呼}早安 | B：{等級}好 | 團：３ | 券:回購券"
        " | 圖:https://a.tw/b.jpg | 對照：２０％ | 期限:5 天 | 目標:回訪"
    )

    assert wanted == Wanted(
        segment="金級 #母嬰",
        variants=(
            Content("{稱呼}早安", "https://a.tw/b.jpg"),
            Content("{等級}好", "https://a.tw/b.jpg"),
        ),
        goal="回訪",
        group_buy=3,
        coupon="回購券",
        held_back=20,
        days=5,
    )
    assert Wanted.of(wanted.data()) == wanted


def test_a_bar_within_the_text_stays_and_a_goal_follows_from_what_goes_along():
    assert broadcast_terms.read("全部|甲 | 乙|團:1").variants[0].text == "甲 | 乙"
    assert broadcast_terms.read("全部|甲|團:1").goal == "促購"
    assert broadcast_terms.read("全部|甲|券:生日券").goal == "回訪"
    assert broadcast_terms.read("全部|甲").goal == "通知"


@pytest.mark.parametrize("part", ["對照:51", "期限:0天", "圖:http://a.tw/b.jpg", "目標:", "券:"])
def test_a_part_that_cannot_be_is_refused_with_its_form(part: str):
    with pytest.raises(BadPart) as refused:
        broadcast_terms.read(f"全部 | 甲 | {part}")

    assert part.partition(":")[0] in str(refused.value)


@given(st.text(max_size=200))
@settings(max_examples=200)
def test_whatever_is_written_is_read_or_refused_in_a_sentence(said: str):
    try:
        wanted = broadcast_terms.read(said)
    except Refusal:
        return

    assert Wanted.of(wanted.data()) == wanted


@given(st.text(alphabet="字a😀{}稱呼點數等級 ", max_size=60), st.text(max_size=100))
def test_what_was_checked_fits_whoever_reads_it(text: str, name: str):
    values = {Field.NAME: name[:100], Field.POINTS: "9,999,999", Field.TIER: "級" * 20}
    try:
        personal_fields.check(text)
    except Refusal:
        return

    assert personal_fields.units(personal_fields.filled(text, values)) <= LIMIT


def test_the_longest_text_is_counted_with_its_fields_filled_in():
    personal_fields.check("😀" * 2500)
    personal_fields.check("字" * (LIMIT - 200) + "{稱呼}")

    with pytest.raises(TooLong):
        personal_fields.check("字" * (LIMIT - 199) + "{稱呼}")


def test_a_name_nobody_knows_is_a_friend():
    assert personal_fields.filled("{稱呼}好 {點數}", {Field.POINTS: "0"}) == "團友好 0"


def test_members_keep_their_side_and_sides_are_shared_out_as_asked():
    sides = [arm(7, member, held_back=10, variants=2) for member in range(1, 10_001)]

    assert sides == [arm(7, member, held_back=10, variants=2) for member in range(1, 10_001)]
    assert 880 < sides.count(None) < 1_120
    assert abs(sides.count(0) - sides.count(1)) < 400
    assert sides != [arm(8, member, held_back=10, variants=2) for member in range(1, 10_001)]


def test_nobody_is_held_back_where_it_would_say_nothing():
    wanted = Wanted("全部", (Content("甲"),), "通知")

    assert (held_back(wanted, 199), held_back(wanted, 200)) == (0, 10)
    assert held_back(Wanted("全部", (Content("甲"),), "通知", held_back=30), 5) == 30
