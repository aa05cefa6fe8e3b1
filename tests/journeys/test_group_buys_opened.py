"""A group-buy opened: in one line, step by step, from a draft."""

import pytest

from bot.dispatch import sentence
from handlers.organiser.group_buys import NeededStep
from models.shop.drafts import ClosingOver
from tests.shop import Phone

LINE = (
    "愛文芒果5斤 450 限50箱 成團20 箱入12 12/20 21:00結單 取貨12/24 社區管理室 每人限4 10箱起430"
)


@pytest.fixture
def chief(boss: Phone) -> Phone:
    boss.follows()
    return boss


def test_one_line_shows_a_preview_and_confirming_opens_it(chief: Phone):
    preview = chief.says(f"/開團 {LINE}")

    for words in ("愛文芒果5斤", "NT$450", "剩 50 箱", "還差 20 份成團", "12/20(日) 21:00"):
        assert words in preview
    assert "社區管理室" in preview
    assert "不是整箱" in preview

    opened = chief.says("確認")

    assert "已開團：第 1 團" in opened
    assert "按鈕：+1" in opened
    assert "這個按鈕已經過期" in chief.taps("確認")


def test_a_name_and_a_price_suffice(chief: Phone):
    chief.says("/開團 愛文芒果 450")

    assert "第 1 團「愛文芒果」" in chief.says("確認")


def test_what_is_not_understood_is_named(chief: Phone):
    heard = chief.says("/開團 愛文芒果 450 好吃 又大顆")

    assert "看不懂「好吃」「又大顆」" in heard
    assert "/開團" in heard.choices
    assert "沒有等待確認" in chief.says("確認")


def test_step_by_step_comes_to_the_same(chief: Phone):
    assert "商品名稱" in chief.says("/開團")
    assert "多少錢" in chief.says("涼感T恤")
    assert chief.says("略過").text == sentence(NeededStep())["text"]
    assert "選項" in chief.says("380")
    assert "什麼時候結單" in chief.says("顏色:黑,白")
    assert "沒有「2/30」" in chief.says("2/30")
    assert "取貨" in chief.says("12/20 21:00")
    assert "才成團" in chief.says("略過")

    preview = chief.taps("20")

    assert "黑、白" in preview
    assert "還差 20 份成團" in preview
    assert "已開團" in chief.taps("確認")


def test_risky_goods_are_warned_of(chief: Phone):
    heard = chief.says("/開團 水果酒禮盒 990 明晚9點結單")

    assert "酒類" in heard
    assert "已開團" in chief.says("確認")


def test_a_preview_that_is_dropped_leaves_nothing(chief: Phone):
    chief.says("/開團 愛文芒果 450")

    assert "什麼都沒有改變" in chief.says("取消")
    assert "沒有草稿" in chief.says("/草稿")


def test_a_draft_is_kept_published_or_thrown_away(chief: Phone):
    chief.says("/開團 愛文芒果 450")
    assert "已存成草稿：1" in chief.taps("存草稿")
    chief.says("/開團 玉荷包 300 限金級以上")
    assert "金級以上" in chief.says("/開團 玉荷包 300 限金級以上")
    chief.taps("存草稿")
    assert "玉荷包" in chief.says("/草稿")

    assert "草稿「玉荷包」刪掉了" in chief.says("/刪草稿 2")
    chief.says("/草稿 1")
    assert "已開團：第 1 團" in chief.says("確認")
    assert "沒有草稿" in chief.says("/草稿")
    assert "找不到第 2 團" in chief.says("/草稿 2")
    assert "開團中" in chief.says("/刪草稿 1")


def test_a_draft_whose_time_is_over_is_not_published(chief: Phone):
    chief.says("/開團 愛文芒果 450 今晚9點結單")
    chief.taps("存草稿")
    chief.shop.clock.jump(chief.shop.clock().replace(day=26))

    assert chief.says("/草稿 1").text == sentence(ClosingOver(1))["text"]


def test_nothing_is_kept_without_a_preview(chief: Phone):
    assert "沒有等待確認" in chief.says("/存草稿")
