"""A shop in this process at work on a database that is in trouble, with LINE in memory.

Its clock runs faster than ours, so that leases of what was lost are soon over.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError, PendingRollbackError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from app import create_app
from bot.assembly import Worker
from bot.line import Line
from bot.runtime import Runtime
from bot.settings import Settings
from emulator.client import MemoryTransport
from models import database, programme
from tests.chaos.soak_books import Books, waiting
from tests.chaos.soak_line import CountingLine
from tests.chaos.soak_load import Load
from tests.processes import SECRETS, eventually

CALM = 90.0
FASTER = 5
AWAY = (DBAPIError, PendingRollbackError, PoolTimeout)


@dataclass
class NoFiles:
    """Nobody imports files here."""

    orders: list[str] = field(default_factory=list)
    unfinished: list[str] = field(default_factory=list)


class FastClock:
    """The time it is, or some minutes more or less, on a machine whose clock is wrong."""

    def __init__(self, started: datetime, wrong_by: timedelta) -> None:
        self.started, self.wrong_by = started, wrong_by

    def __call__(self) -> datetime:
        now = datetime.now(UTC)
        return now + (FASTER - 1) * (now - self.started) + self.wrong_by


class Running:
    """Web, people, and a worker for each clock, which is wrong by so much."""

    def __init__(
        self, engine: Engine, *, rate: float = 20.0, clocks: Sequence[timedelta] = (timedelta(),)
    ) -> None:
        started = datetime.now(UTC)
        self.clock = FastClock(started, timedelta())
        self.engine, self.line = engine, CountingLine([], self.clock)
        self.line.rates.enabled = False
        self.line.webhook = self._post
        self.load = Load(self.line, rate)
        found = Settings(
            channel_secrets=(SECRETS["LINE_CHANNEL_SECRET"],),
            access_token=SECRETS["LINE_CHANNEL_ACCESS_TOKEN"],
            secret_key=SECRETS["SECRET_KEY"],
            database_url="given",
            quiet_hours=None,
            owner=self.load.boss,
        )
        self.runtimes = [
            Runtime(
                settings=found,
                engine=engine,
                sessions=database.sessions(engine, found.secret_key),
                line=Line(MemoryTransport(self.line), found.access_token),
                programme=programme.load(None),
                clock=FastClock(started, wrong_by),
            )
            for wrong_by in clocks
        ]
        self.app = create_app(replace(self.runtimes[0], clock=self.clock))
        self.workers = [Worker(each) for each in self.runtimes]
        self.statuses: list[tuple[int, float]] = []

    @contextmanager
    def working(self) -> Iterator[None]:
        """People talk; afterwards everything that LINE has is taken, handled and sent."""
        for worker in self.workers:
            worker.start()
        try:
            self.line.follow(self.load.boss)
            self.load.start()
            try:
                yield
            finally:
                self.load.stop()
            eventually(self._brought, "LINE could bring everything", CALM)
            eventually(self._nothing_waits, "everything was handled and sent", CALM)
        finally:
            for worker in self.workers:
                worker.stop()

    def books(self) -> Books:
        return Books(self.engine, self.line, self.load.said, NoFiles())

    def answers(self) -> set[int]:
        """With what webhooks were answered so far; asking forgets them."""
        found, self.statuses = self.statuses, []
        return {status for status, _ in found}

    def _post(self, body: bytes, headers: Mapping[str, str]) -> int | None:
        began = time.monotonic()
        sent = {"x-line-signature": headers["x-line-signature"]}
        status = self.app.test_client().post("/callback", data=body, headers=sent).status_code
        self.statuses.append((status, time.monotonic() - began))
        return status

    def _brought(self) -> bool:
        if self.line.untold:
            time.sleep(0.2)
            self.line.redeliver()
        return not self.line.untold

    def _nothing_waits(self) -> bool:
        with suppress(*AWAY):
            return waiting(self.engine, self.clock()) == 0
        return False
