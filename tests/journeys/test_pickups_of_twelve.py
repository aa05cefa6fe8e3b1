"""A group-buy of twelve in a LINE group, from its arrival to the last pickup."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from models.programme import Programme
from tests.journeys.test_pickups import comes, pays
from tests.journeys.till import arrives, bill, opens
from tests.shop import Heard, Phone, Shop

NAMES = (
    *("小美", "小林", "阿芳", "阿國", "淑芬", "志明"),
    *("春嬌", "美玲", "建宏", "雅婷", "家豪", "怡君"),
)


@pytest.fixture
def programme(programme: Programme) -> Programme:
    return replace(programme, shop=replace(programme.shop, storage_fee=20))


def hands_over(boss: Phone, words: str) -> Heard:
    boss.says(words)
    return boss.says("確認")


def test_twelve_of_a_group_fetch_what_they_called(shop: Shop, boss: Phone):
    boss.follows()
    phones = [shop.phone(name) for name in NAMES]
    for phone in phones:
        arrives(phone, phone.name)
    group = shop.group("社區團購", boss, *phones)
    number = opens(shop, pickup="管理室")
    boss.says_in(group, f"/貼團 {number}")
    for phone in phones:
        phone.says_in(group, "+1")
    comes(shop, boss, number)
    pays(boss, "1-1")
    phones[3].says("代領 阿芳")

    listed = boss.says(f"/分貨單 {number}")
    assert "A 愛文芒果：12 箱" in listed
    assert "還要收：NT$4,950" in listed
    assert "代領：阿芳" in listed
    assert "小美 取貨完成。" in hands_over(boss, "/取貨 小美")
    assert "收了現金 NT$450" in hands_over(boss, f"/取貨 {bill(shop, '1-2').pickup_code}")
    assert "代領人：阿芳" in boss.says("/取貨 1-4")
    assert "收了現金 NT$450" in boss.says("確認")
    boss.taps(f"分貨單 {number}")
    asked = boss.taps("取貨")
    assert "要收現金：NT$450" in asked
    boss.taps("確認")
    listed = boss.says(f"/分貨單 {number}")
    assert "12 箱，剩 8" in listed
    assert "✓ 小美" in listed
    shop.clock.jump(timedelta(hours=24))
    shop.settle()
    assert "阿芳 已經幫你取貨" in phones[3].hears()

    shop.clock.jump(timedelta(days=4))
    while (asked := boss.says(f"/未取 {number}")).choices != ["分貨單"]:
        boss.says("/取貨 " + asked.choices[0].removeprefix("取貨 "))
        assert "收了現金 NT$490" in boss.says("確認")

    assert "都取完了" in asked
    assert {bill(shop, f"1-{n}").order.status for n in range(1, 13)} == {"picked_up"}
