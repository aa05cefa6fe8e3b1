"""Points and coupons that expire soon: told with the next answer, or pushed; true at that time."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select

from models.loyalty import coupons, points
from models.people import members
from models.people.roles import Role
from models.talk.outbox_records import OutboxMessage
from tests.shop import Phone, Shop, taipei

pytestmark = pytest.mark.campaigns("points_expiring", "coupon_expiring")

POINTS, COUPONS = "點數快到期", "優惠券快到期"


@pytest.fixture
def mei(shop: Shop) -> Phone:
    phone = shop.phone("小美")
    phone.follows()
    phone.says("手機 0912345678")  # so that no welcome comes in between
    with shop.sessions.begin() as session:  # nor the gifts' own expiry
        member_id = members.find_by_line_id(session, phone.id).id
        for held in coupons.wallet(session, member_id, shop.clock()).usable:
            coupons.void(session, held.code, by=member_id, now=shop.clock())
    return phone


def member_of(shop: Shop, phone: Phone) -> int:
    with shop.sessions() as session:
        return members.find_by_line_id(session, phone.id).id


@pytest.fixture
def earns(shop: Shop, mei: Phone) -> Callable[[int, date], None]:
    """Lets 小美 have points that can be used through a day."""

    def earn(amount: int, last_day: date) -> None:
        terms = shop.programme.points
        with shop.sessions.begin() as session:
            points.earn(
                session,
                member_of(shop, mei),
                amount,
                source=f"test:{last_day}",
                earned_on=last_day - timedelta(days=terms.valid_days),
                now=shop.clock(),
                terms=terms,
                reason="測試",
            )

    return earn


@pytest.fixture
def gets(shop: Shop, mei: Phone) -> Callable[[str], str]:
    """Gives 小美 a coupon of 30 days; its code."""

    def give(source: str) -> str:
        terms = shop.programme.coupons["birthday_gold"]
        with shop.sessions.begin() as session:
            given = coupons.issue(
                session, terms, member_of(shop, mei), source=source, now=shop.clock()
            )
        return given.code

    return give


def tick_at(shop: Shop, at: datetime) -> None:
    shop.clock.jump(at)
    shop.tick()
    shop.settle()


def on(shop: Shop, *month_and_day: tuple[int, int]) -> None:
    """On these days a tick comes, and what is due goes out."""
    for month, day in month_and_day:
        tick_at(shop, taipei(2026, month, day, 11))


def states(shop: Shop, rule: str) -> list[tuple[str, str]]:
    query = select(OutboxMessage.period, OutboxMessage.state).where(OutboxMessage.rule == rule)
    with shop.sessions() as session:
        return [(row.period, row.state) for row in session.execute(query.order_by("period"))]


def test_points_that_expire_within_thirty_days_ride_on_the_next_answer_for_free(
    shop: Shop, mei: Phone, earns
):
    earns(30, date(2026, 12, 24))
    tick_at(shop, taipei(2026, 11, 24, 13))
    assert mei.hears() == []
    used = shop.platform.quota_used

    heard = mei.says("會員卡")

    assert POINTS in heard
    assert "30 點" in str(heard)
    assert len(heard) == 2
    assert shop.platform.quota_used == used
    assert POINTS not in mei.says("會員卡")
    on(shop, (11, 25), (12, 17), (12, 18), (12, 24))
    assert mei.hears() == []


def test_without_an_answer_points_are_pushed_a_week_before(shop: Shop, mei: Phone, earns):
    earns(30, date(2026, 12, 24))
    on(shop, (11, 24), (12, 1), (12, 17))
    assert mei.hears() == []

    on(shop, (12, 18))

    assert POINTS in mei.hears()
    on(shop, (12, 19), (12, 24), (12, 26))
    assert mei.hears() == []


def test_one_reminder_speaks_of_all_points_that_go_in_a_month(shop: Shop, mei: Phone, earns):
    earns(30, date(2026, 11, 30))
    earns(7, date(2026, 12, 5))
    earns(5, date(2026, 12, 31))

    tick_at(shop, taipei(2026, 11, 24, 13))
    heard = [*mei.hears(), *mei.says("點數")]
    on(shop, (11, 28), (12, 1), (12, 4), (12, 26), (12, 29), (12, 31))
    heard += mei.hears()

    reminders = [str(message) for message in heard if POINTS in message.get("altText", "")]
    assert len(reminders) == 2
    assert "30 點" in reminders[0]
    assert "12 點" in reminders[1]
    assert states(shop, "points_expiring") == [("2026-11", "sent"), ("2026-12", "sent")]


def test_points_spent_meanwhile_are_not_spoken_of(shop: Shop, mei: Phone, earns):
    earns(30, date(2026, 12, 24))
    tick_at(shop, taipei(2026, 11, 24, 13))
    spend(shop, mei, 30)

    assert POINTS not in mei.says("會員卡")
    on(shop, (11, 25), (12, 18), (12, 24))
    assert mei.hears() == []
    assert states(shop, "points_expiring") == [("2026-12", "cancelled")]


def test_of_points_spent_in_part_the_rest_is_spoken_of(shop: Shop, mei: Phone, earns):
    earns(30, date(2026, 12, 24))
    tick_at(shop, taipei(2026, 11, 24, 13))
    spend(shop, mei, 18)

    reminder = [m for m in mei.says("會員卡") if POINTS in m.get("altText", "")]

    assert "12 點" in str(reminder)
    assert "30 點" not in str(reminder)


def test_a_push_says_what_is_true_on_its_day(shop: Shop, mei: Phone, earns):
    earns(30, date(2026, 12, 24))
    on(shop, (11, 24), (12, 10))
    spend(shop, mei, 18)

    on(shop, (12, 18))

    heard = mei.hears()
    assert POINTS in heard
    assert "12 點" in str(heard)


def spend(shop: Shop, phone: Phone, amount: int) -> None:
    with shop.sessions.begin() as session:
        points.spend(
            session,
            member_of(shop, phone),
            amount,
            source="test:spend",
            now=shop.clock(),
            reason="折抵",
        )


def test_who_wants_no_reminders_hears_none_with_an_answer_either(shop: Shop, mei: Phone, earns):
    earns(30, date(2026, 12, 24))
    tick_at(shop, taipei(2026, 11, 24, 13))
    mei.says("通知關 expiry")

    assert POINTS not in mei.says("會員卡")
    on(shop, (11, 25), (12, 18), (12, 24))
    assert mei.hears() == []


def test_who_speaks_at_night_is_awake_and_hears_it(shop: Shop, mei: Phone, earns):
    earns(30, date(2026, 12, 24))
    tick_at(shop, taipei(2026, 11, 24, 13))
    shop.clock.jump(taipei(2026, 11, 24, 23, 30))

    assert POINTS in mei.says("會員卡")


def test_a_coupon_rides_on_the_next_answer_three_days_before(shop: Shop, mei: Phone, gets):
    gets("test:1")  # through 24 December
    on(shop, (12, 20))
    assert COUPONS not in mei.says("會員卡")
    on(shop, (12, 21))

    assert COUPONS in mei.says("會員卡")
    on(shop, (12, 22), (12, 23), (12, 24))
    assert mei.hears() == []


def test_without_an_answer_a_coupon_is_pushed_the_day_before(shop: Shop, mei: Phone, gets):
    gets("test:1")
    on(shop, (12, 20), (12, 21), (12, 22))
    assert mei.hears() == []

    on(shop, (12, 23))

    assert COUPONS in mei.hears()


def test_a_coupon_used_meanwhile_is_not_spoken_of(shop: Shop, mei: Phone, gets):
    boss = shop.phone("老闆", role=Role.OWNER)
    code = gets("test:1")
    on(shop, (12, 21))
    boss.says(f"/核銷 {code}")

    assert COUPONS not in mei.says("會員卡")
    on(shop, (12, 22), (12, 23), (12, 24))
    assert mei.hears() == []


def test_a_reminder_that_comes_too_late_is_not_sent(shop: Shop, mei: Phone, gets):
    """The sender was away until the coupon's last day was over."""
    gets("test:1")
    shop.clock.jump(taipei(2026, 12, 23, 11))
    shop.tick()
    shop.clock.jump(taipei(2026, 12, 25, 11))

    assert shop.send().expired == 1
    assert mei.hears() == []
