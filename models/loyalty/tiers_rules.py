"""Tiers as pure rules: a member's standing is a fold over what they did.

A tier is reached on the day a credit qualifies, kept for a year, then judged
again at the start of the day after, on what the last 365 days still hold.
Nothing here knows a database, so that any history can be replayed at will.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from heapq import heappop, heappush
from typing import NamedTuple

from models.programme import Condition, Programme, Tier


class CreditKind(StrEnum):
    """What counts towards a tier: an order, a friend who bought, taking part, a plan's fee."""

    ORDER = "order"
    FRIEND = "friend"
    ENGAGEMENT = "engagement"
    FEE = "fee"


class Credit(NamedTuple):
    """Something that counts: `amount` is NT$ (order, fee) or a number, less what was undone.

    It counts in the period by `ordered_on` and from `qualified_on`, days in Taipei.
    """

    amount: int
    ordered_on: date
    qualified_on: date
    kind: str = CreditKind.ORDER
    source: str = ""


@dataclass(frozen=True)
class Standing:
    """A member's tier since a day (None: since joining) until and with another (None: for good).

    `judged_on` is when that was decided: the day it was reached or last renewed.
    """

    tier: Tier
    since: date | None = None
    until: date | None = None
    judged_on: date | None = None


class Missing(NamedTuple):
    """How much of a measure (a field of `Condition`) is still missing."""

    measure: str
    amount: int


def replay(credits: Iterable[Credit], programme: Programme, *, today: date) -> Standing:
    """The standing on `today` of somebody who has these credits, in whatever order given."""
    done = [credit for credit in credits if credit.qualified_on <= today]
    window = _Window(done, programme.period_days)
    standing = Standing(programme.base)
    for day in sorted({credit.qualified_on for credit in done}):
        standing = _lapse(standing, window, programme, day)
        earned = earned_by(window.reached(day, through=day), programme)
        if programme.rank(earned.key) > programme.rank(standing.tier.key):
            until = years_later(day, programme.period.keep_years)
            standing = Standing(earned, since=day, until=until, judged_on=day)
    return _lapse(standing, window, programme, today)


def earned_by(reached: Mapping[str, int], programme: Programme) -> Tier:
    """The highest tier one of whose conditions is met."""
    for tier in reversed(programme.tiers[1:]):
        if met(tier, reached) is not None:
            return tier
    return programme.base


def met(tier: Tier, reached: Mapping[str, int]) -> Condition | None:
    """The first condition of a tier that is met."""
    return next((condition for condition in tier.any if condition.met_by(reached)), None)


def missing(tier: Tier, reached: Mapping[str, int]) -> tuple[tuple[Missing, ...], ...]:
    """What is missing for a tier: one tuple for each alternative, none if one is met."""
    if not tier.any or met(tier, reached) is not None:
        return ()
    return tuple(
        tuple(
            Missing(measure, asked - reached.get(measure, 0))
            for measure, asked in condition.measures().items()
            if reached.get(measure, 0) < asked
        )
        for condition in tier.any
    )


def percent(tier: Tier, reached: Mapping[str, int]) -> int:
    """How far along the nearest alternative is, 0 to 100; each is as far as its last measure."""
    return max(
        (
            min(
                min(100, reached.get(measure, 0) * 100 // asked)
                for measure, asked in condition.measures().items()
            )
            for condition in tier.any
        ),
        default=100,
    )


def in_period(
    credits: Iterable[Credit], programme: Programme, *, day: date, through: date
) -> list[Credit]:
    """The credits that a judgement on `day` counts, oldest first; qualified by `through`."""
    oldest = day - timedelta(days=programme.period_days)
    counted = [c for c in credits if c.ordered_on >= oldest and c.qualified_on <= through]
    return sorted(counted, key=lambda c: (c.ordered_on, c.qualified_on, c.source))


def reached_by(counted: Iterable[Credit]) -> dict[str, int]:
    """How much of each measure these credits make."""
    window = _Window([], 0)
    for credit in counted:
        window.count(credit, +1)
    return window.totals()


def years_later(day: date, years: int) -> date:
    """The same date in a later year; 28 February for 29 February in common years."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


def _lapse(standing: Standing, window: _Window, programme: Programme, day: date) -> Standing:
    """Judge again at the start of the day after each year that is over before `day`."""
    while standing.until is not None and standing.until < day:
        judged_on = standing.until + timedelta(days=1)
        earned = earned_by(window.reached(judged_on, through=standing.until), programme)
        standing = Standing(
            earned,
            since=standing.since if earned.key == standing.tier.key else judged_on,
            # from `until`, not from the day after: the date stays the same year by year
            until=years_later(standing.until, programme.period.keep_years) if earned.any else None,
            judged_on=judged_on,
        )
    return standing


class _Window:
    """The credits of the last `days`, moved forward only: each enters and leaves once."""

    def __init__(self, credits: Iterable[Credit], days: int) -> None:
        self._days = timedelta(days=days)
        self._waiting = sorted(credits, key=lambda credit: credit.qualified_on, reverse=True)
        self._counted: list[tuple[date, Credit]] = []
        self._sums: Counter[str] = Counter()
        self._fees: Counter[int] = Counter()

    def reached(self, day: date, *, through: date) -> dict[str, int]:
        """The measures of a judgement on `day` of what had qualified `through` a day."""
        while self._waiting and self._waiting[-1].qualified_on <= through:
            credit = self._waiting.pop()
            heappush(self._counted, (credit.ordered_on, credit))
            self.count(credit, +1)
        while self._counted and self._counted[0][0] < day - self._days:
            self.count(heappop(self._counted)[1], -1)
        return self.totals()

    def count(self, credit: Credit, sign: int) -> None:
        match credit.kind:
            case CreditKind.ORDER:
                self._sums["spend"] += sign * credit.amount
                self._sums["orders"] += sign * (credit.amount > 0)
            case CreditKind.FEE:
                self._fees[credit.amount] += sign
            case CreditKind.FRIEND:
                self._sums["friends"] += sign * credit.amount
            case _:
                self._sums["engagement"] += sign * credit.amount

    def totals(self) -> dict[str, int]:
        # a plan renewed within the year was paid for twice but is worth one
        fee = max((+self._fees).keys(), default=0)
        return {**self._sums, "fee": fee}
