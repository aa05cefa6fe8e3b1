"""What must always be true of the books, each said once.

An invariant is one decorated function: it then runs every night, on
`flask ledger verify`, and after every test that touched a database.
"""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy.orm import Session

from models.loyalty import coupons, points, tiers
from models.shop import replenishment, totals_recount

Invariant = Callable[[Session], list[str]]

INVARIANTS: dict[str, Invariant] = {}


def invariant(function: Invariant) -> Invariant:
    """Register a function that returns one sentence for each thing it finds wrong.

    Raises:
        ValueError: another one has this name.
    """
    if function.__name__ in INVARIANTS:
        raise ValueError(f"there is an invariant {function.__name__} already")
    INVARIANTS[function.__name__] = function
    return function


def check(session: Session) -> list[str]:
    """Everything that is wrong, one sentence each; none if the books are sound."""
    return [sentence for _name, holds in sorted(INVARIANTS.items()) for sentence in holds(session)]


@invariant
def points_are_neither_made_nor_lost(session: Session) -> list[str]:
    """P2: entries make zero, history is as it was sealed, lots and balances are its sums."""
    return points.verify(session)


@invariant
def tiers_are_what_the_credits_say(session: Session) -> list[str]:
    """P1: every member's stored tier equals a replay of what counted."""
    return tiers.verify(session)


@invariant
def totals_are_what_the_orders_come_to(session: Session) -> list[str]:
    """Every member's kept totals equal their orders, added up."""
    return totals_recount.verify(session)


@invariant
def supplies_run_out_when_the_orders_say(session: Session) -> list[str]:
    """Every member's kept supplies are what their orders and answers come to."""
    return replenishment.verify(session)


@invariant
def coupons_are_within_their_limits(session: Session) -> list[str]:
    """P3: counts are what was given, and a coupon is used exactly when something used it."""
    return coupons.verify(session)
