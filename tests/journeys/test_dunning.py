"""催款: seen before it goes out, polite, once in three days, and no more once it is paid."""

from __future__ import annotations

from datetime import timedelta

import pytest

from models.people.roles import Role
from tests.journeys.till import arrives, calls, opens
from tests.shop import Phone, Shop, taipei


@pytest.fixture
def number(shop: Shop, mei: Phone, lin: Phone, boss: Phone) -> int:
    """小美 owes NT$900 and 小林 NT$450 of a group-buy."""
    boss.follows()
    number = opens(shop)
    for phone, quantity in ((mei, 2), (lin, 1)):
        arrives(phone, phone.name)
        calls(shop, phone, number, quantity)
    return number


def test_reminders_are_shown_first_and_go_out_once_in_three_days(
    shop: Shop, mei: Phone, lin: Phone, boss: Phone, number: int
):
    assert "沒有要催的款項" in boss.says("/催款")
    lin.says("匯款 12345")

    shown = boss.says(f"/催款 {number}")
    assert "催款 1 位" in shown
    assert "小美：NT$900" in shown
    assert "1 筆已回報匯款" in shown
    assert "麻煩你，謝謝" in shown
    assert mei.hears() == []

    assert "會提醒 1 位" in boss.says("確認")
    assert "NT$900" in mei.hears()
    assert lin.hears() == []
    assert "1 筆三天內提醒過" in boss.says(f"/催款 {number}")

    shop.clock.jump(timedelta(days=3))
    assert "催款 1 位" in boss.says(f"/催款 {number}")


def test_two_organisers_remind_once(shop: Shop, mei: Phone, boss: Phone, number: int):
    other = shop.phone("阿芳", role=Role.ORGANISER)
    other.follows()
    boss.says(f"/催款 {number}")
    other.says(f"/催款 {number}")
    boss.says("確認")

    assert "會提醒 0 位" in other.says("確認")
    assert len(mei.hears()) == 1


def test_at_night_it_waits_and_whoever_pays_meanwhile_is_left_alone(
    shop: Shop, mei: Phone, lin: Phone, boss: Phone, number: int
):
    shop.clock.jump(taipei(2026, 11, 24, 22, 0))
    boss.says(f"/催款 {number}")
    boss.says("確認")
    assert mei.hears() == []
    boss.says("/收款 小美")
    boss.says("確認")

    shop.clock.jump(taipei(2026, 11, 25, 9, 0))
    shop.settle()

    heard = mei.hears()
    assert "已核對" in heard
    assert "付款提醒" not in heard
    assert "付款提醒" in lin.hears()


def test_who_is_not_on_line_is_named_for_the_telephone(
    shop: Shop, mei: Phone, boss: Phone, number: int
):
    mei.unfollows()

    shown = boss.says(f"/催款 {number}")

    assert "請打電話：小美" in shown
    assert "催款 1 位" in shown


def test_a_group_buy_that_is_not_there_is_told(boss: Phone):
    boss.follows()

    assert "第 9 團" in boss.says("/催款 9")


def test_what_an_order_costs_is_not_told_once_it_is_paid(mei: Phone, boss: Phone, number: int):
    boss.says(f"/結單 {number}")
    boss.says("確認")
    boss.says("/收款 小美")
    assert "已收款" in boss.says("確認")

    assert "應付" not in mei.says("會員卡")


def test_whoever_reports_a_transfer_is_not_asked_for_it_in_the_same_breath(
    lin: Phone, boss: Phone, number: int
):
    boss.says(f"/結單 {number}")
    boss.says("確認")

    heard = lin.says("匯款 12345")

    assert "對帳中" in heard
    assert "結單了" not in heard
