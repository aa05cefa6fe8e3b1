"""Time travel: the demo's clock runs as a real one does, but can be moved forward.

Nothing is left out on the way: at every hour at which a campaign has its turn the
scheduler ticks and the outbox is emptied, as it would have been.
"""

from __future__ import annotations

import calendar
from collections.abc import Callable, Collection, Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from bot.runtime import wall_clock
from emulator.world import Impossible
from models.base import TAIPEI, local_day
from scheduler.campaign import CAMPAIGNS

FARTHEST = timedelta(days=400)
MORNING = time(9)
JUMPS = {"tomorrow": 1, "month": 30}
Birthdays = Collection[tuple[int, int]]
"""Months and days."""


class CannotTravel(Impossible):
    """A sentence for whoever asked."""


class MovableClock:
    """The time by a clock that runs, moved forward by as much as was asked."""

    def __init__(self, running: Callable[[], datetime] = wall_clock) -> None:
        self._running, self._ahead = running, timedelta()

    def __call__(self) -> datetime:
        return self._running() + self._ahead

    def move(self, to: datetime) -> None:
        """Let it be `to` now; never back."""
        self._ahead += max(to - self(), timedelta())


def destination(
    asked: Mapping[str, Any], now: datetime, birthdays: Callable[[object], Birthdays]
) -> datetime:
    """When `asked` is: `{"to": ISO}` or `{"jump": "tomorrow" | "birthday" | "month"}`.

    `birthdays` tells those of the `person` that was asked about, or of everybody.

    Raises:
        CannotTravel: it is no time, in the past, or too far off.
    """
    try:
        target = _asked(asked, local_day(now), birthdays)
    except CannotTravel:
        raise
    except (KeyError, ValueError, OverflowError):
        raise CannotTravel("請給一個時間，例如 2026-12-24T09:00。") from None
    if target <= now:
        raise CannotTravel("時間只能往前走，請選一個之後的時間。")
    if target - now > FARTHEST:
        raise CannotTravel("一次最多前進 400 天。")
    return target


def stops(now: datetime, target: datetime) -> list[datetime]:
    """The moments on the way at which a campaign has its hour, and the target."""
    hours = sorted({campaign.hour for campaign in CAMPAIGNS.values()})
    first, last = local_day(now), local_day(target)
    days = (first + timedelta(days=n) for n in range((last - first).days + 1))
    moments = (_at(day, time(hour)) for day in days for hour in hours)
    return [*(moment for moment in moments if now < moment < target), target]


def _asked(
    asked: Mapping[str, Any], today: date, birthdays: Callable[[object], Birthdays]
) -> datetime:
    if "to" in asked:
        at = datetime.fromisoformat(str(asked["to"]))
        return (at if at.tzinfo else at.replace(tzinfo=TAIPEI)).astimezone(UTC)
    jump = str(asked["jump"])
    if jump == "birthday":
        return _at(_next(birthdays(asked.get("person")), today), MORNING)
    return _at(today + timedelta(days=JUMPS[jump]), MORNING)


def _next(born: Birthdays, today: date) -> date:
    days = (today + timedelta(days=ahead) for ahead in range(1, 367))
    found = next((day for day in days if _celebrated(day) & set(born)), None)
    if found is None:
        raise CannotTravel("還沒有填生日，請先輸入「生日 3/5」。")
    return found


def _celebrated(day: date) -> set[tuple[int, int]]:
    """The birthdays that are kept on this day."""
    kept = {(day.month, day.day)}
    if kept == {(2, 28)} and not calendar.isleap(day.year):
        kept.add((2, 29))
    return kept


def _at(day: date, hour: time) -> datetime:
    return datetime.combine(day, hour, TAIPEI).astimezone(UTC)
