"""How many requests a channel may make: a token bucket for each endpoint.

LINE does not publish the buckets' size; here it is one period's requests. A bucket
fills by real time or by the emulator's clock, whichever ran further: a frozen clock
does not starve a test, and a leap in time fills it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

SECOND, MINUTE, HOUR = 1, 60, 3600
LIMITS: dict[tuple[int, int], str] = {
    (60, HOUR): "narrowcast broadcast testWebhookEndpoint getNumberOfMessageDeliveries"
    " getNumberOfFollowers getFriendsDemographics getMessageEvent getStatisticsPerUnit"
    " getRichMenuInsightSummary getRichMenuInsightDaily",
    (1000, MINUTE): "setWebhookEndpoint getWebhookEndpoint",
    (100, HOUR): "createRichMenu deleteRichMenu deleteRichMenuAlias getRichMenuBatchProgress",
    (3, HOUR): "richMenuBatch",
    (10, SECOND): "getRichMenuList",
    (200, SECOND): "multicast getMembershipSubscription getMembershipList"
    " getJoinedMembershipUsers createCoupon closeCoupon listCoupon getCouponDetail",
    (100, SECOND): "showLoadingAnimation",
}
OTHERWISE = (2000, SECOND)
BY_OPERATION = {name: limit for limit, names in LIMITS.items() for name in names.split()}


@dataclass(slots=True)
class Bucket:
    left: float
    clock: datetime
    tick: float


class Rates:
    """Counts requests; `enabled = False` lets everything through."""

    def __init__(self, clock: Callable[[], datetime], ticker: Callable[[], float]) -> None:
        self.enabled = True
        self._clock, self._ticker = clock, ticker
        self._buckets: dict[str, Bucket] = {}

    def take(self, operation: str) -> bool:
        """Use up one request; False if there is none left."""
        if not self.enabled:
            return True
        requests, period = BY_OPERATION.get(operation, OTHERWISE)
        now, tick = self._clock(), self._ticker()
        bucket = self._buckets.get(operation)
        if bucket is None:
            bucket = self._buckets[operation] = Bucket(requests, now, tick)
        passed = max((now - bucket.clock).total_seconds(), tick - bucket.tick, 0.0)
        bucket.left = min(requests, bucket.left + passed * requests / period)
        bucket.clock, bucket.tick = now, tick
        if bucket.left < 1:
            return False
        bucket.left -= 1
        return True
