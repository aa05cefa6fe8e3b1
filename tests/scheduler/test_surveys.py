"""Whom the shop asks how they liked it: once for all of a day, and late rather than never."""

from __future__ import annotations

from datetime import timedelta

import pytest

from models.people import consents, members
from models.people.consents import Topic
from tests.journeys.till import calls, opens, picked_up
from tests.scheduler.test_shop_campaigns import passes
from tests.shop import Phone, Shop

ASKS = "這次的商品還滿意嗎"


@pytest.fixture
def friends(shop: Shop) -> list[Phone]:
    """Three with an order each, picked up at noon."""
    number = opens(shop)
    phones = [shop.phone(name) for name in ("小美", "小林", "阿珠")]
    for phone in phones:
        phone.follows()
        picked_up(shop, calls(shop, phone, number, 1))
    return phones


def test_those_are_asked_who_agreed_and_have_not_answered(shop: Shop, friends: list[Phone]):
    mei, lin, zhu = friends
    lin.says("評分 5")
    with shop.sessions.begin() as session:
        who = members.find_by_line_id(session, zhu.id).id
        consents.choose(session, who, Topic.FEEDBACK, allowed=False, now=shop.clock())
    shop.tick()

    passes(shop, timedelta(days=1))

    assert ASKS in mei.hears()
    assert [ASKS in phone.hears() for phone in (lin, zhu)] == [False, False]
    passes(shop, timedelta(days=1))
    assert ASKS not in mei.hears()


def test_a_day_on_which_nothing_ran_is_made_up_for(shop: Shop, friends: list[Phone]):
    shop.tick()

    passes(shop, timedelta(days=3))

    assert [ASKS in phone.hears() for phone in friends] == [True] * 3
