"""What comes round by the calendar: who hears of it, once, and what a missed day changes."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select

from models.calendar_terms import AnniversaryTerms
from models.loyalty.coupons import Coupon
from models.people import tags
from models.programme import Programme, load
from models.shop import group_buys, orders, products, settlement, storefront
from models.shop.group_buy_records import GroupBuy
from models.shop.group_buy_terms import GroupBuyTerms, ItemTerms
from models.shop.orders import LineDraft, OrderDraft, Status
from models.talk import switches
from models.talk.outbox import OutboxMessage
from scheduler import schedule
from scheduler.campaign import CAMPAIGNS
from scheduler.campaigns.anniversary import Anniversary
from scheduler.campaigns.digest import Digest
from scheduler.campaigns.festival import Festival
from scheduler.campaigns.member_day import MemberDay
from scheduler.tick import Tick
from tests.scheduler.conftest import Befriend
from tests.shop import Phone, Shop, taipei

SATURDAY = taipei(2026, 12, 5)  # the first of December


@pytest.fixture
def programme() -> Programme:
    """Preset B, of a shop that was founded on a leap day."""
    usual = load(None)
    founded = AnniversaryTerms(date(2024, 2, 29))
    return replace(usual, calendar=replace(usual.calendar, anniversary=founded))


def ticks(shop: Shop, key: str, at: datetime) -> int:
    """One campaign's part of a tick; how many messages it planned."""
    shop.clock.jump(at)
    strike = Tick(shop.sessions, at, shop.programme)
    strike.campaign(CAMPAIGNS[key])
    return sum(each["planned"] for each in strike.done.plans)


def turn(shop: Shop, key: str, *, on: bool) -> None:
    with shop.sessions.begin() as session:
        switches.switch(session, key, on=on, now=shop.clock())


def queued(shop: Shop, rule: str) -> list[OutboxMessage]:
    with shop.sessions() as session:
        query = select(OutboxMessage).where(OutboxMessage.rule == rule)
        return list(session.scalars(query.order_by(OutboxMessage.id)))


def opened(shop: Shop, title: str, **terms: object) -> int:
    offered = GroupBuyTerms(title, (ItemTerms("A", title, 450),), **terms)  # type: ignore[arg-type]
    with shop.sessions.begin() as session:
        drafted = group_buys.draft(session, offered, by="boss", now=shop.clock())
        return group_buys.publish(session, drafted, now=shop.clock()).id


def bought(shop: Shop, member_id: int, times: int) -> None:
    now = shop.clock()
    with shop.sessions.begin() as session:
        product = products.ensure(session, {"芒果": None})["芒果"]
        for number in range(times):
            draft = OrderDraft(
                f"{member_id}-{number}", member_id, now, [LineDraft(product, 1, 450)]
            )
            order = orders.place(session, draft, now=now)
            settlement.settle(session, order, Status.PAID, now=now, programme=shop.programme)


def test_mothers_day_is_told_once_with_its_coupon(shop: Shop, befriend: Befriend):
    (mei,) = befriend([None])
    befriend([None], marketing=False)
    befriend([None], is_friend=False)

    planned = [ticks(shop, "festival", taipei(2027, 5, day, 10)) for day in range(1, 10)]

    assert planned == [0, 1, *[0] * 7]
    (row,) = queued(shop, "festival")
    assert (row.member_id, row.period, row.capped) == (mei, "mothers_day:2027", True)
    assert "母親節" in row.messages
    assert row.use_until == taipei(2027, 5, 10)
    with shop.sessions() as session:
        (coupon,) = session.scalars(select(Coupon))
        assert (coupon.name, coupon.value, coupon.member_id) == ("母親節 9折券", 90, mei)


def test_a_festival_is_told_when_switched_on_and_made_up_for(shop: Shop, befriend: Befriend):
    befriend([None])
    assert ticks(shop, "festival", taipei(2026, 9, 11, 10)) == 0

    turn(shop, "festival:mid_autumn", on=True)
    ticks(shop, "festival", taipei(2027, 8, 31, 10))
    assert ticks(shop, "festival", taipei(2027, 9, 3, 11)) == 1
    assert queued(shop, "festival")[0].period == "mid_autumn:2027"

    coming = {"now": shop.clock(), "programme": shop.programme}
    with shop.sessions() as session:
        found = schedule.next_run(Festival, **coming, switched=switches.every(session))
    assert found == taipei(2028, 5, 7, 10)
    off = dict.fromkeys(("festival:mid_autumn", "festival:mothers_day"), False)
    assert schedule.next_run(Festival, **coming, switched=off) is None


def test_the_shops_birthday_comes_once_a_year_also_when_founded_on_a_leap_day(
    shop: Shop, befriend: Befriend
):
    befriend([None, None])
    befriend([None], marketing=False)
    days = [taipei(2027, 2, 27, 10) + timedelta(days=n) for n in range(3)]

    assert [ticks(shop, "anniversary", day) for day in days] == [0, 2, 0]
    assert "3 週年" in queued(shop, "anniversary")[0].messages
    assert Anniversary.next_day(shop.programme, date(2027, 3, 1)) == date(2028, 2, 29)
    assert Anniversary.next_day(load(None), date(2027, 3, 1)) is None


