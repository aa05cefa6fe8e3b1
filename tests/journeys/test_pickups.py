"""From arrival to the last pickup: by name, code or button, with cash, late, or not at all."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.dispatch import sentence
from models.people.roles import Role
from models.programme import Programme
from models.shop.pickup_queries import AlreadyPickedUp, NoSuchCode, NothingToPickUp
from models.shop.pickups import NoFee
from models.shop.settlement import OrderMoved
from tests.journeys.till import arrives, bill, calls, opens
from tests.shop import Phone, Shop, taipei


@pytest.fixture
def programme(programme: Programme) -> Programme:
    """Three days to pick up, then NT$20 a day, and a fortnight until nobody came."""
    return replace(programme, shop=replace(programme.shop, storage_fee=20))


def comes(shop: Shop, boss: Phone, number: int) -> None:
    """A group-buy closes and arrives."""
    for step in ("/結單", "/到貨"):
        boss.says(f"{step} {number}")
        boss.says("確認")


def pays(boss: Phone, order_no: str) -> None:
    boss.says(f"/收款 {order_no} 轉帳")
    boss.says("確認")


@pytest.fixture
def order(shop: Shop, mei: Phone, boss: Phone) -> str:
    """小美 has two mangoes at the counter, NT$900 to be paid."""
    arrives(mei, "小美")
    boss.follows()
    number = opens(shop, pickup="管理室")
    order_no = calls(shop, mei, number, 2)
    comes(shop, boss, number)
    return order_no


def test_two_orders_are_one_pickup_and_one_sum(shop: Shop, mei: Phone, boss: Phone, order: str):
    second = opens(shop)
    other = calls(shop, mei, second, 1)
    assert other not in boss.says("/取貨 小美")
    comes(shop, boss, second)

    asked = boss.says(f"/取貨 {order}")

    assert order in asked
    assert other in asked
    assert "NT$1,350" in asked
    assert "管理室" in asked
    assert "收了現金 NT$1,350" in boss.says("確認")
    assert bill(shop, other).order.status == "picked_up"
    assert bill(shop, order).paid == 900


def test_two_taps_hand_over_once(shop: Shop, boss: Phone, order: str):
    helper = shop.phone("小幫手", role=Role.ORGANISER)
    helper.follows()
    boss.says("/取貨 小美")
    helper.says("/取貨 小美")
    assert "收了現金 NT$900" in boss.says("確認")

    assert helper.says("確認").text == sentence(AlreadyPickedUp(order))["text"]
    assert boss.says(f"/取貨 {order}").text == sentence(AlreadyPickedUp(order))["text"]
    assert boss.says("/取貨 小美").text == sentence(NothingToPickUp("小美"))["text"]
    assert bill(shop, order).paid == 900


def test_what_was_paid_meanwhile_is_not_collected_again(shop: Shop, boss: Phone, order: str):
    helper = shop.phone("小幫手", role=Role.ORGANISER)
    helper.follows()
    boss.says("/取貨 小美")
    pays(helper, order)

    assert boss.says("確認").text == sentence(OrderMoved(order))["text"]
    assert bill(shop, order).paid == 900
    assert "已付清" in boss.says("/取貨 小美")


def test_a_report_that_waits_is_shown_before_cash_is_taken(mei: Phone, boss: Phone, order: str):
    mei.says("匯款 12345 900")

    asked = boss.says("/取貨 小美")

    assert "還沒對帳" in asked
    assert "入帳 #1" in asked.choices


def test_a_wrong_code_leads_on(boss: Phone, order: str):
    assert boss.says("/取貨 000001").text == sentence(NoSuchCode("000001"))["text"]
    assert "找不到「小明」" in boss.says("/取貨 小明")


def test_nothing_has_arrived_yet(shop: Shop, mei: Phone, boss: Phone):
    arrives(mei, "小美")
    boss.follows()
    order_no = calls(shop, mei, opens(shop), 1)

    assert boss.says(f"/取貨 {order_no}").text == sentence(NothingToPickUp("小美"))["text"]


def test_the_last_day_is_free_and_each_after_it_costs(shop: Shop, boss: Phone, order: str):
    shop.clock.jump(taipei(2026, 11, 27, 23, 0))
    assert "保管費" not in boss.says("/取貨 小美")
    shop.clock.jump(taipei(2026, 11, 29, 9, 0))

    asked = boss.says("/取貨 小美")

    assert "含保管費（晚 2 天）：NT$40" in asked
    assert "NT$940" in asked
    assert "收了現金 NT$940" in boss.says("確認")
    found = bill(shop, order)
    assert (found.charges, found.total, found.order.cash, found.days_late) == (40, 940, 900, 2)


def test_a_fee_is_let_off_and_asked_again(shop: Shop, boss: Phone, order: str):
    assert boss.says(f"/免保管費 {order}").text == sentence(NoFee(order))["text"]
    shop.clock.jump(timedelta(days=5))
    boss.says("/取貨 小美")
    boss.taps(f"免保管費 {order}")
    assert "NT$900" in boss.says("/取貨 小美")
    boss.says("/復原")
    boss.says("確認")
    assert "NT$940" in boss.says("/取貨 小美")


def test_nobody_came_is_noted_taken_back_and_forgets_nothing(
    shop: Shop, mei: Phone, boss: Phone, order: str
):
    pays(boss, order)
    shop.clock.jump(timedelta(days=10))
    assert "晚 7 天" in boss.says("/未取 1")
    assert "沒有等待確認" in boss.says("確認")
    shop.clock.jump(timedelta(days=7))

    assert "記為未取" in boss.says("/未取 1")
    assert "已記 1 筆" in boss.says("確認")
    assert bill(shop, order).no_show_at is not None
    assert bill(shop, order).paid == 900
    boss.says("/復原")
    assert "已取消 1 筆" in boss.says("確認")
    assert bill(shop, order).no_show_at is None

    assert "NT$280" in boss.says("/取貨 小美")
    assert "收了現金 NT$280" in boss.says("確認")
    assert "都取完了" in boss.says("/未取 1")
