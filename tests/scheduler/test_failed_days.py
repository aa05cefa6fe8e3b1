"""A day that fails does not block the days after it, and is tried again while it is of use."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from models.talk.job_runs import JobRun
from models.talk.outbox_records import OutboxMessage
from scheduler.campaigns.birthday import Birthday
from tests.scheduler.conftest import Befriend
from tests.shop import Shop

BIRTHDAYS = [(11, 25), (11, 26), (11, 27)]


class Cursed:
    """A birthday's message that cannot be written, until the mistake is put right."""

    def __init__(self, day: date) -> None:
        self.day, self.tries = day, 0

    def write(self, campaign: Birthday) -> dict[str, str]:
        if campaign.day == self.day:
            self.tries += 1
            raise ValueError("nobody can write this")
        return {"type": "text", "text": "生日快樂"}


@pytest.fixture
def cursed(monkeypatch: pytest.MonkeyPatch) -> Cursed:
    curse = Cursed(date(2026, 11, 25))
    monkeypatch.setattr(Birthday, "message", lambda campaign, *_: curse.write(campaign))
    return curse


def birthdays(shop: Shop) -> dict[str, str]:
    query = select(JobRun.period, JobRun.outcome).where(JobRun.job == Birthday.key)
    with shop.sessions() as session:
        return dict(session.execute(query.order_by(JobRun.period)).all())


def congratulated(shop: Shop) -> int:
    query = select(OutboxMessage.id).where(OutboxMessage.rule == Birthday.key)
    with shop.sessions() as session:
        return len(session.scalars(query).all())


def three_days_pass(shop: Shop, befriend: Befriend) -> None:
    """Each with a birthday, and no scheduler."""
    shop.tick()
    befriend(list(BIRTHDAYS))
    shop.clock.jump(timedelta(days=3))


def test_the_days_after_a_day_that_fails_are_planned(
    shop: Shop, befriend: Befriend, cursed: Cursed
) -> None:
    three_days_pass(shop, befriend)

    done = shop.tick()

    assert done.failed == [Birthday.key]
    assert congratulated(shop) == 2
    assert list(birthdays(shop).values()) == ["done", "failed", "done", "done"]


def test_a_day_that_failed_is_tried_by_each_tick_and_done_when_it_can_be(
    shop: Shop, befriend: Befriend, cursed: Cursed
) -> None:
    three_days_pass(shop, befriend)
    shop.tick()
    shop.tick()
    assert cursed.tries == 2

    cursed.day = date(2000, 1, 1)
    done = shop.tick()

    assert [plan["period"] for plan in done.plans] == ["2026-11-25"]
    assert congratulated(shop) == 3
    assert set(birthdays(shop).values()) == {"done"}
    assert shop.tick().plans == []


def test_a_day_that_fails_too_long_stays_on_record_as_failed(
    shop: Shop, befriend: Befriend, cursed: Cursed
) -> None:
    three_days_pass(shop, befriend)
    shop.tick()
    tries = cursed.tries
    shop.clock.jump(timedelta(days=Birthday.catch_up))

    shop.tick()

    assert cursed.tries == tries
    assert birthdays(shop)["2026-11-25"] == "failed"
    assert list(birthdays(shop).values()).count("failed") == 1
