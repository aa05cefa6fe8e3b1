"""P6: each period is planned once, by schedulers that are killed and whose clocks step.

The controls look before they write, or write the record and the messages in
two transactions: they must be seen to plan twice, or to lose.
"""

from __future__ import annotations

import random
import time
from collections import Counter
from contextlib import closing
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from models.base import insert
from models.people.members import Member
from models.talk import job_runs
from models.talk.job_runs import JobRun
from models.talk.outbox_records import OutboxMessage
from scheduler.tick import Tick
from tests.chaos import figures
from tests.chaos.forks import Forks
from tests.chaos.planner_process import JOB, Asking, Promising, ticking

CROWD = 3
MOST_SECONDS = 800
FIRST = date(2027, 12, 26)  # a new year and the end of a February lie within 70 days
FORMS = [
    (70, 10, 8),
    pytest.param(200, 50, 28, marks=[pytest.mark.slow, pytest.mark.timeout(900)]),
]


class Story:
    """A shop with `rows` friends, and planners on its database."""

    def __init__(self, sessions, url, now, *, periods, rows):
        self.sessions, self.url, self.periods, self.rows = sessions, url, periods, rows
        self.days = {FIRST + timedelta(days=n) for n in range(periods)}
        alike = {"joined_on": FIRST, "created_at": now, "is_friend": True, "marketing": False}
        alike |= {"name": "", "language": "zh-TW", "source": ""}
        with sessions.begin() as session:
            friends = [alike | {"line_user_id": f"U{n:032x}"} for n in range(rows)]
            session.execute(insert(session, Member), friends)
            before = (FIRST - timedelta(days=1)).isoformat()
            job_runs.claim(session, JOB, before, now=now)

    def run(self, kills: int, kind: type[Tick] = Tick) -> int:
        """Let planners tick until every period is on record; how many of them were killed."""
        chance, killed = random.Random(kills), 0
        given = {"url": self.url, "kind": kind.__name__, "first": FIRST.isoformat()}
        given |= {"days": self.periods, "seconds": self.periods / 20, "started": time.time()}
        with closing(Forks(ticking, **given)) as planners:
            for _ in range(CROWD):
                planners.start()
            deadline = time.monotonic() + MOST_SECONDS
            while (done := self.recorded()) < self.periods:
                assert time.monotonic() < deadline, f"{done} of {self.periods} periods planned"
                if done * (kills + 1) > killed * self.periods and killed < kills:
                    time.sleep(chance.uniform(0, 0.05))
                    planners.kill(chance.choice(planners.pids))
                    planners.start()
                    killed += 1
                time.sleep(0.01)
        return killed

    def recorded(self) -> int:
        query = select(func.count()).where(JobRun.job == JOB, JobRun.period >= FIRST.isoformat())
        with self.sessions() as session:
            session.connection(execution_options={"readonly": True})
            return session.scalars(query).one()

    def runs(self) -> dict[str, str]:
        query = select(JobRun.period, JobRun.outcome).where(
            JobRun.job == JOB, JobRun.period >= FIRST.isoformat()
        )
        with self.sessions() as session:
            return dict(session.execute(query).all())

    def planned(self) -> Counter[str]:
        """How many messages there are of each day."""
        with self.sessions() as session:
            periods = session.scalars(select(OutboxMessage.period)).all()
        return Counter(period.split(":")[0] for period in periods)

    def each_day_once(self) -> dict[Any, int]:
        return {day.isoformat(): self.rows for day in self.days}


@pytest.mark.parametrize(("periods", "rows", "kills"), FORMS)
def test_each_period_is_planned_once_though_planners_are_killed(
    sessions, database, now, periods, rows, kills
):
    story = Story(sessions, database, now, periods=periods, rows=rows)

    assert story.run(kills) == kills

    planned = story.planned()
    figures.tell("P6", periods=len(planned), rows=planned.total(), kills=kills)
    assert story.runs() == {day.isoformat(): "done" for day in story.days}
    assert planned == story.each_day_once()


def test_who_looks_before_they_write_plans_twice(sessions, database, now):
    story = Story(sessions, database, now, periods=20, rows=10)

    story.run(0, Asking)

    planned = story.planned()
    figures.tell("P6 control", rows=planned.total(), of=story.rows * story.periods)
    assert max(planned.values()) > story.rows


def test_who_promises_and_then_plans_loses_periods_when_killed(sessions, database, now):
    story = Story(sessions, database, now, periods=40, rows=50)

    story.run(12, Promising)

    planned = story.planned()
    figures.tell("P6 control", lost=story.periods - len(planned), periods=story.periods)
    assert set(planned) < set(story.each_day_once())
