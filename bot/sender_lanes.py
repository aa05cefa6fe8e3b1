"""Messages in a sender's hands: those under way, and those that wait for one that ends.

What is urgent starts at once. The others take turns in a few lanes, each of
which carries one message after another: a task for each would cost more than it does.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Coroutine, Iterable

from models.talk.outbox_parcels import Parcel

AGAIN = 0.2  # seconds after which whoever did not end is told again
# Given a message, and the moment after which it may not start
Carry = Callable[[Parcel, float], Awaitable[None]]


class Lanes:
    """Carries messages, at most `most` at once that are not urgent."""

    def __init__(self, most: int, carry: Carry) -> None:
        self._most, self._carry = most, carry
        self._waiting: deque[tuple[Parcel, float]] = deque()
        self._running: set[asyncio.Task[None]] = set()
        self._lanes = 0
        self.in_hand = self.calm_in_hand = 0

    def take(self, parcels: Iterable[Parcel], last_start: float) -> None:
        """Carry these, those that are not urgent after those that wait already."""
        for parcel in parcels:
            self.in_hand += 1
            if parcel.urgent:
                self._start(self._one(parcel, last_start))
            else:
                self.calm_in_hand += 1
                self._waiting.append((parcel, last_start))
        for _ in range(min(len(self._waiting), self._most - self._lanes)):
            self._lanes += 1
            self._start(self._lane())

    async def finish(self, seconds: float) -> list[Parcel]:
        """Let them end, cut off what takes too long; return those that never started."""
        late = set(self._running)
        if late:
            _, late = await asyncio.wait(late, timeout=seconds)
        left = [parcel for parcel, _ in self._waiting]
        self._waiting.clear()
        while late:  # whatever one waits for may take a cancellation for its own
            for task in late:
                task.cancel()
            _, late = await asyncio.wait(late, timeout=AGAIN)
        return left

    def _start(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(work)
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    async def _lane(self) -> None:
        try:
            while self._waiting:
                await self._one(*self._waiting.popleft())
        finally:
            self._lanes -= 1

    async def _one(self, parcel: Parcel, last_start: float) -> None:
        try:
            await self._carry(parcel, last_start)
        finally:
            self.in_hand -= 1
            self.calm_in_hand -= not parcel.urgent
