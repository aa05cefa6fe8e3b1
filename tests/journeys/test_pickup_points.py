"""Where goods are fetched, and by whom: points, proxies, and the code."""

from __future__ import annotations

import pytest

from bot.dispatch import sentence
from bot.router import BadUsage
from handlers.member.pickups import WhoFetches
from handlers.organiser.pickup_points import USAGE
from models.shop.pickup_points import CannotMove, NoSuchPoint, NothingToFetch, PointExists
from tests.journeys.test_pickups import comes
from tests.journeys.till import arrives, bill, calls, opens
from tests.shop import Phone, Shop


@pytest.fixture
def order(shop: Shop, mei: Phone, boss: Phone) -> str:
    """小美 has called two mangoes of a group-buy that has two places."""
    arrives(mei, "小美")
    boss.follows()
    boss.says("/取貨點 新增 管理室 中正路1號 每天 18:00-21:00")
    boss.says("/取貨點 新增 全家店 民生路20號")
    number = opens(shop, pickup="門口")
    boss.says(f"/取貨點 {number} 管理室 全家店")
    return calls(shop, mei, number, 2)


def test_places_are_added_listed_and_closed(boss: Phone, order: str):
    listed = boss.says("/取貨點")
    assert "管理室。中正路1號。每天 18:00-21:00" in listed.text.replace("；", "。")
    assert boss.says("/取貨點 新增 管理室").text == sentence(PointExists("管理室"))["text"]
    assert boss.says("/取貨點 新增").text == sentence(BadUsage(USAGE))["text"]
    assert "民生路" not in boss.says("/取貨點 刪除 全家店")
    assert boss.says("/取貨點 刪除 全家店").text == sentence(NoSuchPoint("全家店"))["text"]
    boss.says("/復原")
    assert "民生路" in boss.says("確認")


def test_a_member_chooses_a_place_until_it_has_arrived(
    shop: Shop, mei: Phone, boss: Phone, order: str
):
    asked = mei.says("可以換取貨點嗎")
    assert "管理室" in asked
    assert "民生路20號" in asked
    assert mei.says("換取貨點 月球").text == sentence(NoSuchPoint("月球"))["text"]

    assert "取貨點換好了" in mei.taps("全家店")

    assert bill(shop, order).point == "全家店"
    assert "地點：全家店" in mei.says("在哪拿")
    assert "全家店" in boss.says("/分貨單 1")
    comes(shop, boss, 1)
    assert sentence(CannotMove())["text"] in mei.says("換取貨點 管理室")
    assert "現在是「已到貨」" in boss.says("/取貨點 1 管理室")
    assert "民生路20號" in mei.says("取貨碼")


def test_a_place_that_is_not_offered_any_more_chooses_nobody(
    shop: Shop, mei: Phone, boss: Phone, order: str
):
    mei.says("換取貨點 全家店")

    boss.says("/取貨點 1 管理室")

    assert bill(shop, order).point == ""
    assert "地點：管理室" in mei.says("什麼時候拿")


def test_somebody_else_fetches_it(shop: Shop, mei: Phone, lin: Phone, boss: Phone, order: str):
    arrives(lin, "小林")
    assert "誰幫你取貨" in mei.says("可以請朋友代領嗎")
    assert mei.says("小" * 21).text == sentence(WhoFetches())["text"]
    assert "由 小林 代領" in mei.says("小林")
    comes(shop, boss, 1)

    assert "代領人：小林" in boss.says("/取貨 小美")
    assert "代領 小美" in boss.says("/取貨 小林").choices
    assert "改回自己取貨" in mei.says("代領 自己")
    assert "代領" not in boss.says("/取貨 小美")


def test_somebody_may_fetch_one_order_alone(shop: Shop, mei: Phone, order: str):
    calls(shop, mei, opens(shop), 1)

    assert "1 筆訂單由 阿珠 代領" in mei.says(f"代領 {order} 阿珠")
    assert bill(shop, order).proxy == "阿珠"
    assert bill(shop, "2-1").proxy == ""
    assert "誰幫你取貨" in mei.says("代領 2-1")
    assert "1 筆訂單由 小林 代領" in mei.says("小林")
    assert "找不到你的訂單 9-9" in mei.says("代領 9-9 阿珠")
    assert bill(shop, order).proxy == "阿珠"


def test_the_code_is_shown_once_it_has_arrived(shop: Shop, mei: Phone, boss: Phone, order: str):
    assert "還沒到貨" in mei.says("取貨碼")
    comes(shop, boss, 1)

    shown = mei.says("取貨碼")

    assert f"取貨碼；{bill(shop, order).pickup_code}" in shown
    assert "最晚：11/27(五)" in shown
    assert "取貨時付：NT$900" in shown
    boss.says(f"/取貨 {order}")
    boss.says("確認")
    assert mei.says("取貨碼").text == sentence(NothingToFetch())["text"]


def test_who_has_nothing_to_fetch_is_led_on(mei: Phone):
    mei.follows()

    assert mei.says("代領 小林").text == sentence(NothingToFetch())["text"]
    assert mei.says("換取貨點").text == sentence(CannotMove())["text"]
