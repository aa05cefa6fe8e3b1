"""Options and items changed while a group-buy runs: added, renamed with their orders, refused."""

from __future__ import annotations

from bot.dispatch import sentence
from models.shop import group_buys
from models.shop.changing_items import NOT_ALONE, ItemOrdered
from models.shop.changing_options import (
    AxisOrdered,
    NoSuchOption,
    OptionExists,
    OptionOrdered,
    WhichAxis,
)
from models.shop.changing_words import BadOptions
from models.shop.group_buy_terms import ItemTerms
from models.shop.opening_items import TWICE, BadTerms
from models.shop.shares import OptionGone
from tests.journeys.open_shop import TEA, buys, opens
from tests.shop import Heard, Phone, Shop

SHIRT = ItemTerms("A", "社區T恤", 380, unit="件", options=(("尺寸", ("S", "M", "L")),))


def refused(heard: Heard, refusal: Exception) -> bool:
    return heard.text == sentence(refusal)["text"]  # type: ignore[arg-type]


def test_options_come_and_go_while_people_order(shop: Shop, mei: Phone, lin: Phone, boss: Phone):
    boss.follows()
    number = opens(shop, SHIRT)
    buys(mei, "L +2")
    lin.says("S +1")  # quoted, not yet confirmed

    assert "選項 A 加了 XL（NT$420）" in boss.says(f"/改團 {number} 選項 加 XL 420元")
    assert "NT$420" in buys(shop.phone("阿珠"), "XL +1")
    assert "選項 A 刪掉 S" in boss.says(f"/改團 {number} 刪選項 S")
    assert refused(lin.taps("確認"), OptionGone("社區T恤", "S"))
    with shop.sessions() as session:
        item = group_buys.find(session, number).items[0]
        assert item.taken == 3
        many = OptionOrdered(item, "L", 2)
        none, there = NoSuchOption(item, "S"), OptionExists(item, "M")
        axis = AxisOrdered(item, "顏色")
    heard = boss.says(f"/改團 {number} 選項 刪 L")
    assert refused(heard, many)
    assert heard.choices == [f"/訂單 {number}"]
    assert refused(boss.says(f"/改團 {number} 選項 刪 S"), none)
    assert refused(boss.says(f"/改團 {number} 選項 加 M"), there)
    assert refused(boss.says(f"/改團 {number} 選項 加 顏色:黑,白"), axis)
    assert refused(boss.says(f"/改團 {number} 選項 隨便"), BadOptions("選項 隨便"))

    assert "「L」改名「大號」" in boss.says(f"/改團 {number} 選項 改 L 大號")
    assert "社區T恤 大號" in mei.says("我的訂單")
    assert "社區T恤 大號：3 件" in buys(mei, "大號 +1")
    boss.says("/復原")
    boss.says("確認")
    assert "社區T恤 L" in mei.says("我的訂單")


def test_what_was_taken_away_comes_back_where_it_was(shop: Shop, boss: Phone):
    boss.follows()
    number = opens(shop, TEA)
    with shop.sessions() as session:
        before = group_buys.find(session, number).items[0].options
        which = WhichAxis(group_buys.find(session, number).items[0], "微糖")
    assert refused(boss.says(f"/改團 {number} 選項 加 微糖"), which)
    boss.says(f"/改團 {number} 選項 加 甜度:微糖")
    boss.says("/復原")
    boss.says("確認")
    boss.says(f"/改團 {number} 選項 刪 半糖")
    with shop.sessions() as session:
        assert "半糖" not in group_buys.find(session, number).items[0].options
    boss.says("/復原")
    boss.says("確認")
    with shop.sessions() as session:
        assert group_buys.find(session, number).items[0].options == before


def test_a_further_item_is_put_on_sale_and_off_again(shop: Shop, mei: Phone, boss: Phone):
    boss.follows()
    number = opens(shop)
    twice = BadTerms(TWICE, name="愛文芒果")
    assert refused(boss.says(f"/改團 {number} 加商品 愛文芒果 450"), twice)
    alone = BadTerms(NOT_ALONE)
    assert refused(boss.says(f"/改團 {number} 加商品 玉米水餃 250 成團20"), alone)

    assert "加商品 B 玉米水餃 NT$250" in boss.says(f"/改團 {number} 加商品 玉米水餃 250 限20包")
    boss.says("/復原")
    assert "拿掉了 玉米水餃" in boss.says("確認")
    boss.says(f"/改團 {number} 加商品 玉米水餃 250 限20包")
    assert "NT$500" in buys(mei, "B +2")
    boss.says("/復原")
    assert refused(boss.says("確認"), ItemOrdered("玉米水餃"))
    assert "玉米水餃" in mei.says("我的訂單")
