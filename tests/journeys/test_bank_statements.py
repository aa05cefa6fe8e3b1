"""A bank statement sent in chat: what is certain is booked, the rest decided by a tap each."""

from __future__ import annotations

from tests.journeys.till import arrives, bill, calls, opens
from tests.shop import Phone, Shop

HEAD = "交易日期,交易時間,摘要,支出金額,存入金額,餘額,備註\n"


def statement(*rows: str) -> bytes:
    return (HEAD + "\n".join(rows) + "\n").encode("utf-8-sig")


MEI = "2026/11/24,10:00:00,跨行轉入,,900,10900,0000012345"
LIN = "2026/11/24,10:05:00,跨行轉入,,450,11350,0000054321"
SHORT = "2026/11/24,10:06:00,跨行轉入,,1000,12350,0000067890"
NOBODY = "2026/11/24,10:07:00,利息,,7,12357,"
BAD = "2026/13/45,10:08:00,跨行轉入,,50,12407,"


def test_what_is_certain_is_booked_and_the_rest_asked_about(
    shop: Shop, mei: Phone, lin: Phone, boss: Phone
):
    zhu = shop.phone("阿珠")
    for phone in (mei, lin, zhu):
        arrives(phone, phone.name)
    boss.follows()
    number = opens(shop)
    order, other, third = (
        calls(shop, phone, number, quantity) for phone, quantity in ((mei, 2), (lin, 1), (zhu, 3))
    )
    mei.says("匯款 12345 900")
    zhu.says("匯款 67890")
    sent = statement(MEI, LIN, SHORT, NOBODY, BAD)

    shown = boss.sends_file("明細.csv", sent)
    assert "確定：1 筆 NT$900" in shown
    assert "小美" in shown
    assert "很可能：2 筆" in shown
    assert "不知道是誰的：1 筆" in shown
    assert "第 6 列" in shown
    assert bill(shop, order).paid == 0

    done = boss.taps("確認")
    assert "入帳：1 筆" in done
    assert "很可能" in done
    assert "已核對" in mei.hears()
    assert (bill(shop, order).paid, bill(shop, other).paid) == (900, 0)

    assert "已收款：小林" in boss.taps("是小林的")
    assert "NT$450" in lin.hears()
    boss.says("/對帳")
    assert "還差 NT$350" in boss.taps("是阿珠的")
    assert bill(shop, third).balance == 350

    asked = boss.says("/對帳")
    assert "不知道是誰的入帳 1 筆" in asked
    boss.taps("NT$7 不是貨款")
    assert "沒有等待對帳" in boss.says("/對帳")

    again = boss.sends_file("重疊.csv", statement(MEI, LIN, NOBODY))
    assert "以前匯入過：3 筆" in again
    assert "沒有要入帳的" in again
    assert bill(shop, order).paid == 900


def test_a_booking_by_statement_is_undone_and_waits_again(shop: Shop, mei: Phone, boss: Phone):
    arrives(mei, "小美")
    boss.follows()
    order = calls(shop, mei, opens(shop), 2)
    mei.says("匯款 12345 900")
    boss.sends_file("明細.csv", statement(MEI))
    boss.taps("確認")

    boss.says("/復原")
    boss.says("確認")

    assert bill(shop, order).paid == 0
    assert "確定 1 筆" in boss.says("/對帳")
    boss.taps("確認")
    assert bill(shop, order).paid == 900


def test_two_who_may_have_paid_are_both_offered(shop: Shop, mei: Phone, lin: Phone, boss: Phone):
    number = opens(shop)
    for phone in (mei, lin):
        arrives(phone, phone.name)
        calls(shop, phone, number, 1)
    boss.follows()

    boss.sends_file("明細.csv", statement("2026/11/24,10:05:00,現金存款,,450,450,"))
    asked = boss.taps("確認")

    assert "可能，請選一個" in asked
    assert "是小美的" in asked
    assert "已收款：小林" in boss.taps("是小林的")


def test_what_is_booked_by_hand_as_a_transfer_leaves_the_banks_list(
    shop: Shop, mei: Phone, boss: Phone
):
    arrives(mei, "小美")
    boss.follows()
    order = calls(shop, mei, opens(shop), 2)
    boss.sends_file("明細.csv", statement("2026/11/24,10:05:00,跨行轉入,,777,777,0000077777"))
    assert "不知道是誰的入帳 1 筆" in boss.taps("確認")

    assert "銀行入帳" not in boss.says("/收款 小美 777 現金")
    asked = boss.taps("改成轉帳")
    assert "銀行入帳：11/24(二) 10:05 77777" in asked
    assert "還差 NT$123" in boss.taps("確認")
    assert bill(shop, order).paid == 777
    assert "沒有等待對帳" in boss.says("/對帳")

    boss.says("/復原")
    boss.says("確認")
    assert "不知道是誰的入帳 1 筆" in boss.says("/對帳")


def test_a_member_who_sends_a_statement_is_answered_kindly(mei: Phone):
    mei.follows()

    assert "銀行明細" not in mei.sends_file("明細.csv", statement(MEI))
