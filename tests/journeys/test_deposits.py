"""A deposit: asked of whoever gave goods up late, explained, paid, reminded of, and waived."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.dispatch import sentence
from models.people.members import find_by_line_id
from models.programme import Programme
from models.shop import ordering, payments
from models.shop.deposits import NoDeposit
from tests.journeys.open_shop import buys, opens
from tests.journeys.till import arrives, bill, calls
from tests.shop import Phone, Shop, taipei

DAY = timedelta(days=1)


@pytest.fixture
def programme(programme: Programme) -> Programme:
    """One order that was given up late is enough to ask for a deposit."""
    strict = replace(programme.reliability, neutral_orders=2, deposit_below=50)
    shop = replace(programme.shop, account="(822) 1234-5678")
    return replace(programme, reliability=strict, shop=shop)


@pytest.fixture
def given_up(shop: Shop, mei: Phone, boss: Phone) -> None:
    """小美 once gave an order up after it was closed."""
    arrives(mei, "小美")
    boss.follows()
    number = opens(shop)
    order = calls(shop, mei, number, 1)
    with shop.sessions.begin() as session:
        member = find_by_line_id(session, mei.id)
        ordering.cancel(session, number, member, now=shop.clock(), programme=shop.programme)
        payments.bill_of(session, order).called_off_at = shop.clock()


def test_a_deposit_is_explained_paid_and_the_rest_comes_later(
    shop: Shop, mei: Phone, lin: Phone, boss: Phone, given_up: None
):
    number = opens(shop, closes_at=shop.clock() + 9 * DAY)
    quote = mei.says("2 +3")
    assert "要先付訂金 30%：NT$405" in quote
    assert "其餘 NT$945 照平常付款" in quote
    assert "取貨紀錄" in quote.choices
    assert "下單時請先付 30% 訂金，2 天內付；回到 50 分就不用" in mei.says("取貨紀錄")
    assert "訂金" not in lin.says("2 +3")
    mei.says("2 +3")
    placed = mei.taps("確認")
    assert "現在要付訂金" in placed
    assert "NT$405" in placed

    mine = mei.says("我的訂單")
    assert "其中訂金現在要付：NT$405" in mine
    to_pay = mei.says("匯款")
    assert "應付金額：NT$405" in to_pay
    assert "其餘 NT$945 之後再付" in to_pay
    assert "還差" not in mei.says("12345")
    assert "訂金未付" in boss.says(f"/訂單 {number}")
    order = f"{number}-1"
    assert "NT$405" in boss.says(f"/收款 {order}")
    boss.says("確認")
    checked = mei.hears()
    assert "其餘（結單後再付）：NT$945" in checked
    assert "訂金未付" not in boss.says(f"/訂單 {order}")
    assert bill(shop, order).paid == 405

    # it all comes back when the group-buy falls through
    boss.says(f"/流團 {number}")
    boss.says("確認")
    assert "NT$405" in boss.says("/退差額")


def test_a_deposit_nobody_paid_is_reminded_of_once_and_may_be_waived(
    shop: Shop, mei: Phone, boss: Phone, given_up: None
):
    number = opens(shop, closes_at=shop.clock() + 9 * DAY)
    buys(mei, "2 +1")
    order = f"{number}-1"
    mei.hears()
    shop.clock.jump(taipei(*(shop.clock() + 2 * DAY).timetuple()[:3], 10, 5))
    for _ in range(2):
        shop.tick()
        shop.settle()
    assert mei.hears().text.count("訂金還沒收到") == 1

    shown = boss.says(f"/免訂金 {order}")
    assert "訂金未付：NT$135" in shown
    assert "免收訂金了" in boss.says("確認")
    assert boss.says(f"/免訂金 {order}").text == sentence(NoDeposit(order))["text"]
    assert "訂金" not in mei.says("我的訂單")
    boss.says("/復原")
    boss.says("確認")
    assert "現在要付訂金" in mei.says("我的訂單")

    # once the group-buy closes all of it is due, and no deposit any more
    boss.says(f"/結單 {number}")
    boss.says("確認")
    assert "應付金額：NT$450" in mei.says("匯款")


def test_an_order_in_a_group_hears_of_its_deposit_in_private(
    shop: Shop, mei: Phone, boss: Phone, given_up: None
):
    number = opens(shop, closes_at=shop.clock() + 9 * DAY)
    group = shop.group("社區團", mei, boss)
    boss.says_in(group, f"/貼團 {number}")
    mei.hears()
    heard = mei.says_in(group, "+2")
    assert "訂金" not in heard
    shop.clock.jump(timedelta(hours=2))
    shop.tick()
    shop.settle()
    assert f"訂單 {number}-1 要先付訂金" in mei.hears()
