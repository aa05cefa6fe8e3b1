"""Slots: parted by an organiser, chosen after arrival, changed, full, and at the door."""

from __future__ import annotations

from bot.dispatch import sentence
from models.shop.pickup_slot_words import BadSlots
from models.shop.pickup_slots import NoSlots, NoSuchSlot, SlotFull, SlotTaken
from tests.journeys.test_pickups import comes
from tests.journeys.till import arrives, calls, opens
from tests.shop import Phone, Shop


def test_slots_are_chosen_after_arrival_and_fill_up(
    shop: Shop, mei: Phone, lin: Phone, boss: Phone
):
    boss.follows()
    number = opens(shop, pickup="管理室")
    zhu = shop.phone("阿珠")
    for phone, name in ((mei, "小美"), (lin, "小林"), (zhu, "阿珠")):
        arrives(phone, name)
        calls(shop, phone, number, 1)
    assert "沒有分取貨時段" in boss.says(f"/取貨時段 {number}")
    bad = boss.says(f"/取貨時段 {number} 傍晚 六點半左右")
    assert bad.text == sentence(BadSlots("傍晚 六點半左右"))["text"]
    shown = boss.says(f"/取貨時段 {number} 18:00-19:00x1 19:00-20:00x2")
    assert "18:00-19:00：0／1 筆" in shown
    assert mei.says("取貨時段").text == sentence(NoSlots())["text"]

    comes(shop, boss, number)
    assert "選取貨時段" in str(mei.hears())
    assert "取貨時段：還沒有選" in mei.says("我的訂單")
    assert "18:00-19:00：還有 1 個名額" in mei.says("取貨時段")
    assert "取貨時段選好了" in mei.taps("18:00-19:00")
    assert "取貨時段：18:00-19:00" in mei.says("我的訂單")
    lin.says("我的訂單")  # what waited for a reply rides on this one
    assert lin.says("取貨時段 17:00").text == sentence(NoSuchSlot("17:00"))["text"]
    full = lin.says("取貨時段 18:00-19:00")
    assert full.text == sentence(SlotFull("18:00-19:00", ["19:00-20:00"]))["text"]
    assert "時段：19:00-20:00" in lin.taps("19:00-20:00")

    # at the door those come first who come first, and who chose nothing comes last
    door = str(boss.says(f"/分貨單 {number}"))
    assert door.index("小美") < door.index("小林") < door.index("阿珠")
    assert "18:00-19:00" in door
    taken = boss.says(f"/取貨時段 {number} 19:00-20:00x2")
    assert taken.text == sentence(SlotTaken("18:00-19:00", 1, number))["text"]

    # changed until it is fetched: the place is free again at once, also of who cancels
    assert "時段：19:00-20:00" in mei.says("取貨時段 19:00")
    assert "時段：18:00-19:00" in lin.says("取貨時段 18:00")
    boss.says(f"/取貨 {number}-2")
    boss.says("確認")
    assert "還有 0" not in lin.says("取貨時段")
    assert lin.says("取貨時段 19:00").text == sentence(NoSlots())["text"]
    assert "時段：19:00-20:00" in mei.says("取貨碼")

    # another day is sorted before the hours, and what was before comes back
    boss.says(f"/取貨時段 {number} 18:00-19:00x9 19:00-20:00x9 12/25 10:00-12:00x5")
    assert "12/25(五) 10:00-12:00" in zhu.says("取貨時段")
    boss.says("/復原")
    assert "18:00-19:00：1／1 筆" in boss.says("確認")


def test_slots_of_a_place_are_for_those_who_fetch_there(shop: Shop, mei: Phone, boss: Phone):
    boss.follows()
    arrives(mei, "小美")
    boss.says("/取貨點 新增 管理室 中正路1號")
    boss.says("/取貨點 新增 全家店 民生路20號")
    number = opens(shop, pickup="管理室")
    boss.says(f"/取貨點 {number} 管理室 全家店")
    calls(shop, mei, number, 1)
    mei.says("換取貨點 全家店")
    boss.says(f"/取貨時段 {number} 管理室 18:00-19:00")
    boss.says(f"/取貨時段 {number} 全家店 20:00-21:00x3")
    comes(shop, boss, number)

    seen = mei.says("取貨時段")
    assert "20:00-21:00" in seen
    assert "18:00-19:00" not in seen
    assert "0／3 筆" in boss.says(f"/取貨時段 {number}")
    assert "18:00" not in boss.says(f"/取貨時段 {number} 管理室 取消")
