"""Pre-orders: what is coming, a drop with a hard quota, and a waiting list with holds."""

from datetime import timedelta

from sqlalchemy import select

from models.shop import group_buys, interest
from models.shop.group_buy_terms import ItemTerms
from tests.journeys.open_shop import MANGO, buys, opens
from tests.shop import Phone, Shop

RARE = ItemTerms("A", "日本水蜜桃", 1200, unit="盒", aliases=("水蜜桃",), stock=2)


def test_what_is_coming_says_when_it_opens_for_me(mei: Phone, shop: Shop):
    at = shop.clock() + timedelta(days=2)
    later = at + timedelta(days=1)
    opens(shop, MANGO, opens_at=at, windows=(("bronze", later),), preorder=True)

    coming = mei.says("預購")
    reminded = mei.taps("提醒我")

    assert "11/27" in coming
    assert "11/27(五) 12:00 開放後才能訂" in coming
    assert "要訂就喊" not in coming
    assert "會通知你" in reminded
    assert "已經設定過了" in mei.says("提醒我 1")
    assert "11/27" in mei.says("+1")
    shop.clock.jump(timedelta(days=3))
    assert "已經開放了" in mei.says("提醒我 1")


def test_a_drop_never_sells_more_than_there_are(mei: Phone, lin: Phone, shop: Shop):
    opens(shop, RARE, preorder=True, hold_minutes=30)
    buys(mei, "+2")

    lin.says("+1")
    waiting = lin.taps("確認候補")
    mei.says("-1")
    offered = lin.says("候補")
    taken = lin.taps("確認候補")

    assert "候補第 1 位" in waiting
    assert "輪到你了" in offered
    assert "NT$1,200" in taken
    assert "沒有保留給你" in lin.says("確認候補")


def test_a_hold_that_lapses_goes_to_the_next(mei: Phone, lin: Phone, shop: Shop):
    zhu = shop.phone("阿珠")
    opens(shop, RARE, preorder=True, hold_minutes=30)
    buys(mei, "+2")
    for phone in (lin, zhu):
        phone.says("+1")
        phone.taps("確認候補")
    mei.says("-1")
    lin.hears()
    shop.clock.jump(timedelta(minutes=31))
    for _ in range(2):
        shop.tick()
        shop.settle()

    assert lin.hears().text.count("保留時間到了") == 1
    assert "沒有保留給你" in lin.says("確認候補")
    lin.taps("再排候補")
    assert "候補第 1 位" in lin.taps("確認候補")
    assert "輪到你了" in zhu.says("候補")
    assert "候補訂到了" in zhu.says("確認候補 1")


def test_who_waits_no_more_leaves_the_list(mei: Phone, lin: Phone, shop: Shop):
    opens(shop, RARE)
    buys(mei, "+2")
    lin.says("+1")
    lin.taps("確認候補")

    gone = lin.says("不要候補")

    assert "不再候補" in gone
    assert "0 個候補" in lin.says("候補")


def test_wishes_and_looks_are_kept(mei: Phone, lin: Phone, shop: Shop):
    opens(shop)
    mei.says("團購")
    mei.says("團購 1")

    first, second = mei.says("敲碗 日本水蜜桃"), lin.says("敲碗日本水蜜桃")
    too_long = mei.says("敲碗 " + "桃" * 51)

    assert "第一個" in first
    assert "2 個人" in second
    assert "50 個字" in too_long
    assert "加上名稱" in mei.says("敲碗")
    with shop.sessions() as session:
        assert [view.times for view in session.scalars(select(interest.View))] == [2]


def test_what_is_hidden_from_me_cannot_be_found(mei: Phone, shop: Shop):
    opens(shop, MANGO, tier="gold")

    assert "0 個團" in mei.says("團購")
    assert "找不到第 1 團" in mei.says("1 +1")
    assert "找不到第 1 團" in mei.says("團購 1")
    with shop.sessions() as session:
        assert group_buys.find(session, 1).taken == 0


def test_my_price_is_on_the_card(mei: Phone, shop: Shop):
    opens(shop, minimum=5, closes_at=shop.clock() + timedelta(days=2))
    buys(mei, "+2")

    heard = mei.says("開團中")

    assert "NT$450" in heard
    assert "還差 3 份成團" in heard
    assert "11/26" in heard
