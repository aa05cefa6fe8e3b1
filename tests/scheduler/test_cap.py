"""At most two offers in seven days: the third waits its turn, or is dropped if it is too late."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select, update

from models.loyalty import points
from models.people import members
from models.talk.outbox_records import OutboxMessage
from tests.shop import Phone, Shop, taipei


@pytest.fixture
def mei(shop: Shop) -> Phone:
    """Two offers reached her: the welcome on the 24th, and points that go on 30 November."""
    phone = shop.phone("小美")
    phone.follows()
    shop.clock.jump(taipei(2026, 11, 24, 19))
    tick(shop)
    earn(shop, phone, date(2026, 11, 30))
    shop.clock.jump(taipei(2026, 11, 25, 11))
    tick(shop)
    assert [message["altText"][:6] for message in phone.hears()] == [
        "新客禮還在等",
        "順便告訴你：",
    ]
    return phone


def tick(shop: Shop) -> None:
    shop.tick()
    shop.settle()


def earn(shop: Shop, phone: Phone, last_day: date) -> None:
    terms = shop.programme.points
    with shop.sessions.begin() as session:
        points.earn(
            session,
            members.find_by_line_id(session, phone.id).id,
            30,
            source=f"test:{last_day}",
            earned_on=last_day - timedelta(days=terms.valid_days),
            now=shop.clock(),
            terms=terms,
            reason="測試",
        )


def reminder(shop: Shop, period: str) -> OutboxMessage:
    query = select(OutboxMessage).where(
        OutboxMessage.rule == "points_expiring", OutboxMessage.period == period
    )
    with shop.sessions() as session:
        return session.scalars(query).one()


def test_the_third_offer_waits_until_the_first_is_a_week_old(shop: Shop, mei: Phone):
    earn(shop, mei, date(2026, 12, 5))  # to be pushed from 29 November on
    for at in (taipei(2026, 11, 29, 11), taipei(2026, 12, 1, 18, 59)):
        shop.clock.jump(at)
        tick(shop)
        assert mei.hears() == []

    shop.clock.jump(taipei(2026, 12, 1, 19))
    tick(shop)

    assert "點數快到期" in mei.hears()
    assert reminder(shop, "2026-12").state == "sent"


def test_an_offer_that_would_come_too_late_is_dropped(shop: Shop, mei: Phone):
    earn(shop, mei, date(2026, 12, 1))
    shop.clock.jump(taipei(2026, 12, 1, 11))
    with shop.sessions.begin() as session:  # the two that reached her are of yesterday
        session.execute(
            update(OutboxMessage)
            .where(OutboxMessage.counted_at.is_not(None))
            .values(counted_at=taipei(2026, 11, 30, 12))
        )

    tick(shop)

    assert mei.hears() == []
    assert (reminder(shop, "2026-12").state, reminder(shop, "2026-12").reason) == (
        "skipped",
        "capped",
    )


def test_with_an_answer_no_more_than_two_a_week_ride_along_either(shop: Shop, mei: Phone):
    earn(shop, mei, date(2026, 12, 20))
    shop.clock.jump(taipei(2026, 11, 26, 11))
    tick(shop)

    assert "點數快到期" not in mei.says("會員卡")

    shop.clock.jump(taipei(2026, 12, 1, 19))
    assert "點數快到期" in mei.says("會員卡")
