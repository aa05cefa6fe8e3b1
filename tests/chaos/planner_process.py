"""What a planner process of a chaos test does, with a clock that steps.

A plan made twice is seen: each run writes rows under a name of its own, so that
nothing but the record of runs stands in its way.
"""

from __future__ import annotations

import os
import random
import secrets
import time
from contextlib import suppress
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy.exc import OperationalError

from bot.views import kit
from models import programme
from models.base import TAIPEI
from models.people.consents import Topic
from models.people.members import Member
from models.talk import job_runs
from scheduler.campaign import Campaign
from scheduler.planning import plan
from scheduler.tick import Tick
from tests.chaos.rush import shop

JOB = "chaos"
SECRET = "secret"
STEPS = [timedelta(hours=hours) for hours in (0, -2, 2, 24)]  # how wrong clocks are
ZONES = ["UTC", "Asia/Taipei", "America/New_York", "Pacific/Kiritimati", "Pacific/Pago_Pago"]


class Asking(Tick):
    """The control: looks whether the day is on record, and writes it down when all is done."""

    def _plan(self, campaign: type[Campaign], day: date, covered: list[date]) -> None:
        with self.sessions() as session:
            if job_runs.latest(session, {JOB: day.isoformat()})[JOB] == day.isoformat():
                return
        time.sleep(0.02)  # what a busy machine puts between the look and the deed
        with self.sessions.begin() as session:
            plan(campaign(session, now=self.now, programme=self.programme, day=day))
            self._claim(session, campaign.key, day, "done")


class Promising(Tick):
    """The control: writes the day down first, and does the work in another transaction."""

    def _plan(self, campaign: type[Campaign], day: date, covered: list[date]) -> None:
        with self.sessions.begin() as session:
            if not self._claim(session, campaign.key, day, "done"):
                return
        with self.sessions.begin() as session:
            plan(campaign(session, now=self.now, programme=self.programme, day=day))


KINDS: dict[str, type[Tick]] = {kind.__name__: kind for kind in (Tick, Asking, Promising)}


def ticking(
    number: int, *, url: str, kind: str, first: str, days: int, started: float, seconds: float
) -> None:
    """Tick without rest, with a clock that steps and in a time zone of one's own."""
    os.environ["TZ"] = ZONES[number % len(ZONES)]
    time.tzset()
    sessions, rules, campaign = shop(url, SECRET), programme.load(None), chaos()
    chance = random.Random(number)
    begin = datetime.combine(date.fromisoformat(first), datetime.min.time(), TAIPEI)
    end = begin + timedelta(days=days - 1, hours=12)
    while True:
        passed = timedelta(days=days) * (time.time() - started) / seconds
        now = min(begin + passed + chance.choice(STEPS), end)
        with suppress(OperationalError):  # a lock that took too long: the next tick tries again
            KINDS[kind](sessions, now, rules).campaign(campaign)
        time.sleep(0.005)


def chaos() -> type[Campaign]:
    """A campaign that writes to everybody on each day; defined only in these processes."""

    class Chaos(Campaign):
        key = JOB
        title = "測試"
        topic = Topic.SERVICE
        each_day = True
        catch_up = 1000

        def __init__(self, *given: Any, **named: Any) -> None:
            super().__init__(*given, **named)
            self.run = secrets.token_hex(4)

        def audience(self) -> Any:
            return self.people().order_by(Member.id)

        def period(self, person: Any) -> str:
            return f"{self.day.isoformat()}:{self.run}"

        def message(self, person: Any, coupon: object) -> kit.Message:
            return kit.text(f"{self.day}")

    return Chaos
