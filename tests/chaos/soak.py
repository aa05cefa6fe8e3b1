"""A grown shop under mixed load while its processes, database and Redis are killed.

`python -m tests.chaos.soak --minutes 10` runs it and prints what it came to.
"""

from __future__ import annotations

import contextlib
import random
import shutil
import signal
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import click
from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError

from emulator.server import Server
from models import database
from tests import servers
from tests.chaos.soak_books import Books, waiting
from tests.chaos.soak_desk import Desk
from tests.chaos.soak_fleet import KINDS, Fleet, slope
from tests.chaos.soak_line import FAULTS, CountingLine
from tests.chaos.soak_load import Load
from tests.processes import eventually

MEGABYTE = 2**20
WARM_UP = 20.0  # seconds of memory that are not looked at
CALM = 180.0  # seconds for everything to come to its end
Trouble = Callable[[], object]


@dataclass(frozen=True)
class Plan:
    """How long, how hard; `kill_every` in seconds. `commands` start mutants.

    `restarts` are PostgreSQL's and Redis'; at `releases` one of each kind is asked to end.
    """

    seconds: float
    each: int = 2
    rate: float = 30.0
    kill_every: float = 5.0
    one_of_each: bool = False
    restarts: bool = True
    releases: bool = True
    rounds: int | None = None  # of the desk's work; None: as many as there is time for
    slow_ms: int = 80
    faults: dict[str, float] = field(default_factory=lambda: dict(FAULTS))
    commands: dict[str, str] = field(default_factory=dict)


@dataclass
class Result:
    """What became of it. `growth` is bytes in ten minutes, by process; `stopped` exit statuses."""

    events: int
    pushes: int
    imports: int
    kills: int
    webhooks: dict[int | None, int]
    states: dict[str, int]
    lost: dict[str, list[object]]
    twice: dict[str, list[object]]
    memory: dict[str, list[tuple[float, float]]]
    growth: dict[str, float]
    stopped: dict[str, tuple[int, float]]
    verified: str


class Soak:
    """One shop with its servers, LINE and people."""

    def __init__(self, folder: Path, plan: Plan, url: str, redis_url: str) -> None:
        self.plan, self.began = plan, time.monotonic()
        settings = {"DATABASE_URL": url, "REDIS_URL": redis_url, "QUIET_HOURS": ""}
        self.engine: Engine = database.connect(url)
        self.fleet = Fleet(folder, plan.each, plan.commands, **settings)
        self.line = CountingLine(list(self.fleet.ports.values()))
        self.line.rates.enabled = False
        self.line.faults.set({"slow_ms": plan.slow_ms, **plan.faults})
        self.load = Load(self.line, plan.rate)
        self.desk = Desk(folder, self.line, self.load, plan.rounds, **settings)
        self.memory: dict[str, list[tuple[float, float]]] = {}
        self.unfinished: list[object] = []
        self._weighed = 0.0

    @contextlib.contextmanager
    def open(self) -> Iterator[None]:
        with contextlib.ExitStack() as opened:
            line = opened.enter_context(Server(self.line))
            opened.callback(self.engine.dispose)
            for settings in (self.fleet.processes.settings, self.desk.settings):
                settings |= {"LINE_API_BASE": line.url, "OWNER_LINE_ID": self.load.boss}
            opened.callback(self.fleet.processes.close)
            self.fleet.start()
            yield

    def run(self, troubles: dict[float, Trouble]) -> Result:
        """Load and kills for the plan's time, then calm, then the books.

        `troubles` are what happens once, by the part of the time that is over.
        """
        self.line.follow(self.load.boss)
        try:
            self.load.start()
            self.desk.start()
            self._disturb(dict(troubles))
        finally:
            self.desk.stop()
            self.load.stop()
        self.line.faults.set(dict.fromkeys(self.plan.faults, 0.0))
        self._calm_down()
        verified = self.fleet.processes.run("flask ledger verify").stdout.strip()
        more = {"ended by themselves": self.fleet.ended(), "not over": self.unfinished}
        stopped = self.fleet.stop()
        books = Books(self.engine, self.line, self.load.said, self.desk)
        return Result(
            events=len(self.line.taken),
            pushes=sum(self.line.pushes.values()),
            imports=len(self.desk.orders),
            kills=self.fleet.kills + self.desk.killed,
            webhooks=dict(self.line.webhooks),
            states=books.states,
            lost=books.lost | {what: list(found) for what, found in more.items() if found},
            twice=books.twice,
            memory=self.memory,
            growth={name: slope(found) * 600 for name, found in self.memory.items()},
            stopped=stopped,
            verified=verified,
        )

    def _disturb(self, troubles: dict[float, Trouble]) -> None:
        chance, plan = random.Random(5), self.plan
        began = time.monotonic()
        ends, next_kill = began + plan.seconds, began + plan.kill_every
        victims = list(self.fleet.names[-len(KINDS) :]) if plan.one_of_each else None
        while (now := time.monotonic()) < ends:
            self._weigh(now - began)
            for part in [part for part in troubles if now - began > part * plan.seconds]:
                troubles.pop(part)()
            if now >= next_kill:
                next_kill += plan.kill_every
                if victims is None:
                    self.fleet.kill_one(chance)
                elif victims:
                    self.fleet.kill(victims.pop())
            time.sleep(0.5)

    def _weigh(self, passed: float) -> None:
        if passed < WARM_UP or passed - self._weighed < 2:
            return
        self._weighed = passed
        for name, size in self.fleet.memory().items():
            self.memory.setdefault(name, []).append((passed, float(size)))

    def _calm_down(self) -> None:
        """LINE brings what was not taken; the shop handles and sends what is left."""
        for over in (self._brought, self._nothing_waits):
            try:
                eventually(over, over.__name__, CALM)
            except AssertionError:  # what is left is told of with all the rest
                self.unfinished.append(over.__name__)

    def _brought(self) -> bool:
        if self.line.untold:
            time.sleep(1)
            self.line.redeliver()
        return not self.line.untold

    def _nothing_waits(self) -> bool:
        with contextlib.suppress(DBAPIError):
            return waiting(self.engine, self.line.clock()) == 0
        return False


