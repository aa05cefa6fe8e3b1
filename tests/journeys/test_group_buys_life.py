"""A group-buy from open to finished, as its organiser and its members live it."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from bot.dispatch import sentence
from models.people import members
from models.shop import group_buys, ordering
from models.shop.changing import PriceRaised, StockBelowTaken
from models.shop.changing_words import BadChange, TimeOver, WhichItem
from models.shop.releasing import NobodyWaits
from models.shop.shares import Want
from models.talk.outbox_records import OutboxMessage
from tests.shop import Heard, Phone, Shop


def opens(boss: Phone, line: str) -> Heard:
    boss.says(f"/開團 {line}")
    return boss.says("確認")


def calls(shop: Shop, phone: Phone, quantity: int, code: str = "A", number: int = 1) -> None:
    """`phone` orders; how they say it is told elsewhere."""
    with shop.sessions.begin() as session:
        member = members.find_by_line_id(session, phone.id)
        assert member is not None
        item = group_buys.find(session, number).item(code)
        ordering.call(
            session,
            number,
            member,
            [Want(item.id, "", quantity)],
            now=shop.clock(),
            programme=shop.programme,
        )


def news(shop: Shop, phone: Phone) -> Heard:
    """What somebody hears by tomorrow afternoon, when nothing is held back any more."""
    shop.clock.jump(timedelta(hours=24))
    shop.settle()
    return phone.hears()


@pytest.fixture
def chief(boss: Phone, mei: Phone, lin: Phone) -> Phone:
    for each in (boss, mei, lin):
        each.follows()
    mei.says("稱呼 小美")
    lin.says("稱呼 小林")
    return boss


def test_case_fill_of_fifteen_leaves_three_waiting(
    shop: Shop, chief: Phone, mei: Phone, lin: Phone
):
    opens(chief, "愛文芒果 450 箱入12 取貨12/24 管理室")
    calls(shop, mei, 12)
    calls(shop, lin, 3)

    preview = chief.says("/結單 1")

    assert "15 份" in preview
    assert "小林 愛文芒果 × 3" in preview
    assert "12 份" in chief.says("確認")
    told = news(shop, lin)
    assert "沒有湊滿整箱" in told
    assert "愛文芒果 × 3 份" in told
    closed = news(shop, mei)
    assert "愛文芒果 × 12 份" in closed
    assert "管理室" in closed


def test_closing_is_undone_and_everybody_has_what_they_called(
    shop: Shop, chief: Phone, mei: Phone, lin: Phone
):
    opens(chief, "愛文芒果 450 箱入12")
    calls(shop, mei, 12)
    calls(shop, lin, 3)
    chief.says("/收單 1")
    chief.says("確認")
    chief.says("/復原")

    assert "重新開放" in chief.says("確認")

    assert "15 份，NT$450" in chief.says("/團 1")
    told = news(shop, mei)
    assert "又開放了" in told
    assert "結單了" not in told


def test_a_group_buy_that_fails_gives_everything_back(shop: Shop, chief: Phone, mei: Phone):
    opens(chief, "愛文芒果 450 成團20")
    calls(shop, mei, 2)

    asked = chief.says("/結單 1")
    assert "還差 18 份才成團" in asked
    assert {"延長", "流團"} <= set(asked.choices)
    assert "1 筆訂單" in chief.says("/流團 1")
    assert "已通知：1 位" in chief.says("確認")

    assert "沒有成團" in news(shop, mei)
    assert "現在是「已流團」" in chief.says("/流團 1")
    assert "訂單：0 筆" in chief.says("/團 1")


def test_it_closes_by_itself_once_and_tells(shop: Shop, chief: Phone, mei: Phone):
    opens(chief, "愛文芒果 450 今晚9點結單")
    calls(shop, mei, 2)
    shop.clock.jump(timedelta(hours=9, minutes=1))

    first, second = shop.tick(), shop.tick()

    assert (first.chores["close_group_buys"], "close_group_buys" in second.chores) == ("1", False)
    assert "現在是「已結單」" in chief.says("/結單 1")
    shop.clock.jump(timedelta(hours=14))
    shop.settle()
    assert "NT$900" in mei.hears()
    with shop.sessions() as session:
        told = select(func.count()).where(OutboxMessage.rule == "closed")
        assert session.scalar(told) == 1


def test_one_that_is_short_waits_for_the_organiser(shop: Shop, chief: Phone, mei: Phone):
    opens(chief, "愛文芒果 450 成團20 今晚9點結單")
    calls(shop, mei, 2)
    shop.clock.jump(timedelta(hours=9, minutes=1))
    shop.tick()

    assert "結單了" not in news(shop, mei)
    assert "還差 18 份成團" in chief.hears()

    chief.taps("照樣出貨")
    chief.says("確認")
    assert "結單了" in news(shop, mei)


def test_arriving_tells_the_code_and_finishing_ends_it(shop: Shop, chief: Phone, mei: Phone):
    opens(chief, "愛文芒果 450 取貨12/24 管理室")
    calls(shop, mei, 2)
    assert "現在是「開團中」" in chief.says("/到貨 1")
    chief.says("/結單 1")
    chief.says("確認")

    chief.says("/到貨 1")
    assert "通知了 1 位" in chief.says("確認")

    told = news(shop, mei)
    assert "取貨碼" in told
    assert "管理室" in told
    chief.says("/完成 1")
    assert "已完成" in chief.says("確認")
    assert "沒有進行中的團" in chief.says("/開團中")


def test_what_is_offered_may_be_changed(shop: Shop, chief: Phone, mei: Phone):
    opens(chief, "愛文芒果 450 限10箱")
    calls(shop, mei, 8)

    assert chief.says("/改團 1 庫存 5").text == sentence(StockBelowTaken("愛文芒果", 8))["text"]
    assert chief.says("/改團 1 價格 460").text == sentence(PriceRaised("愛文芒果", 450))["text"]
    assert chief.says("/改團 1 顏色 紅").text == sentence(BadChange("顏色 紅"))["text"]
    assert "庫存 A 改成 20" in chief.says("/改團 1 庫存 20")
    assert "價格 A 改成 NT$430" in chief.says("/改團 1 價格 430")
    assert "降價了" in news(shop, mei)
    assert "取貨改成 12/24(四) 管理室" in chief.says("/改團 1 取貨 12/24 管理室")
    assert "有更改" in news(shop, mei)
    assert "可以改" in chief.says("/改團 1")
    with shop.sessions() as session:
        assert ordering.latest_bill(session, 1, 2).total == 8 * 430


def test_a_change_is_undone(shop: Shop, chief: Phone):
    opens(chief, "A 水餃 220 限30包 / B 湯圓 90")

    assert "湯圓" in chief.says("/改團 1 庫存 50")
    with shop.sessions() as session:
        which = WhichItem(group_buys.find(session, 1))
    assert chief.says("/改團 1 名稱 元宵").text == sentence(which)["text"]
    chief.says("/改團 1 庫存 A 不限")
    chief.says("/復原")

    assert "改回來了：庫存 A 改成 30" in chief.says("確認")


def test_it_closes_later_than_was_said(shop: Shop, chief: Phone):
    opens(chief, "愛文芒果 450 今晚9點結單")

    assert "要延長到什麼時候" in chief.says("/延長 1")
    assert chief.says("/延長 1 今天11:00").text == sentence(TimeOver("今天11:00"))["text"]
    assert "11/26(四) 21:00" in chief.taps("後天 21:00")
    assert "不限時間" in chief.says("/延長 1 不限")
    chief.says("/復原")
    assert "改回來了" in chief.says("確認")
    assert "11/26(四) 21:00" in chief.says("/開團中")


def test_those_first_in_line_are_served(shop: Shop, chief: Phone, mei: Phone, lin: Phone):
    opens(chief, "愛文芒果 450 限2箱")
    assert chief.says("/放候補 1 5").text == sentence(NobodyWaits(1))["text"]
    calls(shop, mei, 2)
    calls(shop, lin, 3)
    assert "1 位，3 份" in chief.says("/團 1")

    assert "庫存會增加 3 份" in chief.says("/放候補 1 1")
    assert "放了 3 份" in chief.says("確認")

    assert "候補補上了" in news(shop, lin)


def test_the_price_a_call_reached_is_told_the_others_once(
    shop: Shop, chief: Phone, mei: Phone, lin: Phone
):
    opens(chief, "愛文芒果 450 3份起430 5份起400")
    mei.says("+1")
    mei.says("確認")

    for _ in range(2):
        lin.says("+2")
        lin.says("確認")

    told = news(shop, mei)
    assert "降價了：愛文芒果 NT$400" in told
    assert "NT$430" not in told
    assert "降價了" not in news(shop, lin)


def test_a_pre_order_is_held_for_the_next_in_line(
    shop: Shop, chief: Phone, mei: Phone, lin: Phone
):
    opens(chief, "草莓 300 預購 限1份 結單12/20")
    for phone in (mei, lin):
        phone.says("+1")
        phone.says("確認")

    chief.says("/放候補 1 1")
    assert "放了 1 份" in chief.says("確認")

    shop.settle()
    told = lin.hears()
    assert "幫你保留中" in told
    assert "14:00" in told
