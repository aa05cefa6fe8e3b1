"""Unclear orders are asked about for what is missing, and completed in one tap."""

from dataclasses import replace

from tests.journeys.open_shop import EGGS, MANGO, TEA, opens
from tests.shop import Phone, Shop


def test_open_values_are_asked_for(mei: Phone, shop: Shop):
    opens(shop, TEA)

    asked = mei.says("珍奶+2")
    quote = mei.taps("半糖/去冰 +2")

    assert "要選甜度" in asked
    assert "珍珠奶茶 半糖/去冰 × 2 杯" in quote


def test_the_answer_may_be_written(mei: Phone, shop: Shop):
    opens(shop, TEA)
    mei.says("珍奶+2")

    assert "珍珠奶茶 無糖/去冰 × 2 杯" in mei.says("無糖去冰")


def test_a_quantity_is_asked_for(mei: Phone, shop: Shop):
    opens(shop)

    asked = mei.says("我要芒果")
    quote = mei.taps("3 箱")

    assert "要幾箱" in asked
    assert "NT$1,350" in quote


def test_which_item_is_asked_for(mei: Phone, shop: Shop):
    opens(shop, MANGO, replace(EGGS, code="B"))

    asked = mei.says("+2")

    assert "哪一樣" in asked
    assert "NT$330" in mei.taps("B 放牧雞蛋 +2")


def test_what_is_not_sold_so_is_asked_about(mei: Phone, shop: Shop):
    opens(shop)

    asked = mei.says("芒果10斤")

    assert "要幾箱" in asked


def test_a_change_of_nothing_says_so(mei: Phone, shop: Shop):
    opens(shop)

    assert "沒有可以改的訂單" in mei.says("改+3")


def test_who_wants_none_is_left_alone(mei: Phone, shop: Shop):
    opens(shop)
    mei.says("我要芒果")

    assert "先不訂" in mei.says("不用了")


def test_talk_is_answered_as_ever(mei: Phone, shop: Shop):
    opens(shop)

    assert "看不懂" in mei.says("今天天氣真好")


def test_how_to_call_is_shown_with_what_works(mei: Phone, shop: Shop):
    opens(shop, MANGO, replace(EGGS, code="B"))

    heard = mei.says("怎麼喊單")

    assert "A+2 B+1" in heard
    assert "NT$1,065" in mei.says("A+2 B+1")


def test_what_is_not_on_offer_is_said(mei: Phone, shop: Shop):
    opens(shop)

    asked = mei.says("西瓜+1")

    assert "沒有這一樣" in asked
    assert {"愛文芒果 +1", "敲碗"} <= set(asked.choices)


def test_values_that_were_said_are_not_asked_for_again(mei: Phone, shop: Shop):
    opens(shop, TEA)

    some, every = mei.says("珍奶半糖+1"), mei.says("珍奶 半糖 去冰")

    assert [choice for choice in some.choices if "無糖" in choice] == []
    assert "「珍珠奶茶 半糖/去冰」要幾杯" in every


def test_the_same_as_last_time_leads_to_buying_again(mei: Phone, shop: Shop):
    opens(shop)

    assert "再買一次" in mei.says("跟上次一樣就好").choices
