"""The rules of tiers once more, lived through day by day and said as plainly as they can be."""

from __future__ import annotations

from datetime import date, timedelta

from models.loyalty.tiers_rules import Credit, CreditKind, years_later
from models.programme import Programme


def plainly(
    credits: list[Credit], shop: Programme, start: date, today: date
) -> tuple[str, object, object]:
    def judged(day: date, through: date) -> str:
        counted = [
            c
            for c in credits
            if c.qualified_on <= through and (day - c.ordered_on).days <= shop.period_days
        ]
        orders = [c.amount for c in counted if c.kind == CreditKind.ORDER]
        friends = sum(c.amount for c in counted if c.kind == CreditKind.FRIEND)
        fee = max((c.amount for c in counted if c.kind == CreditKind.FEE), default=0)
        reached = "bronze"
        for tier in shop.tiers:
            for asked in tier.any:
                if sum(orders) >= asked.spend and friends >= asked.friends and fee >= asked.fee:
                    reached = tier.key
        return reached

    rank = [tier.key for tier in shop.tiers].index
    tier, since, until = "bronze", None, None
    day = start
    while day <= today:
        if until is not None and day > until:
            lower = judged(day, day - timedelta(days=1))
            since = since if lower == tier else day
            tier = lower
            until = None if tier == "bronze" else years_later(until, 1)
        if any(c.qualified_on == day for c in credits):
            higher = judged(day, day)
            if rank(higher) > rank(tier):
                tier, since, until = higher, day, years_later(day, 1)
        day += timedelta(days=1)
    return tier, since, until
