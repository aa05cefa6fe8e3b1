"""Birthdays: one offer a year, on the right morning, for everyone who wants one."""

from __future__ import annotations

import threading
from collections import Counter
from datetime import date, datetime, time, timedelta

import pytest
from sqlalchemy import select

from models.base import TAIPEI
from models.people import consents
from models.talk.outbox import OutboxMessage
from scheduler.campaigns.birthday import Birthday
from scheduler.tick import Tick, tick
from tests.scheduler.conftest import Befriend
from tests.shop import Shop, taipei

pytestmark = pytest.mark.campaigns("birthday")

DAYS_OF_A_LEAP_YEAR = [date(2028, 1, 1) + timedelta(days=n) for n in range(366)]


def offers(shop: Shop) -> list[OutboxMessage]:
    with shop.sessions() as session:
        return list(session.scalars(select(OutboxMessage).where(OutboxMessage.rule == "birthday")))


def live(shop: Shop, first: date, last: date, at: time = time(9)) -> None:
    """Every day from `first` through `last`: one tick, and what is due goes out."""
    for n in range((last - first).days + 1):
        day = first + timedelta(days=n)
        shop.clock.jump(datetime.combine(day, at, TAIPEI))
        shop.tick()
        shop.send()


@pytest.mark.parametrize(
    "database", ["sqlite", pytest.param("postgresql", marks=pytest.mark.slow)], indirect=True
)
def test_366_birthdays_bring_exactly_two_offers_each_in_two_years(shop: Shop, befriend: Befriend):
    shop.clock.jump(taipei(2026, 12, 31, 12))
    ids = befriend([(day.month, day.day) for day in DAYS_OF_A_LEAP_YEAR])
    refusing = befriend([(6, 1), (2, 29)], marketing=False)

    for n in range(731):  # the other jobs have nothing to do with it, and take their time
        shop.clock.jump(taipei(2027, 1, 1, 9) + timedelta(days=n))
        Tick(shop.sessions, shop.clock(), shop.programme).campaign(Birthday)
        shop.send()

    rows = offers(shop)
    days = dict(zip(ids, DAYS_OF_A_LEAP_YEAR, strict=True))
    assert Counter(row.member_id for row in rows) == dict.fromkeys(ids, 2)
    assert not {row.member_id for row in rows} & set(refusing)
    for row in rows:
        assert row.state == "sent"
        sent = row.done_at.astimezone(TAIPEI)
        year = int(row.period)
        born = days[row.member_id]
        feast = (
            born.replace(year=year)
            if (born.month, born.day) != (2, 29)
            else (date(year, 2, 29) if year == 2028 else date(year, 2, 28))
        )
        assert sent.date() == feast
        assert time(9) <= sent.time() < time(21, 30)


def test_three_schedulers_at_once_change_nothing(shop: Shop, befriend: Befriend):
    shop.clock.jump(taipei(2027, 2, 20, 12))
    befriend([(2, 27), (2, 28), (2, 29), (3, 1), (3, 1)])
    together = threading.Barrier(3)

    def scheduler() -> None:
        for n in range(12):
            together.wait()
            now = taipei(2027, 2, 21, 9) + timedelta(days=n)
            tick(shop.sessions, now=now, programme=shop.programme)

    threads = [threading.Thread(target=scheduler) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(Counter(row.member_id for row in offers(shop)).values()) == [1, 1, 1, 1, 1]
    assert {row.due_at.astimezone(TAIPEI).date() for row in offers(shop)} == {
        date(2027, 2, 27),
        date(2027, 2, 28),
        date(2027, 3, 1),
    }


def test_three_days_without_a_scheduler_are_made_up_for(shop: Shop, befriend: Befriend):
    befriend([(11, 24), (11, 25), (11, 26), (11, 27), (12, 2)])
    live(shop, date(2026, 11, 24), date(2026, 11, 24))

    live(shop, date(2026, 11, 27), date(2026, 11, 27))

    assert len(offers(shop)) == 4


def test_longer_than_that_is_on_record_as_missed(shop: Shop, befriend: Befriend):
    befriend([(11, 25), (12, 4)])
    live(shop, date(2026, 11, 24), date(2026, 11, 24))
    shop.clock.jump(taipei(2026, 12, 4, 9))

    done = shop.tick()

    assert len(offers(shop)) == 1
    assert "birthday:2026-11-25" in done.missed


def test_a_clock_that_steps_back_and_forth_sends_nothing_twice(shop: Shop, befriend: Befriend):
    befriend([(12, 31), (1, 1)])

    for step in (0, -2, 0, 2, 0, 24, 22, 24):
        shop.clock.jump(taipei(2026, 12, 31, 10) + timedelta(hours=step))
        shop.tick()
        shop.send()

    assert Counter(row.period for row in offers(shop)) == {"2026": 1, "2027": 1}


def test_who_stops_marketing_after_planning_is_not_congratulated(shop: Shop, befriend: Befriend):
    [member] = befriend([(11, 25)])
    shop.clock.jump(taipei(2026, 11, 25, 9))
    shop.tick()
    with shop.sessions.begin() as session:
        consents.set_marketing(session, [member], granted=False, source="chat", now=shop.clock())

    tally = shop.send()

    assert (tally.sent, tally.skipped) == (0, 1)
    assert [row.state for row in offers(shop)] == ["skipped"]


def test_an_offer_planned_at_night_waits_for_the_morning(shop: Shop, befriend: Befriend):
    befriend([(11, 25)])
    shop.clock.jump(taipei(2026, 11, 25, 23, 30))
    shop.tick()

    assert shop.send().sent == 0
    shop.clock.jump(taipei(2026, 11, 26, 9))
    assert shop.send().sent == 1


@pytest.mark.parametrize(("day", "sent"), [(date(2026, 12, 1), 3), (date(2026, 11, 30), 0)])
def test_in_month_mode_the_first_of_the_month_is_everybodys_day(
    shop: Shop, befriend: Befriend, day: date, sent: int
):
    from dataclasses import replace

    messages = replace(shop.programme.messages, birthday_mode="month")
    shop.programme = replace(shop.programme, messages=messages)
    befriend([(12, 1), (12, 15), (12, 31)])

    live(shop, day, day)
    live(shop, day, day, time(10))

    assert len(offers(shop)) == sent
