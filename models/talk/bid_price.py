"""Which messages the rest of the month has room for: the most valuable, by a price to beat.

A message goes if it is worth at least what the month's last message will be.
So those of today stand back for better ones of tomorrow, as far as the last
weeks tell what will come. Pure.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import ceil

from models.talk.policy import Budget

Demand = Mapping[int | None, float]  # how many messages there are, by value


@dataclass(frozen=True)
class Month:
    """The month as it stands.

    Of `monthly` messages `used` are gone; service is expected to need
    `service` more of them, and `reserve_percent` of all are kept beside that.
    `days_left` are the rest of the month's, today's included.
    """

    monthly: int
    used: int
    service: float
    reserve_percent: int
    days_left: float

    @property
    def reserve(self) -> int:
        """What is kept for service."""
        return ceil(self.service) + ceil(self.monthly * self.reserve_percent / 100)

    @property
    def left(self) -> int:
        """What marketing may still use."""
        return max(0, self.monthly - self.used - self.reserve)


def budget(month: Month, waiting: Demand, daily: Demand) -> Budget:
    """What marketing may use, and the price to beat.

    `waiting` are the messages there are, `daily` those that come on a day.
    """
    values = waiting.keys() | daily.keys()
    asked = {
        value: waiting.get(value, 0) + daily.get(value, 0) * month.days_left for value in values
    }
    own_hour = asked.pop(None, 0)
    weighed = {value: count for value, count in asked.items() if value is not None}
    return Budget(month.left, bid(month.left - own_hour, weighed))


def bid(room: float, asked: Mapping[int, float]) -> int:
    """The least value from which on all that is asked for fits; 0 if everything does.

    Those worth exactly as much are let in as they come. With no room at all
    nothing is worth enough.
    """
    if room <= 0:
        return max(asked, default=0) + 1
    total = 0.0
    for value in sorted(asked, reverse=True):
        total += asked[value]
        if total > room:
            return value
    return 0


def rounded(value: float) -> int:
    """A value by its first three digits, so that however many members have few values."""
    whole = max(0, round(value))
    step = int(10 ** max(0, len(str(whole)) - 3))
    return whole // step * step
