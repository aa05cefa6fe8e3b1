"""One tick: whatever is due and has not been done is done, each in its own transaction.

Nothing is remembered between ticks but what the database holds, so any number
of schedulers may tick, be killed, and tick again.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from functools import partial
from typing import Any

import structlog
from sqlalchemy.orm import Session, sessionmaker

from models.programme import Programme
from models.talk import job_runs, switches
from scheduler import campaigns
from scheduler.campaign import CAMPAIGNS, Campaign, due_days, latest_run, plan
from scheduler.jobs import CHORES, Daily

log = structlog.get_logger()


@dataclass
class Ticked:
    """What a tick did: plans by campaign, chores with their notes, and what was missed."""

    plans: list[dict[str, Any]] = field(default_factory=list)
    chores: dict[str, str] = field(default_factory=dict)
    missed: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)

    def json(self) -> dict[str, Any]:
        return vars(self)


def tick(sessions: sessionmaker[Session], *, now: datetime, programme: Programme) -> Ticked:
    """Do all that is due. A job that fails is undone, told of, and tried by the next tick."""
    campaigns.load()
    strike = Tick(sessions, now, programme)
    jobs = [(chore.name, partial(strike.chore, chore)) for chore in CHORES.values()]
    jobs += [(key, partial(strike.campaign, each)) for key, each in CAMPAIGNS.items()]
    for name, job in jobs:
        try:
            job()
        except Exception as error:  # one bad job must not keep the others from their hour
            log.exception("job_failed", job=name, error=type(error).__name__)
            strike.done.failed.append(name)
    with sessions.begin() as session:
        job_runs.beat(session, "scheduler", now=now)
    return strike.done


class Tick:
    """One tick's surroundings, and what it has done so far."""

    def __init__(
        self, sessions: sessionmaker[Session], now: datetime, programme: Programme
    ) -> None:
        self.sessions, self.now, self.programme = sessions, now, programme
        self.done = Ticked()

    def chore(self, chore: Daily) -> None:
        """Do a chore that is due and not done."""
        period = latest_run(chore.hour, self.now).isoformat()
        with self.sessions.begin() as session:
            if not job_runs.claim(session, chore.name, period, now=self.now):
                return
            note = chore.chore(session, self.now, self.programme)
            job_runs.describe(session, chore.name, period, note)
        self.done.chores[chore.name] = note

    def campaign(self, campaign: type[Campaign]) -> None:
        """Plan a campaign's open days; put the others on record."""
        with self.sessions() as session:
            last = job_runs.last_period(session, campaign.key)
        due, covered, missed = due_days(campaign, last, now=self.now)
        for day in due:
            self._plan(campaign, day)
        if covered:
            self._record(campaign.key, covered, "covered")
        if missed:
            self._record(campaign.key, missed, "missed")
            self.done.missed += [f"{campaign.key}:{day.isoformat()}" for day in missed]

    def _plan(self, campaign: type[Campaign], day: date) -> None:
        with self.sessions.begin() as session:
            on = switches.is_on(session, campaign.key)
            period, outcome = day.isoformat(), "done" if on else "off"
            if not job_runs.claim(session, campaign.key, period, now=self.now, outcome=outcome):
                return
            if not on:
                return
            planned = plan(campaign(session, now=self.now, programme=self.programme, day=day))
            job_runs.describe(session, campaign.key, period, str(planned.json()))
        self.done.plans.append(planned.json())

    def _record(self, job: str, days: list[date], outcome: str) -> None:
        with self.sessions.begin() as session:
            for day in days:
                job_runs.claim(session, job, day.isoformat(), now=self.now, outcome=outcome)
