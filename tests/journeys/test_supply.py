"""Goods are ordered from the supplier, counted, and what is short is shared out and explained."""

from __future__ import annotations

import pytest

from bot.dispatch import sentence
from handlers.organiser.supply import NothingShort, WhichGroupBuy
from models.shop import payments, refunds
from models.shop.supply_parts import NothingToSplit
from models.shop.supply_shortages import Moved
from models.shop.supply_totals import NothingToCallFor
from tests.journeys.test_group_buys_life import news, opens
from tests.journeys.till import bill
from tests.shop import Phone, Shop

OFFER = "A 水餃 220 / B 湯圓 90 取貨12/24 管理室"


@pytest.fixture
def wang(shop: Shop) -> Phone:
    return shop.phone("老王")


@pytest.fixture
def chief(boss: Phone, mei: Phone, lin: Phone, wang: Phone) -> Phone:
    """老闆, whose members have ordered; the group-buy is closed."""
    boss.follows()
    opens(boss, OFFER)
    for phone, name, words in (
        (mei, "小美", "A+2 B+2"),
        (lin, "小林", "B+2"),
        (wang, "老王", "B+3"),
    ):
        phone.follows()
        phone.says(f"稱呼 {name}")
        phone.says(words)
        phone.says("確認")
    boss.says("/結單 1")
    boss.says("確認")
    return boss


def test_the_supplier_is_told_in_words_to_copy(chief: Phone):
    heard = chief.says("/叫貨 1")

    assert "水餃 × 2" in heard[1]["text"]
    assert "湯圓 × 7" in heard[1]["text"]
    assert "小美" not in heard
    assert "湯圓 × 7" in chief.says("/叫貨")


def test_partial_arrivals_add_up_until_all_is_there(chief: Phone):
    assert "到 0／訂 7" in chief.says("/點貨 1")

    assert "還少 4 份" in chief.says("/點貨 1 A2 B 3")
    assert "還少 1 份" in chief.says("/點貨 1 Ｂ 3")
    assert "到 6／訂 7" in chief.says("/點貨 1")
    done = chief.says("/點貨 1 B 1")
    assert "數量都對" in done
    chief.taps("通知到貨")
    assert "通知了 3 位" in chief.says("確認")


def test_a_wrong_count_is_undone_and_too_many_are_said(chief: Phone):
    assert "多了 1 份" in chief.says("/點貨 1 A 3")
    chief.says("/復原")
    assert "這次點貨取消了" in chief.says("確認")
    assert "到 0／訂 2" in chief.says("/點貨 1")
    assert "數量都對" in chief.says("/點貨 1 到齊")


def test_what_is_short_is_shared_out_and_explained_before_anybody_asks(
    shop: Shop, chief: Phone, mei: Phone, lin: Phone, wang: Phone
):
    preview = chief.says("/缺貨 B -2")
    assert "照常拿到：2 位" in preview
    assert "老王 少 3 份，留 0 份，少付 NT$270" in preview
    assert "剩 1 份" in preview
    assert "已通知：1 位" in chief.says("確認")

    told = news(shop, wang)
    assert "廠商少給 2 份" in told
    assert "沒有拿到：3 份" in told
    assert "少付 NT$270" in told
    assert "要不要先拿 1 份" in told
    assert "缺貨" not in lin.hears()
    assert "缺貨" not in mei.hears()

    taken = wang.taps("可拆單")
    assert "湯圓：1 份" in taken
    assert "NT$90" in taken
    assert "可以先給你一部分：1-4" in wang.says("可拆單")
    assert "湯圓 × 5" in chief.says("/叫貨 1")


def test_whoever_paid_gets_the_difference_back(shop: Shop, chief: Phone, wang: Phone):
    chief.says("/收款 1-3 270")
    chief.says("確認")

    chief.says("/點貨 1 A 2 B 4")
    assert "缺貨 3 份" in chief.taps("不會再來，缺貨")
    done = chief.says("確認")

    assert "要退給團友：NT$270" in done
    chief.says("/復原")
    assert "缺貨不能自動復原" in chief.says("確認")
    assert "退 NT$270" in news(shop, wang)
    assert bill(shop, "1-3").balance == -270


def test_the_goods_come_after_all(shop: Shop, chief: Phone, wang: Phone):
    chief.says("/缺貨 1 B -3")
    chief.says("確認")

    chief.says("/復原")
    assert "1 筆訂單拿回原本的份" in chief.says("確認")

    assert "補回來了" in news(shop, wang)
    assert "湯圓 × 7" in chief.says("/叫貨 1")


def test_members_who_agreed_beforehand_get_a_part(chief: Phone, wang: Phone, shop: Shop):
    assert "可以先給你一部分：1-3" in wang.says("可拆單")
    assert "老王 少 2 份，留 1 份" in chief.says("/缺貨 1 B -2")
    assert "不拆單" in wang.says("不可拆單 1-3")
    assert "老王 少 3 份，留 0 份" in chief.says("/缺貨 1 B -2")


def test_a_payment_after_the_preview_asks_again(chief: Phone, wang: Phone, shop: Shop):
    chief.says("/缺貨 1 B -3")
    with shop.sessions.begin() as session:
        found = payments.bill_of(session, "1-3")
        refunds.receive(session, found, 270, now=shop.clock(), programme=shop.programme)

    assert chief.says("確認").text == sentence(Moved(1))["text"]

    assert "湯圓 × 7" in chief.says("/叫貨 1")


def test_two_who_confirm_the_same_shortage_share_it_out_once(chief: Phone, wang: Phone):
    chief.says("/缺貨 1 B -3")
    wang.says("客服 我不要了")
    assert "缺貨分配好了" in chief.says("確認")
    assert "沒有等待確認" in chief.says("確認")


def test_where_nothing_is_to_be_done_it_says_so(boss: Phone, mei: Phone):
    boss.follows()
    mei.follows()
    assert boss.says("/叫貨").text == sentence(NothingToCallFor())["text"]
    assert boss.says("/缺貨 B -2").text == sentence(WhichGroupBuy())["text"]
    assert mei.says("可拆單").text == sentence(NothingToSplit())["text"]
    opens(boss, OFFER)
    assert "現在是「開團中」" in boss.says("/點貨 1 A 2")
    boss.says("/結單 1")
    boss.says("確認")
    assert boss.says("/缺貨 1").text == sentence(NothingShort(1))["text"]
