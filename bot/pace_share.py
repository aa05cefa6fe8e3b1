"""This process's part of LINE's limit, of which all senders of the shop have one together.

With Redis it gives out each moment (`pace_slots`). Without it, each sender takes
an equal part: it says in the database that it is there, counts the others, and
holds back until they must have counted it too, and until all say that they are
without Redis or must have heard that this one is. A sender that could not look for
a while stops, because the others may not count it any more.
"""

from __future__ import annotations

import asyncio
import contextlib
import secrets
import time
from collections import deque
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Protocol

import structlog
from sqlalchemy.orm import Session, sessionmaker

from bot.limits import BURST, RATE, SHORTEST, Pace
from bot.pace_slots import Slot, Slots
from models.talk import senders
from models.talk.senders import Crowd

log = structlog.get_logger()

BEAT = 2.0  # seconds between looks at who is sending
GLANCE = 0.2  # seconds between looks while it waits for the others
AT_ONCE = 64  # moments asked for at once


class Turns(Protocol):
    """Lets callers through one by one, no faster than they may."""

    async def acquire(self) -> None:
        """Wait for one's turn."""


class Share:
    """What this sender may send, by what it knows of the others. One for each sender."""

    def __init__(
        self,
        sessions: sessionmaker[Session],
        clock: Callable[[], datetime],
        *,
        redis_url: str | None = None,
        rate: float = RATE,
        beat: float = BEAT,
    ) -> None:
        self._sessions, self._clock = sessions, clock
        self._rate, self._beat = rate, beat
        self.id = secrets.token_hex(8)
        self.slots = Slots(redis_url) if redis_url else None
        self.alone = self.slots is None
        self._crowd = Crowd(1, 0)
        self._looked_at = self._settled_at = float("-inf")
        self._counted_at = float("inf")  # when the others must have counted this sender
        self._tried_at = float("-inf")
        self._lost = asyncio.Event()
        self._looking: asyncio.Task[None] | None = None

    def turns(self, kind: str) -> Turns:
        """The pace of one kind of call."""
        return SharedPace(self, kind)

    @property
    def part(self) -> float:
        """Calls a second that this sender may make when alone, or all those with Redis; or 0."""
        now = time.monotonic()
        if now < self._settled_at or now > self._looked_at + 2 * self._beat:
            return 0.0
        count = max(1, self._crowd.senders)
        mine = 1 if self.alone else max(1, count - self._crowd.alone)
        return self._rate * min(mine, count) / count

    def lost(self, error: Exception) -> None:
        """Redis is away: from now on an equal part, when the others know."""
        if not self.alone:
            log.warning("pace_without_redis", error=type(error).__name__)
            self.alone, self._settled_at = True, float("inf")
            self._tried_at = time.monotonic()
            self._lost.set()

    def begin(self) -> None:
        """Look at who is sending every so often, from now until `end`, on the running loop."""
        if self._looking is None:
            self._lost = asyncio.Event()
            self._looking = asyncio.create_task(self._keep())

    async def end(self) -> None:
        """Send no more, and tell the others."""
        looking, self._looking = self._looking, None
        if looking is None:
            return
        while not looking.done():  # whatever it waits for may take a cancellation for its own
            looking.cancel()
            await asyncio.wait([looking], timeout=0.2)
        self._looked_at = float("-inf")
        with contextlib.suppress(Exception):
            await asyncio.to_thread(self._leave)
        if self.slots is not None:
            with contextlib.suppress(Exception):
                await self.slots.close()

    async def _keep(self) -> None:
        while True:
            self._lost.clear()
            try:
                await self._mind_redis()
                await self._look()
            except Exception as error:
                # without a database there is nothing to send either
                log.warning("senders_not_counted", error=type(error).__name__)
            # not wait_for: in Python 3.11 it loses a cancellation that comes with the event
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(self._until_next_look()):
                    await self._lost.wait()

    def _until_next_look(self) -> float:
        waits = self.alone and time.monotonic() < self._settled_at
        return min(GLANCE, self._beat) if waits else self._beat

    async def _mind_redis(self) -> None:
        """Notice that it went, though there is nothing to send; try now and then if it is back."""
        now = time.monotonic()
        if self.slots is None or (self.alone and now < self._tried_at + 2 * self._beat):
            return
        self._tried_at = now
        try:
            await self.slots.ping()
        except Exception as error:
            self.lost(error)
        else:
            self.alone = False

    async def _look(self) -> None:
        alone, asked = self.alone, time.monotonic()
        crowd = await asyncio.to_thread(self._count, alone)
        if self.alone != alone:
            return
        now = time.monotonic()
        if asked > self._looked_at + 2 * self._beat:
            self._counted_at = now + 2 * self._beat
            self._settled_at = float("inf")
        if self._settled_at == float("inf"):
            together = not alone and not crowd.alone
            self._settled_at = now if together or crowd.senders <= 1 else now + 2 * self._beat
        if alone and crowd.alone == crowd.senders:
            # all of them take an equal part, or wait as this one does
            self._settled_at = min(self._settled_at, max(now, self._counted_at))
        self._crowd, self._looked_at = crowd, asked

    def _count(self, alone: bool) -> Crowd:
        now, gone = self._clock(), timedelta(seconds=5 * self._beat)
        with self._sessions.begin() as session:
            senders.beat(session, self.id, alone=alone, now=now)
        # after the commit: of two that begin at once, one at least sees the other
        with self._sessions() as session:
            session.connection(execution_options={"readonly": True})
            return senders.crowd(session, now=now, within=gone)

    def _leave(self) -> None:
        with self._sessions.begin() as session:
            senders.leave(session, self.id)


class SharedPace:
    """The turns of one kind of call within a share."""

    def __init__(self, share: Share, kind: str) -> None:
        self._share, self._kind = share, kind
        self._bucket, self._slots = Pace(RATE), deque[Slot]()
        self._turn, self._waiting = asyncio.Lock(), 0

    async def acquire(self) -> None:
        """Wait for one's turn."""
        self._share.begin()
        missed, self._waiting = self._waiting > 0, self._waiting + 1
        try:
            async with self._turn:
                while (wait := await self._wait(missed)) > 0:
                    missed = True
                    await asyncio.sleep(max(wait, SHORTEST))
        finally:
            self._waiting -= 1

    async def _wait(self, missed: bool) -> float:
        """Seconds until there may be a turn; 0 for a turn now."""
        part = self._share.part
        if part <= 0:
            self._slots.clear()
            self._bucket.start_over()
            return 0.01
        if self._share.alone:
            self._slots.clear()
            burst = max(1.0, BURST * part / RATE)
            return self._bucket.take(part, burst, missed=missed)
        return await self._slot(part)

    async def _slot(self, rate: float) -> float:
        now = time.monotonic()
        while self._slots and self._slots[0].until < now:
            self._slots.popleft()
        if self._slots:
            wait = self._slots[0].since - now
            if wait <= 0:
                self._slots.popleft()
            return wait
        return await self._reserve(rate)

    async def _reserve(self, rate: float) -> float:
        slots = self._share.slots
        assert slots is not None  # noqa: S101
        try:
            given, wait = await slots.reserve(self._kind, min(AT_ONCE, self._waiting), rate)
        except Exception as error:
            self._share.lost(error)
            return SHORTEST
        self._slots.extend(given)
        return wait or SHORTEST
