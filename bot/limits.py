"""Requests a second: never more than LINE allows, in any second one may pick.

Counted at the moment of release. Turns that nobody could take, because the
process was busy, are made up for a little faster; the count of the last second
still holds.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Callable

LINE_LIMIT = 2000  # calls of one kind in a second
# What is left is for calls that are longer on their way than those before them
RATE, BURST = 1930.0, 20
SHORTEST = 0.002  # seconds; a timer for each call would cost as much as half the call
MISSED, FASTER = 0.25, 1.2  # seconds whose turns are made up for, and how much faster


class Pace:
    """Lets callers through one by one, in the order in which they came.

    At most `burst` at once, and `rate` and `burst` together in any second.
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
        self._earned = self._ready = float(burst)
        self._counted_at = timer()
        self._second = deque[float]()
        self._turn, self._waiting = asyncio.Lock(), 0

    async def acquire(self) -> None:
        """Wait for one's turn."""
        if self._rate is None:
            return
        missed, self._waiting = self._waiting > 0, self._waiting + 1
        try:
            async with self._turn:
                while (wait := self.take(self._rate, self._burst, missed=missed)) > 0:
                    missed = True
                    await asyncio.sleep(max(wait, SHORTEST))
        finally:
            self._waiting -= 1

    def start_over(self) -> None:
        """Forget the turns that nobody took: others may have had them."""
        self._earned = self._ready = 0.0
        self._counted_at = self._timer()

    def take(self, rate: float, burst: float, *, missed: bool) -> float:
        """Take a turn at this rate, and return 0; or the seconds until there may be one.

        `missed` says that somebody was waiting all the time since the last look.
        """
        now, most = self._timer(), max(1, int(rate + burst))
        passed, self._counted_at = now - self._counted_at, now
        made_up = MISSED * rate if missed else 0
        self._earned = min(burst + made_up, self._earned + passed * rate)
        self._ready = min(burst, self._ready + passed * rate * FASTER)
        if self._earned < 1 or self._ready < 1:
            return max((1 - self._earned) / rate, (1 - self._ready) / (rate * FASTER))
        while self._second and self._second[0] < now - 1:
            self._second.popleft()
        if len(self._second) >= most:
            return max(SHORTEST, self._second[-most] + 1 - now)
        self._second.append(now)
        self._earned -= 1
        self._ready -= 1
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
