"""Moments at which a call may be made, given out by Redis to all senders of the shop.

Redis keeps the time of the next free moment. Who asks is given some, a little
ahead, so that asking costs nobody a wait; each is to be used at once or lapses,
so in any second there are never more calls than the rate and what may be late.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from redis.asyncio import Redis

AHEAD, VALID = 0.05, 0.02  # seconds
NAME = "tuanyou:pace:"
PATIENCE = 0.25  # seconds to wait for Redis
# A key that was lost may have stood for moments given out before: those pass first
SCRIPT = """
local t = redis.call('TIME')
local now = t[1] * 1000000 + t[2]
local step, most = 1000000 / tonumber(ARGV[1]), tonumber(ARGV[2])
local ahead, valid = tonumber(ARGV[3]), tonumber(ARGV[4])
local free = tonumber(redis.call('GET', KEYS[1]) or nil)
if not free or free > now + 5000000 then free = now + ahead + valid end
if free < now then free = now end
local given = math.min(most, math.floor((now + ahead - free) / step) + 1)
if given > 0 then
  redis.call('SET', KEYS[1], string.format('%.0f', free + given * step), 'EX', 86400)
  return {given, math.floor(free - now)}
end
redis.call('SET', KEYS[1], string.format('%.0f', free), 'EX', 86400)
return {0, math.floor(free - now - ahead)}
"""


class Slot(NamedTuple):
    """A call may be made from one moment to another, by this process's timer."""

    since: float
    until: float


class Slots:
    """Asks Redis for moments. May fail in any way that Redis may."""

    def __init__(self, url: str, *, timer: Callable[[], float] = time.monotonic) -> None:
        self._url, self._timer = url, timer
        self._client: Redis | None = None

    async def reserve(self, kind: str, most: int, rate: float) -> tuple[list[Slot], float]:
        """Up to `most` moments, or none and for how many seconds there will be none."""
        asked = self._timer()
        given, away = await self._redis().eval(
            SCRIPT, 1, NAME + kind, str(rate), str(most), str(AHEAD * 1e6), str(VALID * 1e6)
        )
        heard = self._timer()
        first = away / 1e6
        # Redis looked at its clock after it was asked and before it was heard
        since = [heard + first + number / rate for number in range(given)]
        late = VALID - (heard - asked)
        return [Slot(at, at + late) for at in since], 0.0 if given else max(0.001, first)

    async def ping(self) -> None:
        """Raises whatever it is that keeps Redis from answering."""
        await self._redis().ping()

    async def close(self) -> None:
        """Give the connection back."""
        client, self._client = self._client, None
        if client is not None:
            await client.aclose()

    def _redis(self) -> Any:
        if self._client is None:
            from redis.asyncio import Redis
            from redis.asyncio.retry import Retry
            from redis.backoff import NoBackoff

            self._client = Redis.from_url(
                self._url,
                socket_timeout=PATIENCE,
                socket_connect_timeout=PATIENCE,
                retry=Retry(NoBackoff(), 0),
            )
        return self._client
