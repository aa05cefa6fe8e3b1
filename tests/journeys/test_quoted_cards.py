"""A "+1" in 1:1 that quotes what the shop showed, or chat."""

from datetime import timedelta

from sqlalchemy import func, select

from models.shop import showings
from models.shop.group_buy_terms import ItemTerms
from models.shop.showings import Showing
from tests.journeys.open_shop import EGGS, MANGO, buys, opens
from tests.shop import Phone, Shop

DUCK = ItemTerms("B", "鹹鴨蛋", 90, aliases=("鴨蛋",))


def test_a_quoted_card_names_its_item_however_many_are_open(mei: Phone, shop: Shop):
    opens(shop)
    opens(shop, EGGS, DUCK)
    mei.says("團購 2")
    mei.says("團購 1")
    mei.says("今天好熱")

    asked = mei.says("+2", quotes="鹹鴨蛋")
    assert "放牧雞蛋" in asked
    assert "愛文芒果" not in asked
    mei.says("取消")
    quote = mei.says("+2", quotes="愛文芒果")
    assert "請確認訂單" in quote
    assert "NT$900" in quote
    assert "訂好了" in mei.taps("確認")
    more = mei.says("+1", quotes="訂好了")
    assert "原訂 2，加 1" in more


def test_a_carousel_narrows_to_what_is_in_it(mei: Phone, shop: Shop):
    for each in (MANGO, EGGS):
        opens(shop, each)
    mei.says("團購")
    opens(shop, ItemTerms("A", "高麗菜水餃", 220))

    asked = mei.says("+1", quotes="愛文芒果")

    assert "放牧雞蛋" in asked
    assert "水餃" not in asked
    assert "請確認訂單" in mei.says("雞蛋+1", quotes="愛文芒果")


def test_chat_that_is_quoted_is_no_order_and_a_question_is_answered(mei: Phone, shop: Shop):
    opens(shop)
    mei.says("明天會下雨")

    assert "請確認訂單" not in mei.says("+1", quotes="明天會下雨")
    assert "請確認訂單" in mei.says("+1")
    assert "原訂" not in mei.says("+1", quotes="明天會下雨")
    mei.says("取消")
    opens(shop, EGGS)
    assert "想訂哪一樣" in mei.says("+1")
    assert "請確認訂單" in mei.says("芒果", quotes="想訂哪一樣")


def test_what_is_over_or_not_open_yet_is_said(mei: Phone, shop: Shop):
    opens(shop, closes_at=shop.clock() + timedelta(hours=1))
    mei.says("團購 1")
    opens(shop, EGGS, opens_at=shop.clock() + timedelta(days=2))
    mei.says("預購")
    opens(shop, ItemTerms("A", "高麗菜水餃", 220))
    shop.clock.jump(timedelta(hours=2))

    assert "結單" in mei.says("+1", quotes="愛文芒果")
    assert "11/2" in mei.says("+1", quotes="放牧雞蛋")


def test_a_card_that_was_pushed_may_be_quoted_until_it_is_forgotten(
    mei: Phone, lin: Phone, shop: Shop
):
    lin.follows()
    opens(shop, EGGS, minimum=3, closes_at=shop.clock() + timedelta(hours=20))
    opens(shop)
    buys(lin, "雞蛋+1")
    lin.hears()
    shop.tick()
    shop.settle()

    assert "還差 2 份成團" in lin.hears()
    assert "原訂 1，加 1" in lin.says("+1", quotes="還差 2 份")
    with shop.sessions.begin() as session:
        assert session.scalar(select(func.count()).select_from(Showing))
        later = shop.clock() + timedelta(days=40)
        showings.forget(session, now=later)
        assert not session.scalar(select(func.count()).select_from(Showing))
