"""What is ordered is changed and given up in 1:1: at once, or on 確認 where nothing is left."""

from dataclasses import replace

from sqlalchemy import select

from models.shop import group_buys, refunds
from models.shop.bill_records import Bill
from tests.journeys.open_shop import EGGS, MANGO, buys, opens
from tests.shop import Phone, Shop


def test_fewer_is_done_at_once(mei: Phone, shop: Shop):
    opens(shop)
    buys(mei, "+3")

    assert "NT$900" in mei.says("-1")
    assert "NT$450" in mei.says("改1箱")
    assert "本來就是這樣" in mei.says("改成1箱")


def test_more_is_quoted(mei: Phone, shop: Shop):
    opens(shop)
    buys(mei, "+1")

    quote = mei.says("改+3")

    assert "請確認訂單" in quote
    assert "原訂 1，加 2" in quote
    assert "NT$1,350" in mei.taps("確認")


def test_one_of_two_is_cancelled(mei: Phone, shop: Shop):
    opens(shop, MANGO, replace(EGGS, code="B"))
    buys(mei, "A+1 B+2")

    heard = mei.says("取消A")

    assert "訂單更新了" in heard
    assert "NT$330" in heard


def test_everything_is_cancelled_on_one_confirmation(mei: Phone, lin: Phone, shop: Shop):
    opens(shop)
    buys(mei, "+2")

    asked = mei.says("全部取消")
    gone = mei.taps("確認")

    assert "要取消這些嗎" in asked
    assert "已全部取消" in gone
    assert "已經過期或用過" in mei.taps("確認")
    assert taken(shop) == 0


def test_an_order_is_cancelled_by_its_number_and_only_ones_own(mei: Phone, lin: Phone, shop: Shop):
    opens(shop)
    buys(mei, "+2")
    lin.follows()

    stranger = lin.says("取消 1-1")
    mei.says("取消 1-1")
    mei.says("確認")

    assert "找不到你的訂單" in stranger
    assert taken(shop) == 0
    assert "沒有可以取消" in mei.says("取消 1-1")


def test_the_last_part_of_the_number_is_enough(mei: Phone, shop: Shop):
    opens(shop)
    for _time in range(11):
        buys(shop.phone("某人"), "+1")
    buys(mei, "+2")

    assert "1-12" in mei.says("取消 12")
    assert "找不到你的訂單" in mei.says("取消 1024")


def test_what_is_kept_stays(mei: Phone, shop: Shop):
    opens(shop)
    buys(mei, "+2")
    mei.says("全部取消")

    mei.taps("不取消")

    assert taken(shop) == 2


def test_what_is_paid_is_not_cancelled_in_chat(mei: Phone, shop: Shop):
    opens(shop)
    buys(mei, "+2")
    with shop.sessions.begin() as session:
        group_buys.hold(session, 1)
        bill = session.scalars(select(Bill)).one()
        refunds.receive(session, bill, 900, now=shop.clock(), programme=shop.programme)

    assert "已經付款" in mei.says("取消 1-1")
    assert "已經付款" in mei.says("-1")
    assert "已經付款" in mei.says("改訂單 1-1")
    assert taken(shop) == 2


def test_nothing_can_be_changed_after_closing(mei: Phone, shop: Shop):
    opens(shop)
    buys(mei, "+2")
    with shop.sessions.begin() as session:
        found = group_buys.hold(session, 1)
        group_buys.move(session, found, group_buys.Stage.CLOSED, now=shop.clock())

    assert "已經結單" in mei.says("取消 1-1")
    assert "已經結單" in mei.says("取消芒果")


def test_coupons_of_an_order_can_be_changed_later(mei: Phone, shop: Shop):
    mei.follows()
    mei.says("生日 3/5")
    opens(shop)
    buys(mei, "+2")

    mei.says("改訂單 1-1")
    mei.taps("不用券")

    assert "NT$900" in mei.taps("確認")


def taken(shop: Shop) -> int:
    with shop.sessions() as session:
        return group_buys.find(session, 1).taken
