"""The rows of the benchmarks' one table: ours, peer, limit, ratio, goal, met.

A figure holds what was measured in each round, and is quoted as the median;
the ratio is the median of the rounds' ratios, because a machine's speed changes
between rounds more than within one.
"""

from __future__ import annotations

import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

HEADER = ("benchmark", "what", "ours", "peer", "limit", "ratio", "goal", "met")


@dataclass(frozen=True)
class Goal:
    """A bound on what was measured, or on its ratio to the peer or limit."""

    bound: float
    at_least: bool
    of_ratio: bool

    def met(self, value: float) -> bool:
        return value >= self.bound if self.at_least else value <= self.bound

    def text(self, unit: str) -> str:
        sign = "≥" if self.at_least else "≤"
        return f"{sign} {figure(self.bound, '×' if self.of_ratio else unit)}"


def at_least(bound: float) -> Goal:
    return Goal(bound, at_least=True, of_ratio=False)


def at_most(bound: float) -> Goal:
    return Goal(bound, at_least=False, of_ratio=False)


def ratio_at_least(bound: float) -> Goal:
    return Goal(bound, at_least=True, of_ratio=True)


def ratio_at_most(bound: float) -> Goal:
    return Goal(bound, at_least=False, of_ratio=True)


@dataclass(frozen=True)
class Row:
    """One line: what was measured in each round, and the peer or the limit in the same round.

    `unit` is as it is written after the number: `/s`, ` ms`, ` s`, ` MB`, or empty.
    `against` names the peer or limit.
    """

    what: str
    unit: str
    ours: Sequence[float]
    goals: Sequence[Goal] = ()
    peer: Sequence[float] = ()
    limit: Sequence[float] = ()
    against: str = ""

    def __post_init__(self) -> None:
        for others in (self.peer, self.limit):
            assert len(others) in (0, 1, len(self.ours)), f"{self.what}: rounds do not match"
        assert self.ours, f"{self.what}: nothing was measured"

    @property
    def value(self) -> float:
        return statistics.median(self.ours)

    @property
    def ratio(self) -> float | None:
        """To the peer, or to the limit where there is no peer."""
        others = self.peer or self.limit
        if not others or not all(others):
            return None
        others = list(others) * (len(self.ours) if len(others) == 1 else 1)
        return statistics.median(a / b for a, b in zip(self.ours, others, strict=True))

    @property
    def met(self) -> bool | None:
        """Whether every goal is met; None without a goal."""
        if not self.goals:
            return None
        values = [(goal, self.ratio if goal.of_ratio else self.value) for goal in self.goals]
        return all(value is not None and goal.met(value) for goal, value in values)

    def cells(self, benchmark: str) -> tuple[str, ...]:
        """The row as it is shown, in the order of `HEADER`."""
        named = f" ({self.against})" if self.against else ""
        peer, limit = (
            figure(statistics.median(each), self.unit) + named if each else ""
            for each in (self.peer, self.limit)
        )
        ratio = "" if self.ratio is None else figure(self.ratio, "×")
        goals = ", ".join(goal.text(self.unit) for goal in self.goals)
        met = {True: "yes", False: "**no**", None: ""}[self.met]
        return (
            benchmark,
            self.what,
            figure(self.value, self.unit),
            peer,
            limit,
            ratio,
            goals,
            met,
        )

    def json(self, benchmark: str) -> dict[str, Any]:
        return {
            "benchmark": benchmark,
            "what": self.what,
            "unit": self.unit.strip(),
            "ours": list(self.ours),
            "peer": list(self.peer),
            "limit": list(self.limit),
            "against": self.against,
            "ratio": self.ratio,
            "goals": [goal.text(self.unit) for goal in self.goals],
            "met": self.met,
        }


def rounds(count: int, measure: Callable[[], Sequence[float]]) -> list[list[float]]:
    """Call `measure` so often; its figures, each as a list over the rounds."""
    return [list(each) for each in zip(*(measure() for _ in range(count)), strict=True)]


def figure(value: float, unit: str) -> str:
    """A number as precise as is honest: three digits."""
    if value == 0 or abs(value) >= 100:
        return f"{value:,.0f}{unit}"
    digits = 2 if abs(value) < 10 else 1
    if abs(value) < 0.1:
        digits = 4
    shown = f"{value:.{digits}f}"
    return (shown.rstrip("0").rstrip(".") if "." in shown else shown) + unit


def plain(table: Sequence[Sequence[str]]) -> str:
    """For the terminal."""
    lines = [HEADER, *table]
    widths = [max(len(line[column]) for line in lines) for column in range(len(HEADER))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in lines
    ).replace("**no**", "NO")


def markdown(header: Sequence[str], table: Sequence[Sequence[str]]) -> str:
    """For the documents."""
    lines = [header, ["---"] * len(header), *table]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
