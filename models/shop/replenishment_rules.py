"""When a member runs out of something: the shop's days of supply, bent towards their own pace.

All is counted for one unit, in days. Each purchase tells how long its units
lasted: until `finished` was said, else until the next purchase, else at least
past the day on which `not_yet` was said. The shop's default weighs as much as
three such purchases.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from math import floor
from typing import NamedTuple

WEIGHT = 3
LEAD_DAYS = 3
CATCH_UP_DAYS = 14
# what two databases and Python add up in another order differs in the last digits
GRAIN = 1e-6


class Answer(StrEnum):
    """What a member says when asked 用完了嗎?"""

    FINISHED = "finished"
    NOT_YET = "not_yet"


class Purchase(NamedTuple):
    """What a member bought of a product on one day, and what they said about it."""

    bought_on: date
    quantity: int
    finished_on: date | None = None
    not_yet_on: date | None = None


@dataclass(frozen=True)
class Estimate:
    """How long the last purchase lasts, from how many purchases of their own."""

    bought_on: date
    days: int
    learned_from: int

    @property
    def runs_out_on(self) -> date:
        return self.bought_on + timedelta(days=self.days)

    @property
    def remind_on(self) -> date:
        """Three days before, but never on the day of the purchase itself."""
        return self.bought_on + timedelta(days=max(self.days - LEAD_DAYS, 1))


def estimate(purchases: Sequence[Purchase], days_of_supply: int) -> Estimate:
    """When the last of `purchases` (by day) is used up.

    interval = (3 * shop + n * own mean) / (3 + n), where shop is `days_of_supply`
    and the own mean is days per unit, both for the quantity bought last.
    """
    last = purchases[-1]
    following = [each.bought_on for each in purchases[1:]]
    lasted = [
        days / each.quantity
        for each, bought_again_on in zip(purchases, [*following, None], strict=True)
        if (days := observed(each, bought_again_on)) is not None
    ]
    unit = (WEIGHT * days_of_supply + sum(lasted)) / (WEIGHT + len(lasted))
    days = max(floor(unit * last.quantity + GRAIN), 1)
    return Estimate(last.bought_on, days, len(lasted))


def observed(purchase: Purchase, bought_again_on: date | None) -> int | None:
    """Days that a purchase lasted, as far as anything is known about it."""
    until = purchase.finished_on or bought_again_on
    if until is None and purchase.not_yet_on is not None:
        # not before the next reminder would have come
        until = purchase.not_yet_on + timedelta(days=LEAD_DAYS)
    return None if until is None else max((until - purchase.bought_on).days, 1)
