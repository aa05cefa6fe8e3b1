"""A tick: what is open is done, once, and whatever fails is tried by the next."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta

import pytest
from sqlalchemy import event, select

from models.loyalty import points
from models.talk import job_runs, switches
from models.talk.job_runs import JobRun
from models.talk.outbox_records import OutboxMessage
from scheduler import campaigns
from scheduler.campaign import CAMPAIGNS
from scheduler.campaigns.birthday import Birthday
from scheduler.campaigns.points_expiring import PointsExpiring
from scheduler.jobs import CHORES
from scheduler.schedule import latest_run
from scheduler.tick import Tick
from tests.chaos.crashes import Crashes
from tests.scheduler.conftest import Befriend
from tests.shop import Shop, taipei

campaigns.load()
DAILY = {key for key, each in CAMPAIGNS.items() if not each.often and each.at_first}


def runs(shop: Shop, job: str) -> dict[str, str]:
    query = select(JobRun.period, JobRun.outcome).where(JobRun.job == job).order_by(JobRun.period)
    with shop.sessions() as session:
        return dict(session.execute(query).all())


def count_statements(shop: Shop) -> int:
    seen: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if not statement.startswith("BEGIN"):
            seen.append(statement)

    event.listen(shop.runtime.engine, "before_cursor_execute", note)
    shop.tick()
    event.remove(shop.runtime.engine, "before_cursor_execute", note)
    return len(seen)


def test_a_tick_with_nothing_to_do_asks_once_and_shows_that_it_is_alive(shop: Shop):
    shop.tick()
    shop.clock.jump(timedelta(seconds=30))

    # what comes often asks whether it is on and whom it concerns; closings, broadcasts, the budget
    # and the second look ask what is due
    often = [each for each in CAMPAIGNS.values() if each.often]
    assert count_statements(shop) <= 2 + 2 * len(often) + 5
    with shop.sessions() as session:
        assert job_runs.last_beat(session, "scheduler") == shop.clock()


def test_each_job_is_done_once_a_day_and_leaves_its_record(shop: Shop):
    first, again = shop.tick(), shop.tick()
    shop.clock.jump(timedelta(days=1))
    tomorrow = shop.tick()

    for done in (first, tomorrow):
        assert set(done.chores) == set(CHORES)
        assert {plan["campaign"] for plan in done.plans} == DAILY
    assert again.json() == {"plans": [], "chores": {}, "missed": [], "failed": []}
    for job in [*CHORES, *DAILY]:
        assert list(runs(shop, job).values()) == ["done", "done"]


def test_a_campaign_that_fails_stops_no_other_and_is_tried_again(
    shop: Shop, befriend: Befriend, monkeypatch: pytest.MonkeyPatch
):
    befriend([(11, 24)])
    shop.clock.jump(taipei(2026, 11, 24, 12))

    def fail(*_: object) -> None:
        raise RuntimeError("a mistake in the campaign's text")

    with monkeypatch.context() as broken:
        broken.setattr(Birthday, "message", fail)
        done = shop.tick()

    assert done.failed == ["birthday"]
    assert {plan["campaign"] for plan in done.plans} == DAILY - {"birthday"}
    assert runs(shop, "birthday") == {}

    again = shop.tick()

    assert again.failed == []
    assert [(plan["campaign"], plan["planned"]) for plan in again.plans] == [("birthday", 1)]


def test_a_campaign_that_is_off_writes_to_nobody_and_makes_up_for_nothing(
    shop: Shop, befriend: Befriend
):
    befriend([(11, 24), (11, 25)])
    shop.clock.jump(taipei(2026, 11, 24, 12))
    with shop.sessions.begin() as session:
        switches.switch(session, "birthday", on=False, now=shop.clock())

    assert "birthday" not in {plan["campaign"] for plan in shop.tick().plans}

    with shop.sessions.begin() as session:
        switches.switch(session, "birthday", on=True, now=shop.clock())
    shop.tick()
    shop.clock.jump(timedelta(days=1))
    shop.tick()

    assert runs(shop, "birthday") == {"2026-11-24": "off", "2026-11-25": "done"}
    with shop.sessions() as session:
        born = session.scalars(
            select(OutboxMessage.due_at).where(OutboxMessage.rule == "birthday")
        )
        assert [at.date() for at in born] == [date(2026, 11, 25)]


@pytest.mark.parametrize("campaign", [Birthday, PointsExpiring])
def test_a_tick_killed_anywhere_leaves_no_day_out(shop: Shop, engine, sessions, campaign):
    """Five days away at each time, so that there are days of every kind."""
    crashes = Crashes(engine, sessions)
    shop.clock.jump(taipei(2026, 11, 24, 12))

    def strike() -> None:
        Tick(shop.sessions, shop.clock(), shop.programme).campaign(campaign)

    strike()
    shop.clock.jump(timedelta(days=5))
    for moment in range(1, crashes.moments(strike) + 1):
        shop.clock.jump(timedelta(days=5))
        assert crashes.kill(strike, moment)
        strike()

    first, last = date(2026, 11, 24), latest_run(campaign.hour, shop.clock())
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    found = runs(shop, campaign.key)
    assert list(found) == [day.isoformat() for day in days]
    kinds = Counter(found.values())
    five_days = (len(days) - 1) // 5
    if campaign.each_day:
        assert kinds == {"done": 1 + 4 * five_days, "missed": five_days}
    else:
        assert kinds == {"done": 1 + five_days, "covered": 3 * five_days, "missed": five_days}


def test_a_clock_that_steps_back_finds_the_day_of_then_on_record(shop: Shop):
    shop.clock.jump(taipei(2026, 12, 31, 12))
    shop.tick()
    shop.clock.jump(timedelta(days=1))
    shop.tick()
    shop.clock.jump(timedelta(days=-1))

    assert shop.tick().json() == {"plans": [], "chores": {}, "missed": [], "failed": []}


def test_points_expire_on_the_morning_after_their_last_day(shop: Shop, befriend: Befriend):
    [member] = befriend([None])
    with shop.sessions.begin() as session:
        points.earn(
            session,
            member,
            30,
            source="test",
            earned_on=date(2025, 11, 24),
            now=shop.clock(),
            terms=shop.programme.points,
            reason="",
        )

    assert shop.tick().chores["expire_points"] == "0 points"
    shop.clock.jump(taipei(2026, 11, 25, 0, 1))
    assert shop.tick().chores["expire_points"] == "30 points"


@pytest.mark.parametrize(("on", "offers"), [(True, 1), (False, 0)])
def test_who_tells_their_birthday_on_the_day_gets_the_offer_if_it_is_on(
    shop: Shop, on: bool, offers: int
):
    with shop.sessions.begin() as session:
        switches.switch(session, "birthday", on=on, now=shop.clock())
    mei = shop.phone("小美")
    mei.follows()

    mei.says("生日 11/24")

    query = select(OutboxMessage.id).where(OutboxMessage.rule == "birthday")
    with shop.sessions() as session:
        assert len(session.scalars(query).all()) == offers
