"""The inbox emptied: lanes taken, events handled in order, many in one transaction.

If one event of a batch fails, the batch is undone and done again one by one,
so that a single bad event neither stops nor undoes its neighbours.
"""

from __future__ import annotations

import secrets
import socket
import threading
import time
import traceback
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import structlog
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session, sessionmaker

from bot import ahead
from bot.dispatch import Dispatcher
from bot.outages import HERE
from bot.wakeups import Wakeups
from models import database
from models.base import dialect
from models.shop import group_buys
from models.talk import inbox, inbox_lanes
from models.talk.inbox import Stored

log = structlog.get_logger()

HOLD = timedelta(seconds=10)
LOADING = timedelta(seconds=40)  # as long as a download may take, and some
MOST_LANES = 32  # of 64, taken at a time, so that other workers find some too
# seconds in one transaction: on SQLite webhooks wait for it
LONGEST = {"sqlite": 0.015, "postgresql": 1.0}
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
        self._lanes = False
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
        """Handle a batch of what waits in free lanes; return how many events that was.

        Its lanes are locked by the transaction, so they are free when the worker is gone.
        """
        if not self._prepared():
            return 0
        rows: list[Stored] = []
        try:
            with self._sessions.begin() as session:
                rows = self._take(session)
                done = self._handle(session, rows, self._clock()) if rows else 0
        except Exception:  # whichever event it was, each gets its own try
            if not rows:
                raise
            return self._one_by_one(sorted({inbox.lane_of(row.person) for row in rows}))
        if done:
            # each worker sends too: the others' senders would find nothing left to do
            self._wakeups.ring_here("outbox")
        return done

    def _prepared(self) -> bool:
        """Whether there are lanes, and something may wait in them."""
        now = self._clock()
        with self._sessions() as session:
            if self._lanes and dialect(session) == "postgresql":
                return True
            # a look alone must not make webhooks wait on SQLite
            session.connection(execution_options={"readonly": True})
            if self._lanes:
                return inbox_lanes.waiting(session, owner=self.owner, now=now)
        with self._sessions.begin() as session:
            inbox_lanes.prepare(session, now=now)
        self._lanes = True
        return True

    def _take(self, session: Session) -> list[Stored]:
        now, tried = self._clock(), list[int]()
        while lanes := inbox_lanes.take(
            session, owner=self.owner, now=now, most=MOST_LANES, beside=tried
        ):
            if rows := inbox.read(session, lanes, now=now):
                return rows
            # in these there is nobody but those whose last event failed
            tried += lanes
        return []

    def _handle(self, session: Session, rows: list[Stored], now: datetime) -> int:
        started, longest = time.monotonic(), LONGEST[dialect(session)]
        batch = self._dispatcher.look_ahead(session, rows, now=now)
        done: list[int] = []
        for row in rows:
            if self._dispatcher.wants_content(session, batch.events[row.id]):
                raise OneByOne
            self._dispatcher.handle(session, row, now=now, batch=batch)
            done.append(row.id)
            # others wait for it; and two who each wait for what the other holds never end
            if session.info.get(group_buys.HELD):
                break
            if time.monotonic() - started > longest:
                break
        self._dispatcher.keep(session, batch, now=now)
        inbox.finish(session, done, now=now)
        if overheard := [id_ for id_ in done if not batch.events[id_].direct]:
            inbox.forget_words(session, overheard)
        return len(done)

    def _one_by_one(self, lanes: Sequence[int]) -> int:
        failed: set[str] = set()
        rows = self._lease(lanes)
        for row in rows:
            # their later words must not overtake the one that failed
            if row.person not in failed and not self._single(row):
                failed.add(row.person)
        self._let_go()
        self._wakeups.ring_here("outbox")
        return len(rows)

    def _lease(self, lanes: Sequence[int]) -> list[Stored]:
        """Hold lanes over several transactions; what waits in those that we got."""
        with self._sessions.begin() as session:
            # what is lost with a lease is a moment
            database.commit_at_leisure(session)
            now = self._clock()
            ours = inbox_lanes.lease(session, lanes, owner=self.owner, now=now, hold=HOLD)
            return inbox.read(session, ours, now=now) if ours else []

    def _single(self, row: Stored) -> bool:
        try:
            content = self._download(row)
            with self._sessions.begin() as session:
                now = self._clock()
                if not self._still_ours(session, row, now, HOLD):
                    return False
                if not inbox.is_new(session, row.id):
                    return True
                self._dispatcher.handle(session, row, now=now, content=content)
                inbox.finish(session, [row.id], now=now)
                if not ahead.read(row).direct:
                    inbox.forget_words(session, [row.id])
        except Exception as error:
            # while the database is away this fails too, and no try is counted
            self._put_off(row, error)
            log.exception("event_failed", event_id=row.event_id, error=type(error).__name__)
            return False
        return True

    def _still_ours(self, session: Session, row: Stored, now: datetime, hold: timedelta) -> bool:
        lane = inbox.lane_of(row.person)
        return inbox_lanes.renew(session, lane, owner=self.owner, now=now, hold=hold)

    def _download(self, row: Stored) -> Any:
        with self._sessions.begin() as session:
            event = ahead.read(row)
            message_id = self._dispatcher.wants_content(session, event)
            if not message_id or not self._still_ours(session, row, self._clock(), LOADING):
                return None
        content = self._fetch(message_id)
        return None if content is None else self._dispatcher.ready(event, content)

    def _put_off(self, row: Stored, error: Exception) -> None:
        with self._sessions.begin() as session:
            now = self._clock()
            if inbox.fail(session, row.id, error=_place(error), now=now):
                self._dispatcher.apologise(session, row, now=now)

    def _let_go(self) -> None:
        try:
            with self._sessions.begin() as session:
                inbox_lanes.release(session, owner=self.owner, now=self._clock())
        except SQLAlchemyError as error:
            log.warning("lanes_not_released", error=type(error).__name__)


class OneByOne(Exception):
    """This batch holds an event that needs a download before its transaction."""


def _place(error: Exception) -> str:
    """What went wrong and where; its text is left out, it may repeat what a member wrote."""
    frames = traceback.extract_tb(error.__traceback__)
    where = f" at {Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""
    return f"{type(error).__name__}{where}"
