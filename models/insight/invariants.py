"""What must always be true of the books, each said once.

An invariant is one decorated function: it then runs every night, on
`flask ledger verify`, and after every test that touched a database.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from sqlalchemy.orm import Session

from models import spans
from models.loyalty import coupons, points, rewards, tiers
from models.shop import payment_verification, replenishment, totals_recount, verification
from models.spans import Parts
from models.talk import outbox_verification

Invariant = Callable[[Session, Parts], list[str]]
Tell = Callable[[str, int, int], None]

INVARIANTS: dict[str, Invariant] = {}


def _nobody(name: str, done: int, of: int) -> None:
    """Hears nothing."""


def invariant(function: Invariant) -> Invariant:
    """Register a function that returns one sentence for each thing it finds wrong.

    Raises:
        ValueError: another one has this name.
    """
    if function.__name__ in INVARIANTS:
        raise ValueError(f"there is an invariant {function.__name__} already")
    INVARIANTS[function.__name__] = function
    return function


def check(session: Session, tell: Tell = _nobody) -> list[str]:
    """Everything that is wrong, one sentence each; none if the books are sound.

    `tell` hears which invariant is looked at, how many of its parts are done, and of how many.
    """
    wrong: list[str] = []
    for name, holds in sorted(INVARIANTS.items()):
        wrong += holds(session, spans.parts(session, partial(tell, name)))
    return wrong


@invariant
def points_are_neither_made_nor_lost(session: Session, parts: Parts) -> list[str]:
    """P2: entries make zero, history is as it was sealed, lots and balances are its sums."""
    return points.verify(session, parts)


@invariant
def tiers_are_what_the_credits_say(session: Session, parts: Parts) -> list[str]:
    """P1: every member's stored tier equals a replay of what counted."""
    return tiers.verify(session, parts)


@invariant
def totals_are_what_the_orders_come_to(session: Session, parts: Parts) -> list[str]:
    """Every member's kept totals equal their orders, added up."""
    return totals_recount.verify(session, parts)


@invariant
def supplies_run_out_when_the_orders_say(session: Session, parts: Parts) -> list[str]:
    """Every member's kept supplies are what their orders and answers come to."""
    return replenishment.verify(session, parts)


@invariant
def coupons_are_within_their_limits(session: Session, parts: Parts) -> list[str]:
    """P3: counts are what was given, and a coupon is used exactly when something used it."""
    return coupons.verify(session, parts)


@invariant
def group_buys_have_what_their_orders_say(session: Session, parts: Parts) -> list[str]:
    """P3: shares taken are those of the orders, and every bill is what its lines cost."""
    return verification.verify(session, parts)


@invariant
def payments_are_booked_on_their_orders(session: Session, parts: Parts) -> list[str]:
    """Every payment is shared out whole, and on the bills of its orders."""
    return payment_verification.verify(session, parts)


@invariant
def rewards_are_claimed_and_paid_for_alike(session: Session, parts: Parts) -> list[str]:
    """P3: the shelf, the members' counts, the claims and the points spent on them agree."""
    return rewards.verify(session, parts)


@invariant
def messages_are_to_members_there_are(session: Session, parts: Parts) -> list[str]:
    """Whoever a message names as its member is one."""
    return outbox_verification.verify(session, parts)
