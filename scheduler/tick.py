"""One tick: whatever is due and has not been done is done, each in its own transaction.

Nothing is remembered between ticks but what the database holds, so any number
of schedulers may tick, be killed, and tick again.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cached_property, partial
from typing import Any

import orjson
import structlog
from sqlalchemy.orm import Session, sessionmaker
from structlog.contextvars import bound_contextvars

from bot import metrics
from bot.heartbeat import Progress
from models.programme import Programme
from models.talk import job_runs, switches
from models.talk.policy import QuietHours, SendRules, open_hours
from scheduler import campaigns
from scheduler.campaign import CAMPAIGNS, Campaign
from scheduler.jobs import CHORES, OFTEN, Daily
from scheduler.planning import plan
from scheduler.schedule import due_days, latest_run

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


def tick(
    sessions: sessionmaker[Session],
    *,
    now: datetime,
    programme: Programme,
    without: Collection[str] = (),
    progress: Progress | None = None,
    quiet: QuietHours | None = SendRules.quiet,
) -> Ticked:
    """Do all that is due, but for the chores named in `without`; tell `progress` what it is.

    `quiet` are the hours in which nobody is written to of the shop's own accord.

    A job that fails is undone, told of, and tried by the next tick.
    """
    campaigns.load()
    strike, at_work = Tick(sessions, now, programme, quiet), progress or Progress()
    jobs = [(name, partial(strike.watch, name)) for name in OFTEN]
    jobs += [(chore.name, partial(strike.chore, chore)) for chore in strike.open_chores()]
    jobs = [job for job in jobs if job[0] not in without]
    jobs += [(each.key, partial(strike.campaign, each)) for each in strike.open_campaigns()]
    for name, job in jobs:
        with at_work.doing(name), bound_contextvars(job=name):
            try:
                job()
            except Exception as error:  # one bad job must not keep the others from their hour
                log.exception("job_failed", error=type(error).__name__)
                strike.done.failed.append(name)
    strike.count()
    with sessions.begin() as session:
        job_runs.beat(session, "scheduler", now=now)
    return strike.done


class Tick:
    """One tick's surroundings, and what it has done so far.

    What is on record is read once and only says what to try: whether a period
    is ours to do, its primary key decides.
    """

    def __init__(
        self,
        sessions: sessionmaker[Session],
        now: datetime,
        programme: Programme,
        quiet: QuietHours | None = SendRules.quiet,
    ) -> None:
        self.sessions, self.now, self.programme = sessions, now, programme
        self.waking = open_hours(quiet)
        self.done = Ticked()

    @cached_property
    def on_record(self) -> Mapping[str, str | None]:
        """Of each job the latest period that was done, up to the one whose hour has struck."""
        hours = {chore.name: chore.hour for chore in CHORES.values()}
        daily = {key: each for key, each in CAMPAIGNS.items() if not each.often}
        hours |= {key: each.planned_at(self.programme) for key, each in daily.items()}
        struck = {job: latest_run(hour, self.now) for job, hour in hours.items()}
        waits = {key: timedelta(days=each.catch_up) for key, each in CAMPAIGNS.items()}
        oldest = {job: day - waits.get(job, timedelta()) for job, day in struck.items()}
        with self.sessions() as session:
            session.connection(execution_options={"readonly": True})
            return job_runs.latest(session, _written(struck), since=_written(oldest))

    def open_chores(self) -> list[Daily]:
        """Chores whose latest period is not on record."""
        return [
            chore
            for chore in CHORES.values()
            if self.on_record[chore.name] != latest_run(chore.hour, self.now).isoformat()
        ]

    def open_campaigns(self) -> list[type[Campaign]]:
        """Campaigns with days that are not on record."""
        return [each for each in CAMPAIGNS.values() if each.often or any(self._days(each))]

    def watch(self, name: str) -> None:
        """Do what there is to do at every tick."""
        if done := OFTEN[name](self.sessions, self.now, self.programme):
            self.done.chores[name] = str(done)
            log.info("job_done", count=done)

    def chore(self, chore: Daily) -> None:
        """Do a chore for its latest period, part by part, unless somebody has."""
        period = latest_run(chore.hour, self.now).isoformat()
        note: str | None = None
        while note is None:
            with self.sessions.begin() as session:
                if not job_runs.claim(session, chore.name, period, now=self.now):
                    return
                with bound_contextvars(period=period):
                    note = chore.chore(session, self.now, self.programme)
                if note is None:
                    # others waited for this part at the key; whoever takes it does the next
                    job_runs.release(session, chore.name, period)
                else:
                    job_runs.describe(session, chore.name, period, note)
        self.done.chores[chore.name] = note

    def count(self) -> None:
        """Add what was done to the metrics."""
        for outcome, jobs in (
            ("done", [*self.done.chores, *(each["campaign"] for each in self.done.plans)]),
            ("missed", [missed.partition(":")[0] for missed in self.done.missed]),
            ("failed", self.done.failed),
        ):
            for job in jobs:
                metrics.count("job_runs", job=job, outcome=outcome)

    def campaign(self, campaign: type[Campaign]) -> None:
        """Plan a campaign's open days; put the others on record.

        A day that fails is put on record as such, so that it does not block those after it.
        """
        if campaign.often:
            self._look(campaign)
            return
        due, covered, missed = self._days(campaign)
        if missed:
            self._miss(campaign.key, missed)
        failures: list[Exception] = []
        for day in due:
            try:
                self._plan(campaign, day, covered)
            except Exception as error:  # told of by the tick, when the other days are done
                failures.append(error)
                if day != due[-1]:
                    self._fail(campaign.key, day)
        if failures:
            raise failures[0]

    def _look(self, campaign: type[Campaign]) -> None:
        """Plan a campaign that has no hour; what it said before, the outbox knows."""
        with self.sessions.begin() as session:
            if not switches.is_on(session, campaign.key, at_first=campaign.at_first):
                return
            planned = plan(campaign(session, now=self.now, programme=self.programme))
        if planned.planned:
            self.done.plans.append(planned.json())
            log.info("job_done", period=planned.period, planned=planned.planned)

    def _days(self, campaign: type[Campaign]) -> tuple[list[date], list[date], list[date]]:
        last = self.on_record[campaign.key]
        hour = campaign.planned_at(self.programme)
        return due_days(campaign, last, now=self.now, hour=hour)

    def _miss(self, job: str, days: list[date]) -> None:
        with self.sessions.begin() as session:
            missed = [day for day in days if self._claim(session, job, day, "missed")]
        self.done.missed += [f"{job}:{day.isoformat()}" for day in missed]

    def _fail(self, job: str, day: date) -> None:
        with self.sessions.begin() as session:
            self._claim(session, job, day, job_runs.FAILED)

    def _plan(self, campaign: type[Campaign], day: date, covered: list[date]) -> None:
        with self.sessions.begin() as session:
            on = switches.is_on(session, campaign.key, at_first=campaign.at_first)
            if not self._claim(session, campaign.key, day, "done" if on else "off"):
                return
            # with the run that covers them, or a kill in between would leave them open for good
            for earlier in covered:
                self._claim(session, campaign.key, earlier, "covered")
            if not on:
                return
            period = day.isoformat()
            with bound_contextvars(period=period):
                run = campaign(session, now=self.now, programme=self.programme, day=day)
                planned = plan(run, waking=self.waking)
            said = orjson.dumps(planned.json()).decode()
            job_runs.describe(session, campaign.key, period, said)
        self.done.plans.append(planned.json())
        log.info("job_done", period=period, planned=planned.planned, already=planned.already)

    def _claim(self, session: Session, job: str, day: date, outcome: str) -> bool:
        return job_runs.claim(session, job, day.isoformat(), now=self.now, outcome=outcome)


def _written(days: Mapping[str, date]) -> dict[str, str]:
    return {job: day.isoformat() for job, day in days.items()}
