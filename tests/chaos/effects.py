"""Every effect that may happen only once for its source (P1). A new one adds itself by one entry.

An entry lists different things that could be asked for under one source, and
counts what is on record. The first of them is what honest retries ask.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import partial

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models import programme
from models.base import Refusal
from models.loyalty import coupons, points, tiers
from models.loyalty.tiers_records import TierCredit
from models.programme import CouponTerms
from models.terms import PointTerms
from tests.chaos.rush import Meet, patiently, shop

NOW = datetime(2026, 11, 24, 4, 0, tzinfo=UTC)
TODAY = NOW.date()
TERMS = PointTerms()
RULES = programme.load(None)
FIFTY_OFF = CouponTerms(key="fifty", name="NT$50 折價券", kind="amount", value=50)
Ask = Callable[[Session, list[int], str], object]


@dataclass(frozen=True)
class Effect:
    """`asks` are done for members of a small shop under a source."""

    asks: list[Ask]
    record: type
    refused: type[Refusal]


def _earn(mine: int, amount: int, *, pending: bool = False) -> Ask:
    return lambda session, members, source: points.earn(
        session,
        members[mine],
        amount,
        source=source,
        earned_on=TODAY,
        now=NOW,
        terms=TERMS,
        reason="消費",
        pending=pending,
    )


def _spend(mine: int, amount: int) -> Ask:
    return lambda session, members, source: points.spend(
        session, members[mine], amount, source=source, now=NOW, reason=""
    )


def _take_back(mine: int) -> Ask:
    return lambda session, members, source: points.take_back(
        session, earned=f"start:{members[mine]}", source=source, points=1, now=NOW, terms=TERMS
    )


def _count(mine: int, amount: int, days: int = 0) -> Ask:
    return lambda session, members, source: tiers.record(
        session,
        members[mine],
        amount,
        source=source,
        ordered_on=TODAY - timedelta(days=days),
        qualified_on=TODAY,
        programme=RULES,
        now=NOW,
    )


def _issue(mine: int, key: str = "fifty") -> Ask:
    terms = replace(FIFTY_OFF, key=key)
    return lambda session, members, source: coupons.issue(
        session, terms, members[mine], source=source, now=NOW
    )


EFFECTS: dict[str, Effect] = {
    "points": Effect(
        [
            *(_earn(0, 1), _earn(0, 2), _earn(1, 1), _earn(0, 1, pending=True)),
            *(_spend(0, 1), _spend(0, 2), _spend(2, 1), _take_back(0), _take_back(1)),
        ],
        points.PointTransaction,
        points.SourceReused,
    ),
    "tiers": Effect(
        [_count(0, 10), _count(0, 11), _count(1, 10), _count(0, 10, days=1)],
        TierCredit,
        tiers.CreditReused,
    ),
    "coupons": Effect(
        [_issue(0), _issue(1), _issue(0, "other")], coupons.Coupon, coupons.SourceReused
    ),
}


def start(session: Session, members: list[int]) -> None:
    """What must be there before anything can be spent or taken back."""
    for member_id in members:
        points.earn(
            session,
            member_id,
            10_000,
            source=f"start:{member_id}",
            earned_on=TODAY,
            now=NOW,
            terms=TERMS,
            reason="消費",
        )


def on_record(session: Session) -> dict[str, int]:
    """How many of each effect there are."""
    return {
        name: session.scalars(select(func.count()).select_from(effect.record)).one()
        for name, effect in EFFECTS.items()
    }


def record_events(
    number: int,
    meet: Meet,
    url: str,
    secret: str,
    members: list[int],
    events: int,
    ids: int,
    forgetful: bool,
) -> None:
    """Have `events` take effect from `ids` sources, all kinds in turn, in an order of one's own.

    A forgetful shop is the control: each time it takes them for something new.
    """
    sessions, kinds = shop(url, secret), list(EFFECTS)
    order = [index % ids for index in range(events)]
    random.Random(number).shuffle(order)
    meet()
    for turn, event in enumerate(order):
        again = f":{number}:{turn}" if forgetful else ""
        mine = members[event % len(members) :] + members[: event % len(members)]
        ask = EFFECTS[kinds[event % len(kinds)]].asks[0]
        patiently(sessions, partial(_take_effect, ask, mine, f"event:{event}{again}"))


def _take_effect(ask: Ask, members: list[int], source: str, session: Session) -> None:
    ask(session, members, source)
    session.commit()
