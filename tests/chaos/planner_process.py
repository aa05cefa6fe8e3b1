"""Planners as processes of their own, started at once, so that a test may kill them at will.

One parent imports everything and forks a planner for each line it reads. A
plan made twice is seen: each run writes rows under a name of its own, so that
nothing but the record of runs stands in its way.
"""

from __future__ import annotations

import json
import os
import random
import secrets
import signal
import subprocess
import sys
import time
from contextlib import suppress
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy.exc import OperationalError

from bot.views import kit
from models import programme
from models.base import TAIPEI
from models.people.consents import Topic
from models.people.members import Member
from models.talk import job_runs
from scheduler.campaign import Campaign, plan
from scheduler.tick import Tick
from tests.chaos.rush import shop

JOB = "chaos"
SECRET = "secret"
ROOT = Path(__file__).resolve().parents[2]
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


class Planners:
    """Starts planner processes on a database; `days` pass for them within `seconds`."""

    def __init__(self, url: str, kind: type[Tick], first: date, days: int, seconds: float) -> None:
        given = {"url": url, "kind": kind.__name__, "first": first.isoformat(), "days": days}
        given |= {"started": time.time(), "seconds": seconds}
        self._parent = subprocess.Popen(
            [sys.executable, "-m", "tests.chaos.planner_process", json.dumps(given)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=ROOT,
            text=True,
        )
        self.pids: list[int] = []

    def start(self) -> None:
        assert self._parent.stdin is not None
        assert self._parent.stdout is not None
        self._parent.stdin.write("start\n")
        self._parent.stdin.flush()
        self.pids.append(int(self._parent.stdout.readline()))

    def kill(self, pid: int) -> None:
        os.kill(pid, signal.SIGKILL)
        self.pids.remove(pid)

    def close(self) -> None:
        for pid in list(self.pids):
            self.kill(pid)
        assert self._parent.stdin is not None
        assert self._parent.stdout is not None
        self._parent.stdin.close()
        self._parent.stdout.close()
        self._parent.wait(10)


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


def main() -> None:
    given = json.loads(sys.argv[1])
    # the dead need not be waited for
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    for number, _ in enumerate(sys.stdin):
        pid = os.fork()
        if pid == 0:
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            ticking(number, **given)
        sys.stdout.write(f"{pid}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
