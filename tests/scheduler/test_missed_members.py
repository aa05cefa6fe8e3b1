"""Members who are silent for longer than they are used to: a word, then a coupon, then nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from models.loyalty.coupons import Coupon
from models.people import consents
from models.people.consents import Topic
from models.people.members import Member
from models.shop import orders, products, settlement
from models.shop.orders import LineDraft, OrderDraft, Status
from models.talk.outbox_records import OutboxMessage
from scheduler.campaigns.win_back import WinBack
from scheduler.planning import Planned, plan
from tests.scheduler.conftest import Befriend
from tests.shop import Shop, taipei

TODAY = date(2027, 3, 1)


@pytest.fixture
def silent(shop: Shop, befriend: Befriend):
    """A friend with `count` orders `every` so many days, the last of them `ago`; their id."""

    def make(ago: int, *, every: int = 10, count: int = 4, on: date = TODAY) -> int:
        [member_id] = befriend([None])
        last = on - timedelta(days=ago)
        days = [last - timedelta(days=every * n) for n in range(count)]
        for day in reversed(days):
            buys(shop, member_id, day)
        return member_id

    return make


def buys(shop: Shop, member_id: int, day: date, status: Status = Status.PAID) -> None:
    at = taipei(day.year, day.month, day.day, 9)
    with shop.sessions.begin() as session:
        [product] = products.ensure(session, {"蜂蜜": None}).values()
        draft = OrderDraft(f"{member_id}-{day}", member_id, at, [LineDraft(product, 1, 500)])
        order = orders.place(session, draft, now=at)
        settlement.settle(session, order, status, now=at, programme=shop.programme)


def runs(shop: Shop, day: date, **rules: Any) -> Planned:
    programme = replace(shop.programme, messages=replace(shop.programme.messages, **rules))
    now = taipei(day.year, day.month, day.day, 18)
    with shop.sessions.begin() as session:
        return plan(WinBack(session, now=now, programme=programme, day=day))


def written(shop: Shop) -> dict[int, list[str]]:
    """The steps each member was written about."""
    with shop.sessions() as session:
        rows = session.execute(
            select(OutboxMessage.member_id, OutboxMessage.period).order_by(OutboxMessage.id)
        ).all()
    return {
        member: [period.partition(":")[2] for who, period in rows if who == member]
        for member, _ in rows
    }


def test_each_step_comes_once_in_a_silence_and_again_in_the_next(shop: Shop, silent):
    # 4 orders every 10 days, the shop's 30 assumed: (3 * 30 + 30) / 6 = 20 days, so 30 and 50
    often = silent(30)
    assert written(shop) == {}
    for later in range(-1, 40):
        runs(shop, TODAY + timedelta(days=later))
    assert written(shop) == {often: ["hello", "coupon"]}

    again = TODAY + timedelta(days=40)
    buys(shop, often, again)
    # 5 orders now, over 100 days: (90 + 100) / 7, half as much again is 40 days
    runs(shop, again + timedelta(days=39))
    assert len(written(shop)[often]) == 2
    runs(shop, again + timedelta(days=40))
    assert written(shop)[often] == ["hello", "coupon", "hello"]


def test_one_order_is_measured_by_the_shops_interval(shop: Shop, silent):
    once = silent(45, count=1)
    silent(44, count=1)

    assert runs(shop, TODAY).planned == 1
    assert written(shop) == {once: ["hello"]}


def test_the_coupon_is_of_the_rules_and_without_one_there_is_no_second_word(shop: Shop, silent):
    silent(50)
    assert runs(shop, TODAY, win_back_coupon=None).audience == 0

    assert runs(shop, TODAY).planned == 1
    with shop.sessions() as session:
        assert session.scalars(select(Coupon.name)).all() == ["好久不見 NT$100"]


def test_who_is_left_in_peace(shop: Shop, silent):
    silent(120)  # silent for long when the shop began with it
    missed = silent(33)  # three days late, as after a failed run
    silent(34)
    said_no, left, calling = silent(30), silent(30), silent(30)
    with shop.sessions.begin() as session:
        consents.choose(session, said_no, Topic.OFFERS, allowed=False, now=shop.clock())
        session.execute(update(Member).where(Member.id == left).values(left_on=TODAY))
    buys(shop, calling, TODAY - timedelta(days=1), Status.PLACED)

    planned = runs(shop, TODAY)

    assert planned.skipped == {"opted_out": 1}
    assert written(shop) == {missed: ["hello"]}
    assert runs(shop, TODAY).already == 1
