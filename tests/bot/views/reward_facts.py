"""Believable rewards, claims and reliability for the gallery."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from models.loyalty.rewards import (
    ClaimState,
    Held,
    Offer,
    Reward,
    RewardClaim,
    RewardKind,
    offer,
)
from models.shop.reliability import Fact, Outcome, Reliability, reliability
from models.terms import ReliabilityTerms

NOON = datetime(2026, 11, 24, 4, tzinfo=UTC)


def reward(name: str, number: int = 1, **more: Any) -> Reward:
    said: dict[str, Any] = {"kind": RewardKind.GOODS, "stock": 20, "tiers": "", "picture": ""}
    return Reward(id=number, name=name, price=300, taken=3, created_at=NOON, **(said | more))


def offers(name: str, tiers: str) -> list[Offer]:
    """One of each that a member with 500 points may meet, more than fit on a page."""
    later = NOON + timedelta(days=7)
    found = [
        reward(name, 1, picture="https://example.com/cup.jpg", closes_at=later),
        reward(name, 2, kind=RewardKind.COUPON, coupon_key="x", stock=None, per_member_limit=1),
        reward(name, 3, kind=RewardKind.EXPERIENCE, stock=3),
        reward(name, 4, kind=RewardKind.SEAT, opens_at=later),
        reward(name, 5, tiers="gold"),
        *(reward(name, number) for number in range(6, 14)),
    ]
    return [
        offer(
            each,
            claimed=1,
            available=500 if each.id < 12 else 20,
            tier="bronze",
            tiers=tiers if each.tiers else "",
            now=NOON,
        )
        for each in found
    ]


def held(name: str, kind: RewardKind = RewardKind.GOODS, *, handed: bool = False) -> Held:
    claim = RewardClaim(
        id=1,
        name=name,
        kind=kind,
        points=300,
        state=ClaimState.HANDED if handed else ClaimState.WAITING,
        claimed_at=NOON,
        handed_at=NOON if handed else None,
    )
    return Held(claim, "ABCDEFGHJKM")


def standings(order: str) -> dict[str, Reliability]:
    """What members of every sort are told of how reliable they are."""
    today = NOON.date()
    facts = [
        Fact(outcome, today - timedelta(days=3 * number), order, 3)
        for number, outcome in enumerate(list(Outcome) * 4)
    ]
    good = [fact for fact in facts if fact.outcome.is_good] * 3
    bad = [fact for fact in facts if not fact.outcome.is_good]
    known: dict[str, list[Fact]] = {"new": [], "mixed": facts, "good": good, "bad": bad}
    terms = ReliabilityTerms()
    return {name: reliability(some, terms, today=today) for name, some in known.items()}
