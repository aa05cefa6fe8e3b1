"""Days that go wrong elsewhere: birthdays that move, the day of joining, midnight in Taipei."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from models.base import TAIPEI, local_day
from models.loyalty import points
from models.people.members import Member
from models.talk.outbox_records import OutboxMessage
from models.terms import PointTerms
from scheduler.campaigns.birthday import Birthday
from scheduler.tick import Tick
from tests.shop import Phone, Shop, taipei

ZONES = ["Pacific/Kiritimati", "Pacific/Pago_Pago"]
SECOND = timedelta(seconds=1)


@pytest.fixture
def shop(engine, sessions, programme, now) -> Iterator[Shop]:
    made = Shop(engine, sessions, programme, now)
    yield made
    made.close()


@pytest.fixture
def mei(shop: Shop) -> Phone:
    return shop.phone("小美")


@pytest.fixture(params=ZONES)
def zone(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A machine whose clock is set to somewhere else."""
    monkeypatch.setenv("TZ", request.param)
    time.tzset()
    yield request.param
    monkeypatch.undo()
    time.tzset()


def offers(shop: Shop) -> list[str]:
    """The days on which birthday offers were sent."""
    with shop.sessions() as session:
        sent = select(OutboxMessage.done_at).where(
            OutboxMessage.rule == "birthday", OutboxMessage.state == "sent"
        )
        return [f"{local_day(at)}" for at in session.scalars(sent.order_by(OutboxMessage.id))]


def live(shop: Shop, first: datetime, days: int) -> None:
    """So many mornings."""
    for number in range(days):
        shop.clock.jump(first + timedelta(days=number))
        strike(shop)


def strike(shop: Shop) -> None:
    Tick(shop.sessions, shop.clock(), shop.programme).campaign(Birthday)
    shop.send()


def test_a_birthday_changed_twice_in_a_year_brings_one_offer(shop: Shop, mei: Phone):
    mei.follows()
    mei.says("生日 11/26")
    live(shop, taipei(2026, 11, 25, 9), 2)
    long_ago = local_day(shop.clock()) - timedelta(days=400)
    for day in ("12/1", "12/3"):
        with shop.sessions.begin() as session:  # as after a year, or by the shop's own hand
            session.query(Member).update({"birthday_set_on": long_ago})
        assert day in mei.says(f"生日 {day}")
        live(shop, shop.clock() + timedelta(days=1), 5)

    assert offers(shop) == ["2026-11-26"]


@pytest.mark.parametrize("hour", [0, 20])
def test_who_joins_on_their_birthday_is_congratulated_once_that_day(
    shop: Shop, mei: Phone, hour: int
):
    shop.clock.jump(taipei(2026, 11, 25, hour, 30))
    mei.follows()

    mei.says("生日 11/25")
    strike(shop)
    live(shop, taipei(2026, 11, 25, 20, 59), 1)
    live(shop, taipei(2026, 11, 26, 9), 3)

    assert offers(shop) == ["2026-11-25"]


def test_a_birthday_is_a_day_in_taipei_wherever_the_machine_stands(shop: Shop, mei: Phone, zone):
    assert os.environ["TZ"] == zone
    mei.follows()
    mei.says("生日 12/1")
    midnight = taipei(2026, 12, 1)

    for moment in (midnight - SECOND, midnight, taipei(2026, 12, 1, 9) - SECOND):
        shop.clock.jump(moment)
        strike(shop)
        assert offers(shop) == []
    shop.clock.jump(taipei(2026, 12, 1, 9))
    strike(shop)

    assert offers(shop) == ["2026-12-01"]


def test_points_last_until_midnight_in_taipei_wherever_the_machine_stands(shop: Shop, mei, zone):
    assert os.environ["TZ"] == zone
    mei.follows()
    terms, today = PointTerms(valid_days=7), local_day(shop.clock())
    with shop.sessions.begin() as session:
        member = session.scalars(select(Member.id).where(Member.line_user_id == mei.id)).one()
        points.earn(
            session,
            member,
            30,
            source="order:1",
            earned_on=today,
            now=shop.clock(),
            terms=terms,
            reason="消費",
        )
    last = datetime.combine(today + timedelta(days=8), datetime.min.time(), TAIPEI)

    with shop.sessions() as session:
        assert points.balance(session, member, last - SECOND).available == 30
        assert points.balance(session, member, last).available == 0
    shop.clock.jump(last - SECOND)
    assert "30 點" in mei.says("點數")
    shop.clock.jump(last)
    assert "30 點" not in mei.says("點數")
