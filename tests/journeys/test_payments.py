"""From 匯款 to 已核對: what members report, what the shop receives, and what was a mistake."""

from __future__ import annotations

import pytest

from bot.dispatch import sentence
from handlers.organiser.payments import NothingOwedBy
from models.people.roles import Role
from models.shop.payment_reports import FiveDigits, UnclearReport
from models.shop.payments import AlreadyDecided, NoSuchOrder, NoSuchPayment, NothingToPay
from models.shop.reconciliation import NoSuchDeposit
from models.shop.refunds import NothingOwed
from models.shop.settlement import OrderMoved
from tests.journeys.till import arrives, bill, calls, opens
from tests.shop import Phone, Shop


@pytest.fixture
def order(shop: Shop, mei: Phone, boss: Phone) -> str:
    """小美 has two mangoes to pay, NT$900."""
    arrives(mei, "小美")
    boss.follows()
    return calls(shop, mei, opens(shop), 2)


def test_five_digits_alone_are_asked_about(mei: Phone, lin: Phone, order: str):
    arrives(lin, "小林")

    asked = mei.says("１２３４５")

    assert "12345 是匯款末五碼嗎？" in asked
    assert "收到匯款回報" in mei.taps("匯款 12345")
    assert "末五碼" not in lin.says("12345")


def test_a_report_is_checked_and_told(shop: Shop, mei: Phone, boss: Phone, order: str):
    asked = mei.says("匯款")
    assert "NT$900" in asked
    assert order in asked

    told = mei.says("已匯９００元　末五碼１２３４５")
    assert "收到匯款回報" in told
    assert "12345" in told
    again = mei.says("匯款 12345 900")
    assert "已經回報過了" in again
    assert "不會重複計算" in again

    waiting = boss.says("/對帳")
    assert "等對帳 #1" in waiting
    assert "小美" in waiting
    assert "已收款" in boss.taps("入帳")
    heard = mei.hears()
    assert "已核對" in heard
    assert "NT$900" in heard
    assert bill(shop, order).order.status == "paid"
    assert boss.says("/入帳 #1").text == sentence(AlreadyDecided(1))["text"]
    assert "沒有等待對帳" in boss.says("/對帳")
    assert mei.says("匯款 12345").text == sentence(NothingToPay())["text"]


def test_the_digits_may_come_afterwards(mei: Phone, order: str):
    assert "末五碼是多少" in mei.says("匯款 900")
    assert "收到匯款回報" in mei.says("12345")


def test_a_picture_is_evidence_and_its_digits_follow(
    shop: Shop, mei: Phone, boss: Phone, order: str
):
    sent = mei.sends_picture()
    assert order in sent
    assert "末五碼" in sent
    assert "有傳圖片" in boss.says("/對帳")

    assert "收到匯款回報" in mei.says("匯款 12345 900")
    waiting = boss.says("/對帳")
    assert "有傳圖片" in waiting
    assert "12345" in waiting
    assert "#2" not in waiting


def test_a_picture_of_somebody_who_owes_nothing_is_a_picture(mei: Phone):
    mei.follows()

    assert "憑證" not in mei.sends_picture()


def test_one_sum_for_several_orders_says_which(shop: Shop, mei: Phone, boss: Phone, order: str):
    second = calls(shop, mei, opens(shop), 1)

    told = mei.says("匯款 12345 1000")
    assert order in told
    assert second in told
    assert "還差：NT$350" in told
    boss.says("/對帳")
    assert "還差 NT$350" in boss.taps("入帳")
    assert "還差：NT$350" in mei.hears()
    assert (bill(shop, order).balance, bill(shop, second).balance) == (0, 350)

    named = mei.says(f"匯款 {second} 12345 350")
    assert order not in named


@pytest.mark.parametrize(
    ("said", "refusal"),
    [
        ("匯款 1234", FiveDigits("1234")),
        ("匯款 末五碼 123456", FiveDigits("123456")),
        ("匯款 12345 54321", UnclearReport()),
        ("匯款 9-9 12345", NoSuchOrder("9-9")),
    ],
)
def test_what_cannot_be_read_is_one_sentence(mei: Phone, order: str, said, refusal):
    assert mei.says(said).text == sentence(refusal)["text"]


