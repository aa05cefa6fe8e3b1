"""Whether two groups differ in how many of them did something.

Intervals are Wilson's for one proportion and Newcombe's hybrid score interval for
the difference of two (R. G. Newcombe, "Interval estimation for the difference
between independent proportions", Statistics in Medicine 17, 1998, 873-890,
method 10, without continuity correction): they keep their 95% with few orders
too, where the textbook's normal interval does not. Pure.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from math import sqrt

Z95 = 1.959963984540054  # of a normal variable 95% lie within so many deviations
FEWEST = 50  # members in each group
FEWEST_DONE = 5  # in both together


class Verdict(StrEnum):
    """What can be said: too few to say anything, no difference seen, or one that is there."""

    TOO_FEW = "too_few"
    UNCLEAR = "unclear"
    MORE = "more"
    LESS = "less"


@dataclass(frozen=True)
class Share:
    """Of `members` so many have `done` it."""

    members: int
    done: int

    @property
    def rate(self) -> float:
        return self.done / self.members if self.members else 0.0

    @property
    def wilson(self) -> tuple[float, float]:
        """Where the rate of all such members lies, at 95%."""
        n, p, zz = self.members, self.rate, Z95 * Z95
        if not n:
            return 0.0, 1.0
        middle = (p + zz / (2 * n)) / (1 + zz / n)
        reach = Z95 * sqrt(p * (1 - p) / n + zz / (4 * n * n)) / (1 + zz / n)
        low = 0.0 if not self.done else max(0.0, middle - reach)
        high = 1.0 if self.done == n else min(1.0, middle + reach)
        return low, high


@dataclass(frozen=True)
class Difference:
    """One group against another."""

    one: Share
    other: Share

    @property
    def lift(self) -> float:
        return self.one.rate - self.other.rate

    @property
    def interval(self) -> tuple[float, float]:
        """Where the difference lies, at 95%."""
        (low, high), (other_low, other_high) = self.one.wilson, self.other.wilson
        p, q = self.one.rate, self.other.rate
        down = sqrt((p - low) ** 2 + (other_high - q) ** 2)
        up = sqrt((high - p) ** 2 + (q - other_low) ** 2)
        return self.lift - down, self.lift + up

    @property
    def verdict(self) -> Verdict:
        """A difference is only claimed where the whole interval is on one side of none."""
        groups = (self.one, self.other)
        if min(each.members for each in groups) < FEWEST:
            return Verdict.TOO_FEW
        if sum(each.done for each in groups) < FEWEST_DONE:
            return Verdict.TOO_FEW
        low, high = self.interval
        if low > 0:
            return Verdict.MORE
        return Verdict.LESS if high < 0 else Verdict.UNCLEAR
