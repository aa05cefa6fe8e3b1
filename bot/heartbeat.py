"""Showing that a process is alive, by a timer of its own, for as long as its work goes on.

A job may take its time; one that takes longer than `STUCK` is told by its name,
and the process no longer counts as alive.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime

from sqlalchemy.orm import Session, sessionmaker

from bot.outages import HERE
from models.talk import job_runs

EVERY = 10.0  # seconds
STUCK = 900.0  # seconds that no job should take
STUCK_MARK = "stuck:"


class Progress:
    """What is being done, and since when."""

    def __init__(self, limit: float = STUCK) -> None:
        self._limit = limit
        self._doing: tuple[str, float] | None = None

    @contextmanager
    def doing(self, job: str) -> Iterator[None]:
        """For as long as the job takes."""
        self._doing = (job, time.monotonic())
        try:
            yield
        finally:
            self._doing = None

    @property
    def stuck(self) -> str | None:
        """The job that has been at it for too long."""
        doing = self._doing
        late = doing is not None and time.monotonic() - doing[1] > self._limit
        return doing[0] if doing is not None and late else None


class Heartbeat:
    """Writes down every few seconds that a kind of process is alive."""

    def __init__(
        self,
        sessions: sessionmaker[Session],
        clock: Callable[[], datetime],
        name: str,
        *,
        stuck: Callable[[], str | None] = lambda: None,
        alive: Callable[[], bool] = lambda: True,
    ) -> None:
        self._sessions, self._clock, self._name = sessions, clock, name
        self._stuck, self._alive = stuck, alive

    def run(self, stop: threading.Event) -> None:
        """Beat until `stop`; a database that is away is waited for."""
        while True:
            try:
                self.beat()
            except Exception as error:
                HERE.failed(f"heartbeat of {self._name}", error)
            else:
                HERE.worked(f"heartbeat of {self._name}")
            if stop.wait(EVERY):
                return

    def beat(self) -> None:
        """Show that the process is alive, or what it is stuck in."""
        if not self._alive():
            return
        stuck = self._stuck()
        name = self._name if stuck is None else f"{STUCK_MARK}{stuck}"[:50]
        with self._sessions.begin() as session:
            job_runs.beat(session, name, now=self._clock())
