"""The day after a pickup: stars by a tap, a few words, and what the shop makes of them."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from bot.dispatch import sentence
from handlers.member.surveys import UnclearRating
from models.shop.order_queries import NoSuchOrder
from models.shop.survey_orders import NotInHand
from models.talk import surveys
from models.talk.surveys import AnswerStands, SurveyAnswer
from tests.journeys.open_shop import EGGS
from tests.journeys.till import arrives, calls, opens, picked_up
from tests.shop import Phone, Shop


def next_day(shop: Shop, *phones: Phone) -> None:
    shop.clock.jump(timedelta(days=1))
    shop.tick()
    shop.settle()


def test_what_was_picked_up_yesterday_is_rated(shop: Shop, mei: Phone, lin: Phone, boss: Phone):
    boss.follows()
    for phone, name in ((mei, "小美"), (lin, "小林")):
        arrives(phone, name)
    mangoes, eggs = opens(shop), opens(shop, EGGS)
    first, second = calls(shop, mei, mangoes, 1), calls(shop, mei, eggs, 2)
    waiting = calls(shop, lin, mangoes, 1)
    for order_no in (first, second):
        picked_up(shop, order_no)

    next_day(shop)

    heard = mei.hears()
    assert "這次的商品還滿意嗎" in heard
    assert first in heard
    assert second in heard
    assert "滿意嗎" not in lin.hears()
    assert lin.says(f"評分 {waiting} 5").text == sentence(NotInHand(waiting))["text"]
    assert lin.says(f"評分 {first} 1").text == sentence(NoSuchOrder(first))["text"]
    assert lin.says("評分 6").text == sentence(UnclearRating())["text"]
    assert "目前沒有等你評分" in lin.says("問卷")

    poor = mei.taps("★★ 不太好")
    assert "很抱歉" in poor
    assert "#1" in poor
    told = boss.hears()
    assert "問卷只給 ★★" in told
    assert "放牧雞蛋" in told
    assert "謝謝你告訴我們" in mei.says("蛋破了兩顆")
    assert "蛋破了兩顆" in boss.hears()

    # a change of mind within the two weeks is no second complaint
    assert "謝謝你的 ★★★★★" in mei.says(f"評分 {second} 五顆星")
    assert "謝謝你的評分" in mei.taps("略過")
    assert boss.hears() == []
    rated = boss.says(f"/評價 {eggs}")
    assert "5.0 ★" in rated
    assert "蛋破了兩顆" in rated
    assert "★★ 小美" in boss.says("/評價")
    assert "3.5 ★" in boss.says("/問卷")

    next_day(shop)
    assert "滿意嗎" not in mei.hears()
    shop.clock.jump(timedelta(days=14))
    assert mei.says(f"評分 {second} 1").text == sentence(AnswerStands())["text"]


def test_an_order_that_follows_the_stars_is_an_order(shop: Shop, mei: Phone):
    arrives(mei, "小美")
    number = opens(shop)
    order_no = calls(shop, mei, number, 1)
    picked_up(shop, order_no)
    mei.says(f"評分 {order_no} 4")

    assert "確認" in mei.says("芒果+2").choices

    mei.says("確認")
    with shop.sessions() as session:
        assert session.scalars(select(SurveyAnswer.comment)).one() == ""
        now = shop.clock()
        found = surveys.satisfaction(session, now - timedelta(days=1), now + timedelta(days=1))
        assert (found.answers, found.mean) == (1, 4.0)
        assert surveys.satisfaction(session, now + timedelta(days=1), now).mean is None
