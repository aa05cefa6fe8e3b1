"""Requests a second: never more than LINE allows, in any second one may pick.

A token bucket that counts at the moment of release: at most `burst` at once
and `rate` a second, so at most their sum in any sliding second.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

LINE_LIMIT = 2000  # calls of one kind in a second
# What is left is for calls that are longer on their way than those before them
RATE, BURST = 1935.0, 20
SHORTEST = 0.0001  # seconds


class Pace:
    """Lets callers through one by one, in the order in which they came.

    `rate` None lets everybody through at once.
    """

    def __init__(
        self,
        rate: float | None = RATE,
        burst: int = BURST,
        *,
        timer: Callable[[], float] = time.monotonic,
    ) -> None:
        self._rate, self._burst, self._timer = rate, float(burst), timer
        self._tokens, self._counted_at = float(burst), timer()
        self._turn = asyncio.Lock()

    async def acquire(self) -> None:
        """Wait for one's turn."""
        if self._rate is None:
            return
        async with self._turn:
            while (wait := self.take(self._rate, self._burst)) > 0:
                # A wait too short for the clock to notice would never end
                await asyncio.sleep(max(wait, SHORTEST))

    def take(self, rate: float, burst: float) -> float:
        """Take a turn at this rate, and return 0; or the seconds until there may be one."""
        now = self._timer()
        earned = (now - self._counted_at) * rate
        self._tokens, self._counted_at = min(burst, self._tokens + earned), now
        if self._tokens < 1:
            return (1 - self._tokens) / rate
        self._tokens -= 1
        return 0.0


class Gate:
    """Closed for a while when LINE says that it is too much; longer each time in a row."""

    def __init__(
        self,
        first: float = 1.0,
        longest: float = 30.0,
        *,
        timer: Callable[[], float] = time.monotonic,
    ) -> None:
        self._first, self._longest, self._timer = first, longest, timer
        self._opens_at = timer()
        self.closings = 0

    @property
    def shut(self) -> float:
        """Seconds until it opens; 0 when it is open."""
        return max(0.0, self._opens_at - self._timer())

    def close(self) -> None:
        """Shut it, unless it is: calls under way when it shut tell nothing new."""
        if self.shut:
            return
        seconds = min(self._longest, self._first * 2 ** min(self.closings, 30))
        self.closings += 1
        self._opens_at = self._timer() + seconds

    def passed(self) -> None:
        """A call went through: the next closing is a short one again."""
        if self.closings and not self.shut:
            self.closings = 0
