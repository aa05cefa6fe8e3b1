"""A group-buy pointed out to those who buy such goods: why, for how much, once, one in a week."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import count
from typing import Any

import orjson
import pytest
from sqlalchemy import select

from models.people import consents, tags
from models.people.consents import Topic
from models.people.tags import MemberTag
from models.shop import group_buys, interest, orders, products, settlement
from models.shop.group_buy_terms import GroupBuyTerms, ItemTerms
from models.shop.orders import LineDraft, OrderDraft, Status
from models.shop.product_records import Product
from models.talk.outbox_records import OutboxMessage
from scheduler.campaigns.recommendation import Recommendation
from scheduler.planning import Planned, plan
from tests.scheduler.conftest import Befriend
from tests.shop import Shop

BUYERS, LATER = "母嬰用品買家", date(2027, 5, 1)
NUMBERS = count(1)


@pytest.fixture
def friends(befriend: Befriend) -> list[int]:
    return befriend([None] * 4)


def opens(shop: Shop, name: str, category: str = "", **terms: Any) -> int:
    offered = GroupBuyTerms(name, (ItemTerms("A", name, 450, category=category),), **terms)
    with shop.sessions.begin() as session:
        drafted = group_buys.draft(session, offered, by="boss", now=shop.clock())
        return group_buys.publish(session, drafted, now=shop.clock()).id


def by_rule(shop: Shop, *member_ids: int, tag: str = BUYERS) -> None:
    with shop.sessions.begin() as session:
        session.add_all(
            MemberTag(member_id=each, tag=tag, at=shop.clock(), by_rule=True, until=LATER)
            for each in member_ids
        )


def buys(shop: Shop, member_id: int, name: str, amount: int, category: str = "") -> None:
    """Somebody orders and has it in their hands."""
    now = shop.clock()
    with shop.sessions.begin() as session:
        [product_id] = products.ensure(session, {name: None}).values()
        session.get_one(Product, product_id).category = category
        number = f"{name}-{member_id}-{next(NUMBERS)}"
        order = orders.place(
            session,
            OrderDraft(number, member_id, now, [LineDraft(product_id, 1, amount)]),
            now=now,
        )
        settlement.settle(session, order, Status.PICKED_UP, now=now, programme=shop.programme)


def runs(shop: Shop) -> Planned:
    with shop.sessions.begin() as session:
        return plan(Recommendation(session, now=shop.clock(), programme=shop.programme))


def heard(shop: Shop) -> dict[int, list[str]]:
    """What each member was told: the cards' texts."""
    with shop.sessions() as session:
        rows = session.execute(
            select(OutboxMessage.member_id, OutboxMessage.messages).order_by(OutboxMessage.id)
        ).all()
    told: dict[int, list[str]] = {}
    for member, messages in rows:
        told.setdefault(member, []).append(orjson.loads(messages)[0]["altText"])
    return told


def test_buyers_are_told_why_and_for_how_much(shop: Shop, friends: list[int]):
    buyer, fan, refused, other = friends
    by_rule(shop, buyer, refused)
    with shop.sessions.begin() as session:
        tags.add(session, [(fan, "興趣:母嬰"), (other, "興趣:生鮮")], now=shop.clock())
        consents.choose(session, refused, Topic.OFFERS, allowed=False, now=shop.clock())
    buys(shop, buyer, "飯店住宿", 8_000)
    opens(shop, "有機尿布")

    assert runs(shop).skipped == {"opted_out": 1}

    told = heard(shop)
    assert told.keys() == {buyer, fan}
    assert "你常買母嬰用品" in told[buyer][0]
    assert "NT$405" in told[buyer][0]
    assert "你對母嬰有興趣" in told[fan][0]
    assert "NT$450" in told[fan][0]
    assert runs(shop).already == 2


def test_one_in_a_week_and_the_next_after_it(shop: Shop, friends: list[int]):
    buyer = friends[0]
    by_rule(shop, buyer)
    opens(shop, "有機尿布")
    runs(shop)
    opens(shop, "水解奶粉")

    runs(shop)
    assert len(heard(shop)[buyer]) == 1
    shop.clock.jump(timedelta(days=7))
    runs(shop)
    assert "水解奶粉" in heard(shop)[buyer][1]
    shop.clock.jump(timedelta(days=7))
    assert runs(shop).planned == 0


def test_what_they_saw_or_may_not_join_is_not_pointed_out(shop: Shop, friends: list[int]):
    looker, outsider = friends[:2]
    by_rule(shop, looker, outsider)
    now = shop.clock()
    seen = opens(shop, "有機尿布", tag="VIP")
    opens(shop, "金級尿布", tier="gold")
    opens(shop, "明天的尿布", opens_at=now + timedelta(days=1))
    opens(shop, "快結單的尿布", closes_at=now + timedelta(hours=5))
    with shop.sessions.begin() as session:
        tags.add(session, [(looker, "VIP")], now=now)
        interest.looked(session, looker, [seen], now=now)

    assert runs(shop).audience == 0


def test_a_category_without_a_rule_goes_by_orders(shop: Shop, friends: list[int]):
    twice, once = friends[:2]
    for who in (twice, twice, once):
        buys(shop, who, "黑糖糕", 200, "零食")
    opens(shop, "鹹酥餅", "零食")

    runs(shop)

    assert heard(shop).keys() == {twice}
    assert "你常買零食" in heard(shop)[twice][0]
