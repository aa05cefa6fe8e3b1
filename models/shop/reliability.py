"""Reliability: what a member's past orders say for and against them, from 0 to 100.

Pure, and nothing in it is secret: the score is a mean of outcomes, weighted by
kind and age, together with some orders of a neutral score. So it never leaves
its bounds, a good outcome never lowers it, and with time it returns to neutral.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from models.terms import ReliabilityTerms

BEST, WORST = 100, 0


class Outcome(StrEnum):
    """What became of an order; one may have several."""

    PICKED_UP = "picked_up"
    PICKED_UP_LATE = "picked_up_late"
    NO_SHOW = "no_show"
    CANCELLED_LATE = "cancelled_late"
    PAID_LATE = "paid_late"

    @property
    def is_good(self) -> bool:
        return self is Outcome.PICKED_UP


class Fact(NamedTuple):
    """An outcome on a day in Taipei; `order` is what the member knows the order by.

    `days_late` counts for orders that were picked up late.
    """

    outcome: Outcome
    on: date
    order: str
    days_late: int = 0


class Weighed(NamedTuple):
    """A fact as it counts today: `weight` in orders, `effect` in points of the score."""

    fact: Fact
    weight: float
    effect: float


@dataclass(frozen=True)
class Reliability:
    """A member's score, what it is made of (the latest first), and what follows.

    `neutral` and the effects add up to the score before it is rounded.
    """

    score: int
    neutral: int
    weighed: tuple[Weighed, ...]
    deposit_percent: int
    early_access: bool
    barred_from_early: bool


def reliability(facts: Iterable[Fact], terms: ReliabilityTerms, *, today: date) -> Reliability:
    """How reliable these facts show a member to be today."""
    weights = [(fact, _weight(fact, terms, today)) for fact in sorted(facts, key=_latest_first)]
    everything = math.fsum([terms.neutral_orders, *(weight for _, weight in weights)])
    weighed = tuple(
        Weighed(fact, weight, weight * (_worth(fact) - terms.neutral) / everything)
        for fact, weight in weights
    )
    spoken_for = [weight * _worth(fact) for fact, weight in weights]
    exact = math.fsum([terms.neutral_orders * terms.neutral, *spoken_for]) / everything
    return _judged(min(max(round(exact), WORST), BEST), weighed, terms)


def _judged(score: int, weighed: tuple[Weighed, ...], terms: ReliabilityTerms) -> Reliability:
    asked = terms.enabled and score < terms.deposit_below
    return Reliability(
        score=score,
        neutral=terms.neutral,
        weighed=weighed,
        deposit_percent=terms.deposit_percent if asked else 0,
        early_access=terms.enabled and score >= terms.early_from,
        barred_from_early=terms.enabled and score < terms.no_early_below,
    )


def _worth(fact: Fact) -> int:
    return BEST if fact.outcome.is_good else WORST


def _weight(fact: Fact, terms: ReliabilityTerms, today: date) -> float:
    """How much of an order it counts as: by its kind, halved with each half-life."""
    age = max((today - fact.on).days, 0)
    return _percent(fact, terms) / 100 * math.exp2(-age / terms.half_life_days)


def _percent(fact: Fact, terms: ReliabilityTerms) -> float:
    match fact.outcome:
        case Outcome.PICKED_UP:
            return 100
        case Outcome.PICKED_UP_LATE:
            days = min(max(fact.days_late, 0), terms.late_days)
            return terms.late_weight * days / terms.late_days
        case Outcome.NO_SHOW:
            return terms.no_show_weight
        case Outcome.CANCELLED_LATE:
            return terms.cancelled_weight
        case Outcome.PAID_LATE:
            return terms.paid_late_weight


def _latest_first(fact: Fact) -> tuple[int, str, str, int]:
    return (-fact.on.toordinal(), fact.order, fact.outcome, fact.days_late)