def test_money_in_the_hand_is_received_by_name(shop: Shop, mei: Phone, boss: Phone, order: str):
    shown = boss.says("/收款 小美")
    assert "現金" in shown
    assert "NT$900" in shown
    assert "改成轉帳" in shown.choices
    assert bill(shop, order).paid == 0

    assert "已收款" in boss.says("確認")
    assert "已核對" in mei.hears()
    assert boss.says("/收款 小美").text == sentence(NothingOwedBy("小美"))["text"]
    assert boss.says(f"/收款 {order}").text == sentence(NothingOwed(order))["text"]


def test_a_part_and_more_than_owed_are_said(shop: Shop, mei: Phone, boss: Phone, order: str):
    boss.says(f"/收款 {order} 400")
    assert "還差 NT$500" in boss.says("確認")
    assert "還差：NT$500" in mei.hears()

    boss.says(f"/收款 {order} NT$1,000 轉帳")
    assert "多 NT$500" in boss.says("確認")
    assert "多付：NT$500" in mei.hears()


def test_receiving_what_was_reported_answers_the_report(
    shop: Shop, mei: Phone, boss: Phone, order: str
):
    mei.says("匯款 12345")

    assert "轉帳" in boss.says("/收款 小美")
    boss.says("確認")

    assert "沒有等待對帳" in boss.says("/對帳")
    assert bill(shop, order).paid == 900


def test_a_mistake_is_undone_and_told(shop: Shop, mei: Phone, boss: Phone, order: str):
    boss.says("/收款 小美")
    boss.says("確認")
    mei.hears()

    boss.says("/復原")
    assert "回到待付款" in boss.says("確認")

    assert "更正" in mei.hears()
    assert (bill(shop, order).paid, bill(shop, order).order.status) == (0, "placed")
    assert "0 點" in mei.says("點數")
    boss.says("/收款 小美")
    boss.says("確認")
    assert bill(shop, order).order.status == "paid"


def test_a_second_organiser_who_saw_the_same_books_nothing(
    shop: Shop, mei: Phone, boss: Phone, order: str
):
    other = shop.phone("阿芳", role=Role.ORGANISER)
    other.follows()
    boss.says("/收款 小美 400")
    other.says("/收款 小美 400")
    boss.says("確認")

    assert other.says("確認").text == sentence(OrderMoved(order))["text"]
    assert bill(shop, order).paid == 400


def test_a_report_that_brought_nothing_is_told(shop: Shop, mei: Phone, boss: Phone, order: str):
    mei.says("匯款 12345 900")
    boss.says("/對帳")
    boss.taps("查無")

    assert "查不到" in mei.hears()
    assert "收到匯款回報" in mei.says("匯款 54321 900")
    boss.says("/對帳")
    assert "重複" in boss.taps("重複")
    assert mei.hears() == []
    assert bill(shop, order).paid == 0


@pytest.mark.parametrize(
    ("said", "refusal"),
    [
        ("/入帳 #7", NoSuchPayment(7)),
        ("/入帳 7 p1", NoSuchDeposit()),
        ("/不是貨款 7", NoSuchDeposit()),
        ("/收款 9-9", NoSuchOrder("9-9")),
    ],
)
def test_a_wrong_number_is_one_sentence(boss: Phone, said, refusal):
    boss.follows()

    assert boss.says(said).text == sentence(refusal)["text"]


@pytest.mark.parametrize("said", ["/入帳 x", "/入帳 #1 x", "/收款 小美 0", "/收款"])
def test_how_it_is_written_is_told(boss: Phone, said: str):
    boss.follows()

    assert "請這樣輸入" in boss.says(said)


def test_a_call_after_the_question_is_still_a_call(mei: Phone, order: str):
    mei.says("匯款")
    assert mei.says("1234").text == sentence(FiveDigits("1234"))["text"]

    assert "末五碼" not in mei.says("+1")
    assert "回報" not in mei.says("好的謝謝")


@pytest.mark.parametrize("said", ["我剛剛匯了400 末五碼12345", "已匯400元 末五碼 12345"])
def test_a_whole_sentence_loses_no_amount(mei: Phone, order: str, said: str):
    assert "還差：NT$500" in mei.says(said)