def soak(folder: Path, plan: Plan) -> Result:
    """Run one on a PostgreSQL and a Redis of its own."""
    postgres, redis = servers.Postgres(folder / "postgresql"), servers.Redis(folder / "redis")
    with contextlib.ExitStack() as opened:
        for server in (postgres, redis):
            opened.callback(server.close)
            server.start()

        def restart_redis() -> None:
            redis.stop()
            redis.start()

        shop = Soak(folder, plan, postgres.url(), redis.url)
        opened.enter_context(shop.open())
        troubles: dict[float, Trouble] = {}
        if plan.restarts:
            troubles = {0.4: lambda: postgres.restart("immediate"), 0.6: restart_redis}
        for place, name in enumerate(shop.fleet.names[-len(KINDS) :] if plan.releases else ()):
            troubles[0.3 + 0.25 * place] = partial(shop.fleet.replace, name)
        return shop.run(troubles)


@click.command()
@click.option("--minutes", type=float, default=10.0, show_default=True)
@click.option("--each", type=int, default=2, show_default=True, help="processes of each kind")
@click.option("--rate", type=float, default=30.0, show_default=True, help="events a second")
def main(minutes: float, each: int, rate: float) -> None:
    """A grown shop for some minutes, with a kill every five seconds."""
    folder = servers.temporary_folder()
    # whoever is ended by a time limit still ends what it started
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        result = soak(folder, Plan(seconds=minutes * 60, each=each, rate=rate))
    finally:
        keep = Path(tempfile.gettempdir()) / "soak-logs"
        shutil.rmtree(keep, ignore_errors=True)
        shutil.copytree(
            folder, keep, ignore=lambda _, names: [n for n in names if ".log" not in n]
        )
        shutil.rmtree(folder, ignore_errors=True)
    click.echo(
        f"{result.events:,} events taken, {result.pushes:,} pushes accepted, "
        f"{result.imports:,} orders imported, {result.kills} kills, one PostgreSQL and one "
        f"Redis restart\nwebhooks by answer: {result.webhooks}\noutbox: {result.states}"
    )
    for what, wrong in (("lost", result.lost), ("twice", result.twice)):
        found = {name: (len(each), each[:5]) for name, each in wrong.items()}
        click.echo(f"{what}: {found or 0}")
    click.echo(f"ledger verify: {result.verified}\nstopped: {result.stopped}")
    for name, found in sorted(result.memory.items()):
        sizes = [size / MEGABYTE for _, size in found]
        click.echo(
            f"{name:12} {sizes[0]:6.1f} MB at first, {sizes[-1]:6.1f} at last, most "
            f"{max(sizes):6.1f}; {result.growth[name] / MEGABYTE:+6.1f} MB in ten minutes"
        )
    if result.lost or result.twice:
        raise click.exceptions.Exit(1)


if __name__ == "__main__":
    main()
