"""Storing webhook events: one thread per process writes what all requests brought.

Requests that wait together share one INSERT and one durable commit; each is
answered only after its own events are committed.
"""

from __future__ import annotations

import asyncio
import contextlib
import queue
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from datetime import datetime
from functools import partial

from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session, sessionmaker

from bot.outages import HERE
from bot.wakeups import Wakeups
from models.talk import inbox
from models.talk.inbox import Arrival

BATCH = 200
# seconds: calls that come this soon after the last commit wait so long for company
RUSH, COMPANY = 0.01, 0.005
# calls that may wait for a database that hangs, some 2 KB each
MOST = 10_000

# told with nothing when all is committed, else with what stopped it
Over = Callable[[Exception | None], object]
Waiting = tuple[list[Arrival], Over]


class Overrun(Exception):
    """More calls wait already than this process has room for."""


class Intake:
    """Takes events from web threads to the inbox. Threads start with the first call."""

    def __init__(
        self,
        sessions: sessionmaker[Session],
        *,
        secrets: tuple[str, ...],
        clock: Callable[[], datetime],
        wakeups: Wakeups,
    ) -> None:
        self.secrets, self.clock = secrets, clock
        self._sessions, self._wakeups = sessions, wakeups
        self._queue: queue.SimpleQueue[Waiting | None] = queue.SimpleQueue()
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None

    def store(self, arrivals: list[Arrival]) -> Future[None]:
        """Done when the events are committed; fails with whatever stopped it."""
        done: Future[None] = Future()
        self._put(arrivals, partial(_settle, done))
        return done

    async def stored(self, arrivals: list[Arrival]) -> None:
        """The same on an event loop."""
        loop = asyncio.get_running_loop()
        done: asyncio.Future[None] = loop.create_future()

        def over(error: Exception | None) -> None:
            with contextlib.suppress(RuntimeError):  # the loop has ended
                loop.call_soon_threadsafe(_settle, done, error)

        self._put(arrivals, over)
        await done

    def close(self) -> None:
        """End the thread when all that came is stored."""
        self._queue.put(None)

    def _put(self, arrivals: list[Arrival], over: Over) -> None:
        if self._queue.qsize() >= MOST:
            raise Overrun
        self._queue.put((arrivals, over))
        self._start()

    def _start(self) -> None:
        # not in __init__: a thread would not survive the server's fork
        if self._thread is None:
            with self._lock:
                if self._thread is None:
                    self._thread = threading.Thread(target=self._run, daemon=True, name="intake")
                    self._thread.start()

    def _run(self) -> None:
        last = 0.0
        while first := self._queue.get():
            batch = [first]
            # in a rush a moment's wait for others halves what each costs the database
            if time.monotonic() - last < RUSH:
                time.sleep(COMPANY)
            while len(batch) < BATCH and not self._queue.empty():
                if (more := self._queue.get()) is None:
                    self._queue.put(None)
                    break
                batch.append(more)
            self._commit(batch)
            last = time.monotonic()

    def _commit(self, batch: list[Waiting]) -> None:
        try:
            self._write([arrival for arrivals, _ in batch for arrival in arrivals])
        except Exception as error:
            # one request's rows must not fail its neighbours; without a database all fail
            if len(batch) > 1 and not isinstance(error, OperationalError):
                for waiting in batch:
                    self._commit([waiting])
                return
            HERE.failed("intake", error)
            for _, over in batch:
                over(error)
            return
        HERE.worked("intake")
        # before the answers, which keep the interpreter busy
        self._wakeups.ring("inbox")
        for _, over in batch:
            over(None)

    def _write(self, arrivals: list[Arrival]) -> None:
        with self._sessions.begin() as session:
            # one INSERT must not meet the same id twice; the first one counts
            unique = {arrival.event_id: arrival for arrival in reversed(arrivals)}
            firsts = [a for a in arrivals if unique[a.event_id] is a]
            # as they happened; and two processes that store the same do it in the same order
            firsts.sort(key=lambda arrival: arrival.occurred_at)
            inbox.store(session, firsts, now=self.clock())


def _settle(done: Future[None] | asyncio.Future[None], error: Exception | None) -> None:
    # whoever waited may have given up
    if done.done():
        return
    if error is None:
        done.set_result(None)
    else:
        done.set_exception(error)
