"""The inbox emptied: lanes leased, events handled in order, many in one transaction.

If one event of a batch fails, the batch is undone and done again one by one,
so that a single bad event neither stops nor undoes its neighbours.
"""

from __future__ import annotations

import random
import secrets
import socket
import threading
import time
import traceback
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import structlog
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session, sessionmaker

from bot.dispatch import Dispatcher
from bot.outages import HERE
from bot.wakeups import Wakeups
from models.talk import inbox
from models.talk.inbox import Stored

log = structlog.get_logger()

HOLD = timedelta(seconds=30)
MOST_LANES = 16  # taken at a time, so that other workers find some too
LONGEST = 0.03  # seconds in one transaction: on SQLite webhooks wait for it
POLL = 0.25  # seconds between looks when no bell rings
REST = 1.0  # seconds to leave a broken database alone

Fetch = Callable[[str], bytes | None]


class InboxWorker:
    """Reads the inbox. Several may run, in one process or on many machines."""

    def __init__(
        self,
        sessions: sessionmaker[Session],
        dispatcher: Dispatcher,
        *,
        clock: Callable[[], datetime],
        wakeups: Wakeups,
        fetch: Fetch,
    ) -> None:
        self._sessions, self._dispatcher = sessions, dispatcher
        self._clock, self._wakeups, self._fetch = clock, wakeups, fetch
        self.owner = f"{socket.gethostname()[:20]}:{secrets.token_hex(6)}"

    def run(self, stop: threading.Event) -> None:
        """Handle what comes until `stop`; a database that is away is waited for."""
        while not stop.is_set():
            try:
                busy = self.drain()
                HERE.worked("inbox")
                if not busy:
                    self._wakeups.wait("inbox", POLL)
            except Exception as error:  # a worker that ended would leave everybody waiting
                HERE.failed("inbox", error)
                stop.wait(REST)
        self._let_go()

    def drain(self) -> int:
        """Handle everything that waits in free lanes once; return how many events that was."""
        now = self._clock()
        with self._sessions() as session:
            waiting = inbox.waiting_lanes(session, now=now)
        if not waiting:
            return 0
        with self._sessions.begin() as session:
            # in one order, or two workers could wait for each other
            some = sorted(random.sample(waiting, min(len(waiting), MOST_LANES)))
            held = inbox.lease(session, some, owner=self.owner, now=now, hold=HOLD)
        return sum(self._lane(lane) for lane in held)

    def _lane(self, lane: int) -> int:
        rows: list[Stored] = []
        done: list[int] = []
        try:
            with self._sessions.begin() as session:
                now, started = self._clock(), time.monotonic()
                if not inbox.still_ours(session, lane, owner=self.owner, now=now):
                    return 0
                rows = inbox.read(session, lane, now=now)
                for row in rows:
                    if self._dispatcher.wants_content(session, row):
                        raise OneByOne
                    self._dispatcher.handle(session, row, now=now)
                    done.append(row.id)
                    if time.monotonic() - started > LONGEST:
                        break
                inbox.finish(session, done, now=now)
                inbox.release(session, owner=self.owner, now=now, lane=lane)
        except Exception:  # whichever event it was, each gets its own try
            if not rows:
                raise
            return self._one_by_one(lane, rows)
        self._wakeups.ring("outbox")
        return len(done)

    def _one_by_one(self, lane: int, rows: list[Stored]) -> int:
        failed: set[str] = set()
        for row in rows:
            # their later words must not overtake the one that failed
            if row.person not in failed and not self._single(lane, row):
                failed.add(row.person)
        self._let_go(lane)
        self._wakeups.ring("outbox")
        return len(rows)

    def _single(self, lane: int, row: Stored) -> bool:
        try:
            content = self._download(row)
            with self._sessions.begin() as session:
                now = self._clock()
                if not inbox.still_ours(session, lane, owner=self.owner, now=now):
                    return False
                if not inbox.is_new(session, row.id):
                    return True
                self._dispatcher.handle(session, row, now=now, content=content)
                inbox.finish(session, [row.id], now=now)
        except Exception as error:
            # while the database is away this fails too, and no try is counted
            self._put_off(row, error)
            log.exception("event_failed", event_id=row.event_id, error=type(error).__name__)
            return False
        return True

    def _download(self, row: Stored) -> bytes | None:
        with self._sessions() as session:
            message_id = self._dispatcher.wants_content(session, row)
        return self._fetch(message_id) if message_id else None

    def _put_off(self, row: Stored, error: Exception) -> None:
        with self._sessions.begin() as session:
            now = self._clock()
            if inbox.fail(session, row.id, error=_place(error), now=now):
                self._dispatcher.apologise(session, row, now=now)

    def _let_go(self, lane: int | None = None) -> None:
        try:
            with self._sessions.begin() as session:
                inbox.release(session, owner=self.owner, now=self._clock(), lane=lane)
        except SQLAlchemyError as error:
            log.warning("lanes_not_released", error=type(error).__name__)


class OneByOne(Exception):
    """This batch holds an event that needs a download before its transaction."""


def _place(error: Exception) -> str:
    """What went wrong and where; its text is left out, it may repeat what a member wrote."""
    frames = traceback.extract_tb(error.__traceback__)
    where = f" at {Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""
    return f"{type(error).__name__}{where}"
