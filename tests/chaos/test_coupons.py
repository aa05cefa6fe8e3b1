"""P3 and P1, coupons: what else may happen to them at once; their limits are in `limited.py`.

Sixteen threads, each with a connection of its own as so many processes would
have, start together.
"""

from __future__ import annotations

import itertools
import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from typing import TypeAlias

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session, sessionmaker

from models import database
from models.base import Refusal
from models.loyalty import codes, coupons
from models.loyalty.coupon_records import CouponUse
from models.loyalty.coupon_tries import TRIES
from models.programme import CouponTerms
from tests.models.loyalty.coupon_cast import FIFTY_OFF, members

CROWD, CLAIMS, LIMIT = 16, 150, 100
NOW = datetime(2026, 11, 24, 4, 0, tzinfo=UTC)
Claim: TypeAlias = Callable[[Session, int], object]
Crowd: TypeAlias = Callable[[Claim, int], Counter[str]]


@pytest.fixture
def people(sessions: sessionmaker[Session]) -> list[int]:
    with sessions() as session:
        return members(session, CLAIMS)


@pytest.fixture
def crowd(connect, sessions) -> Crowd:
    """Makes sixteen at once do numbered claims, a transaction each; counts the answers by name."""
    engines = [connect() for _ in range(2)]
    doors = [database.sessions(engine, "secret") for engine in engines]

    def run(claim: Claim, claims: int) -> Counter[str]:
        barrier = threading.Barrier(CROWD)
        numbers = itertools.count()

        def one(place: int) -> Counter[str]:
            answers: Counter[str] = Counter()
            barrier.wait()
            while (number := next(numbers)) < claims:
                answers[answer(doors[place % 2], claim, number)] += 1
            return answers

        with ThreadPoolExecutor(CROWD) as pool:
            return sum(pool.map(one, range(CROWD)), Counter())

    return run


def answer(door: sessionmaker[Session], claim: Claim, number: int) -> str:
    """What a claim is told; a refusal undoes it, or keeps what it says it keeps."""
    with door() as session:
        try:
            claim(session, number)
        except Refusal as refusal:
            if refusal.keeps:
                session.commit()
            return type(refusal).__name__
        session.commit()
        return "given"


def out(sessions: sessionmaker[Session], key: str) -> int:
    """How many coupons of a kind there really are."""
    with sessions() as session:
        return session.scalar(
            select(func.count(coupons.Coupon.id))
            .join(
                coupons.CouponDefinition,
                coupons.CouponDefinition.id == coupons.Coupon.definition_id,
            )
            .where(coupons.CouponDefinition.key == key)
        )


def a_hundred(round_: int) -> CouponTerms:
    return replace(FIFTY_OFF, key=f"round{round_}", total_limit=LIMIT, per_member_limit=1)


def test_one_per_member_holds_when_somebody_taps_many_times_at_once(sessions, crowd, people):
    terms = replace(FIFTY_OFF, per_member_limit=2)

    def claim(session: Session, number: int) -> None:
        member = people[number % 3]
        coupons.issue(session, terms, member, source=f"tap:{number}", now=NOW)

    answers = crowd(claim, 60)

    assert answers == {"given": 6, "OnePerMember": 54}
    assert out(sessions, terms.key) == 6


def test_a_retried_claim_is_one_coupon_however_many_retry_at_once(sessions, crowd, people):
    terms = a_hundred(0)

    def claim(session: Session, number: int) -> None:
        which = number % 5
        coupons.issue(session, terms, people[which], source=f"event:{which}", now=NOW)

    answers = crowd(claim, 60)

    assert answers == {"given": 60}
    assert out(sessions, terms.key) == 5


def test_campaigns_that_overlap_give_exactly_the_limit(sessions, crowd, people):
    terms = a_hundred(0)
    grants = [(member, f"campaign:{member}") for member in people]

    def claim(session: Session, number: int) -> None:
        mine = grants[number:] + grants[:number]
        coupons.issue_many(session, terms, mine, now=NOW)

    answers = crowd(claim, CROWD)

    assert answers == {"given": CROWD}
    assert out(sessions, terms.key) == LIMIT


def test_a_coupon_is_used_by_one_of_many_orders_at_once(sessions, crowd, people):
    with sessions() as session:
        given = [
            coupons.issue(session, FIFTY_OFF, member, source=f"hand:{member}", now=NOW)
            for member in people[:5]
        ]
        session.commit()

    def claim(session: Session, number: int) -> None:
        coupon = given[number % 5]
        owner = coupon.member_id
        coupons.redeem(
            session,
            coupon.code,
            by=people[number],
            member_id=owner,
            source=f"order:{number}",
            now=NOW,
        )

    answers = crowd(claim, 50)

    assert answers == {"given": 5, "NoSuchCoupon": 45}
    with sessions() as session:
        assert session.scalar(select(func.count(CouponUse.id))) == 5


def test_one_order_that_asks_many_times_at_once_is_always_answered(sessions, crowd, people):
    mei = people[0]
    with sessions() as session:
        coupon = coupons.issue(session, FIFTY_OFF, mei, source="hand:1", now=NOW)
        session.commit()

    def claim(session: Session, _: int) -> None:
        coupons.redeem(session, coupon.code, by=mei, member_id=mei, source="order:1", now=NOW)

    answers = crowd(claim, 48)

    assert answers == {"given": 48}
    with sessions() as session:
        assert session.scalar(select(func.count(CouponUse.id))) == 1


def test_guessing_with_many_hands_gets_no_more_tries(crowd, people):
    guesser = people[0]

    def claim(session: Session, number: int) -> None:
        coupons.redeem(
            session,
            codes.generate(),
            by=guesser,
            member_id=guesser,
            source=f"guess:{number}",
            now=NOW,
        )

    answers = crowd(claim, 64)

    assert answers == {"NoSuchCoupon": TRIES, "TooManyTries": 64 - TRIES}


def test_orders_that_want_the_same_coupons_at_once_never_share_one(sessions, crowd, people):
    mei = people[0]
    with sessions.begin() as session:
        held = [
            coupons.issue(session, FIFTY_OFF, mei, source=f"hand:{n}", now=NOW).code
            for n in range(6)
        ]

    def claim(session: Session, number: int) -> None:
        wanted = [held[number % 6], held[(number + 1) % 6]]
        coupons.redeem_for(session, wanted, member_id=mei, source=f"order:{number}:1", now=NOW)
        if number % 2:
            coupons.return_for(session, source=f"order:{number}:1", now=NOW)

    answers = crowd(claim, 24)

    assert set(answers) <= {"given", "CouponTaken"}
    assert answers["given"] >= 2
    with sessions() as session:
        open_uses = select(CouponUse.coupon_id).where(CouponUse.returned_at.is_(None))
        used = session.scalars(open_uses).all()
        assert len(set(used)) == len(used) > 0
        assert coupons.verify(session) == []
