"""The month's messages: people reached, not message objects.

LINE does not say when its month begins; its statistics days are all UTC+9, and so is
the month here.
"""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime, timedelta, timezone

LINE_DAY = timezone(timedelta(hours=9))
MOST_UNITS = 1000
FIRST_DAY = date(2018, 3, 31)


def day(now: datetime) -> date:
    """LINE's statistics day."""
    return now.astimezone(LINE_DAY).date()


class Quota:
    """What may be sent, what was sent, and under which names it is counted.

    `limit` None means no limit.
    """

    def __init__(self, limit: int | None) -> None:
        self.limit = limit
        self._used: Counter[str] = Counter()
        self._sent: Counter[tuple[str, date]] = Counter()
        self._units: dict[str, dict[str, None]] = {}

    def used(self, now: datetime) -> int:
        return self._used[month(now)]

    def spend(self, people: int, now: datetime) -> None:
        """Count messages, also beyond the limit: whoever sends asks `allows` first."""
        self._used[month(now)] += people

    def allows(self, people: int, now: datetime) -> bool:
        return self.limit is None or self.used(now) + people <= self.limit

    def note(self, kind: str, people: int, now: datetime) -> None:
        """Remember a delivery for the statistics."""
        self._sent[kind, day(now)] += people

    def delivered(self, kind: str, on: date, now: datetime) -> dict[str, object]:
        """LINE's statistics of one day; they are ready the day after."""
        if on < FIRST_DAY:
            return {"status": "out_of_service"}
        if on >= day(now):
            return {"status": "unready"}
        return {"status": "ready", "success": self._sent[kind, on]}

    def assign(self, unit: str, now: datetime) -> None:
        """Use a unit's name; past a thousand a month it is silently left out."""
        units = self._units.setdefault(month(now), {})
        if len(units) < MOST_UNITS:
            units[unit] = None

    def units(self, now: datetime) -> list[str]:
        return list(self._units.get(month(now), ()))


def month(now: datetime) -> str:
    return f"{now.astimezone(LINE_DAY):%Y-%m}"
