"""Whether tampering with tiers is refused or found."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from models.loyalty import tiers
from models.loyalty.tiers_records import TierRules

TODAY = date(2026, 11, 24)


def later(now: datetime, days: int) -> datetime:
    return now + timedelta(days=days)


@pytest.mark.tampers
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE tier_changes SET after = 'diamond'",
        "DELETE FROM tier_changes",
        "UPDATE tier_credits SET amount = 99999",
        "DELETE FROM tier_credits",
    ],
)
def test_history_cannot_be_rewritten(buy, session, statement: str):
    buy(3_000)
    session.commit()

    with pytest.raises(DBAPIError, match="append-only"):
        session.execute(text(statement))


def test_the_audit_finds_nothing_wrong_with_an_ordinary_history(
    buy, session, programme, stricter, now
):
    buy(3_000)
    buy(6_000, "order:2")
    tiers.refund(session, source="order:2", refunded=6_000, programme=programme, now=now)
    buy(1, "order:3", programme=stricter)
    tiers.review(session, today=date(2027, 12, 1), programme=stricter, now=later(now, 372))

    assert tiers.verify(session) == []


@pytest.mark.tampers
@pytest.mark.parametrize(
    ("statement", "words"),
    [
        ("UPDATE member_tiers SET tier = 'gold'", "but the credits say silver"),
        ("UPDATE member_tiers SET until = '2030-01-01'", "until 2030-01-01, but"),
        ("UPDATE member_tiers SET since = NULL", "since None"),
        ("UPDATE tier_credits SET refunded = 1", "the credits say bronze"),
        ("UPDATE member_tiers SET rules = 'nobody'", "that nobody kept"),
        ("DELETE FROM member_tiers", "was never judged"),
    ],
)
def test_the_audit_finds_what_was_tampered_with(buy, session, statement: str, words: str):
    buy(3_000)
    session.execute(text(statement))

    (said,) = tiers.verify(session)

    assert words in said


def test_the_rules_that_members_were_judged_by_are_kept_once(buy, session, stricter, programme):
    buy(3_000)
    buy(3_000, "order:2")
    buy(9_000, "order:3", programme=stricter)

    assert set(session.scalars(select(TierRules.mark))) == {programme.rules, stricter.rules}