def test_on_the_members_day_those_who_came_back_find_the_hidden_store(
    shop: Shop, befriend: Befriend
):
    mei, lin = befriend([None, None])
    bought(shop, mei, 2)
    bought(shop, lin, 1)
    hidden = opened(shop, "隱藏的鳳梨酥", tag="會員日")

    def sees(at: timedelta) -> list[int]:
        with shop.sessions() as session:
            moment = {"now": SATURDAY + at, "programme": shop.programme}
            found = [storefront.shelf(session, each, **moment) for each in (mei, lin)]
            return [n for n, shelf in enumerate(found) if shelf.open]

    assert ticks(shop, "member_day", SATURDAY + timedelta(hours=12)) == 0
    assert sees(timedelta(hours=13)) == []

    turn(shop, "member_day", on=True)
    assert [sees(timedelta(hours=hour)) for hour in (11, 12, 21, 22)] == [[], [0], [0], []]
    assert sees(timedelta(days=7, hours=12)) == []

    january = taipei(2027, 1, 2)
    assert ticks(shop, "member_day", january + timedelta(hours=11)) == 0
    assert ticks(shop, "member_day", january + timedelta(hours=12)) == 1
    assert ticks(shop, "member_day", january + timedelta(hours=13)) == 0
    (row,) = queued(shop, "member_day")
    assert (row.member_id, row.period) == (mei, "2027-01")
    assert "隱藏的鳳梨酥" in row.messages
    assert row.use_until == january + timedelta(hours=22)
    with shop.sessions() as session:
        (coupon,) = session.scalars(select(Coupon))
        assert coupon.expires_at == january + timedelta(days=1)
        assert session.get_one(GroupBuy, hidden).tag == "會員日"


def test_a_members_day_that_was_slept_through_is_not_told_of_afterwards(
    shop: Shop, befriend: Befriend
):
    (mei,) = befriend([None])
    bought(shop, mei, 5)
    turn(shop, "member_day", on=True)
    ticks(shop, "member_day", SATURDAY - timedelta(hours=8))

    assert ticks(shop, "member_day", SATURDAY + timedelta(hours=23)) == 0
    assert ticks(shop, "member_day", SATURDAY + timedelta(days=1, hours=9)) == 0
    assert MemberDay.next_day(shop.programme, date(2026, 12, 6)) == date(2027, 1, 2)


def test_the_digest_says_what_each_member_may_see(shop: Shop, befriend: Befriend):
    mei, lin = befriend([None, None])
    befriend([None], marketing=False)
    thursday = taipei(2026, 11, 26, 18)
    opened(shop, "母嬰的團", tag="母嬰", closes_at=thursday + timedelta(days=3))
    opened(shop, "金級的團", tier="gold")
    with shop.sessions.begin() as session:
        tags.add(session, [(mei, "母嬰")], now=shop.clock())

    assert ticks(shop, "digest", thursday - timedelta(days=1)) == 0
    assert ticks(shop, "digest", thursday) == 1
    (row,) = queued(shop, "digest")
    assert (row.member_id, row.period, row.rides) == (mei, "2026-W48", True)
    assert "母嬰的團" in row.messages
    assert "金級的團" not in row.messages
    assert row.due_at == taipei(2026, 11, 28, 12)

    opened(shop, "大家的團")
    assert ticks(shop, "digest", thursday + timedelta(days=1)) == 1
    first, second = queued(shop, "digest")
    assert "大家的團" in first.messages
    assert second.member_id == lin
    befriend([None])
    assert ticks(shop, "digest", thursday + timedelta(days=2)) == 0
    assert {row.state for row in queued(shop, "digest")} == {"queued"}
    assert Digest.next_day(shop.programme, date(2026, 11, 27)) == date(2026, 12, 3)


def test_the_digest_rides_on_a_reply_and_says_what_is_true_then(shop: Shop):
    mei, lin, zhu = (shop.phone(name) for name in ("小美", "小林", "阿珠"))
    for phone in (mei, lin, zhu):
        phone.follows()
    thursday = taipei(2026, 11, 26, 18)
    shop.clock.jump(thursday - timedelta(days=1))
    number = opened(shop, "愛文芒果", closes_at=thursday + timedelta(hours=4))
    opened(shop, "屏東黑豬", closes_at=thursday + timedelta(days=1))
    assert ticks(shop, "digest", thursday) == 3

    heard = mei.says("會員卡")
    assert "這週的團購" in heard
    assert "愛文芒果" in heard

    shop.clock.jump(timedelta(hours=5))
    heard = lin.says("會員卡")
    assert "這週的團購" in heard
    assert "愛文芒果" not in heard
    assert _rode(zhu, shop, thursday + timedelta(hours=30)) is False
    assert number


def _rode(phone: Phone, shop: Shop, at: datetime) -> bool:
    """Whether a digest comes along with an answer then, when both have closed."""
    shop.clock.jump(at)
    return "這週的團購" in phone.says("會員卡")
