"""What tests of the loyalty ledgers may ask for."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from models import programme as programmes
from models.insight import invariants
from models.loyalty import points, rewards, tiers
from models.loyalty.rewards import Reward, RewardClaim, RewardKind
from models.loyalty.tiers import Change
from models.people.members import Member
from models.programme import Programme
from models.terms import PointTerms

TODAY = date(2026, 11, 24)
SILVER = {"key": "silver", "name": "銀級", "pay": 95}


@pytest.fixture
def sound_at_the_end(session: Session) -> Iterator[None]:
    """Checks the books in the test's own transaction, before it is thrown away."""
    yield
    assert invariants.check(session) == []


@pytest.fixture
def join(session: Session, now: datetime) -> Callable[..., int]:
    def join(name: str = "小美", joined_on: date = date(2024, 1, 1)) -> int:
        member = Member(name=name, joined_on=joined_on, created_at=now)
        session.add(member)
        session.flush()
        return member.id

    return join


@pytest.fixture
def mei(join: Callable[..., int]) -> int:
    return join()


@pytest.fixture
def buy(session: Session, mei: int, programme: Programme, now: datetime) -> Callable[..., Any]:
    """小美 buys and picks up."""

    def buy(amount: int, source: str = "order:1", day: date = TODAY, **more: Any) -> Change | None:
        return tiers.record(
            session,
            more.pop("member_id", mei),
            amount,
            source=source,
            ordered_on=day,
            qualified_on=more.pop("qualified_on", day),
            programme=more.pop("programme", programme),
            now=more.pop("now", now),
            **more,
        )

    return buy


@pytest.fixture
def stands(session: Session, mei: int, programme: Programme) -> Callable[..., str]:
    def stands(today: date = TODAY, member_id: int = mei) -> str:
        found = tiers.standing(session, member_id, today=today, programme=programme)
        return found.tier.key

    return stands


@pytest.fixture
def stricter() -> Programme:
    return programmes.read_tables(
        {"tiers": [{"key": "bronze", "name": "銅級"}, SILVER | {"any": [{"spend": 5_000}]}]},
        file="rules.toml",
    )


@pytest.fixture
def mild() -> Programme:
    return programmes.read_tables(
        {"tiers": [{"key": "bronze", "name": "銅級"}, SILVER | {"any": [{"spend": 1_000}]}]},
        file="rules.toml",
    )


@pytest.fixture
def rich(session: Session, mei: int, now: datetime) -> int:
    """小美 with 500 points, in two lots."""
    for number, amount in enumerate((300, 200)):
        points.earn(
            session,
            mei,
            amount,
            source=f"order:{number}",
            earned_on=TODAY - timedelta(days=number),
            now=now,
            terms=PointTerms(),
            reason="消費",
        )
    return mei


@pytest.fixture
def cup(session: Session, now: datetime) -> Reward:
    return rewards.add(session, "保溫杯", price=300, stock=2, now=now)


@pytest.fixture
def claim(
    session: Session, rich: int, now: datetime, programme: Programme
) -> Callable[..., RewardClaim]:
    def claim(reward: Reward, source: str = "tap:1", **more: Any) -> RewardClaim:
        return rewards.claim(
            session,
            reward.id,
            more.get("member_id", rich),
            price=more.get("price", reward.price),
            source=source,
            now=more.get("now", now),
            programme=programme,
        )

    return claim


@pytest.fixture
def voucher(session: Session, now: datetime) -> Reward:
    return rewards.add(
        session,
        "折價券",
        price=100,
        stock=None,
        now=now,
        kind=RewardKind.COUPON,
        coupon_key="birthday_silver",
    )
