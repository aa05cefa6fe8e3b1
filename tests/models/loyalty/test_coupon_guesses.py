"""Guessing coupon codes is limited."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta

import pytest
from sqlalchemy import func, select

from models.loyalty import coupons
from models.loyalty.coupon_records import CouponTry
from models.loyalty.coupon_tries import TRIES
from tests.models.loyalty.coupon_cast import (
    FIFTY_OFF,
    a_wrong_code,
    guess_wrong,
    members,
    use,
)

TODAY = date(2026, 11, 24)
HOUR = timedelta(hours=1)
MOMENT = timedelta(microseconds=1)


@pytest.fixture
def cast(session):
    """小美, 小林 and the organiser."""
    return members(session, 3)


@pytest.fixture
def mei(cast):
    return cast[0]


@pytest.fixture
def lin(cast):
    return cast[1]


@pytest.fixture
def boss(cast):
    return cast[2]


@pytest.fixture
def coupon(session, mei, now):
    given = coupons.issue(session, FIFTY_OFF, mei, source="hand:1", now=now)
    session.commit()
    return given


def test_ten_wrong_codes_an_hour_and_no_more(session, coupon, mei, lin, now):
    guess_wrong(session, mei, now, TRIES)

    for code in [coupon.code, a_wrong_code()]:
        with pytest.raises(coupons.TooManyTries) as refusal:
            use(session, code, mei, now + HOUR - MOMENT)
        session.rollback()
    assert "一小時" in str(refusal.value)
    with pytest.raises(coupons.NoSuchCoupon):
        use(session, coupon.code, lin, now)
    assert use(session, coupon.code, mei, now + HOUR) is coupon


def test_a_right_code_within_the_limit_works_and_does_not_count(session, coupon, mei, now):
    other = coupons.issue(session, FIFTY_OFF, mei, source="hand:2", now=now)
    guess_wrong(session, mei, now, TRIES - 1)

    assert use(session, coupon.code, mei, now) is coupon
    assert use(session, other.code, mei, now, source="order:2") is other
    session.commit()
    guess_wrong(session, mei, now, 1)
    with pytest.raises(coupons.TooManyTries):
        use(session, a_wrong_code(), mei, now, source="guess")


def test_the_hour_of_a_try_slides(session, mei, now):
    guess_wrong(session, mei, now, 5)
    for tries, minutes in [(5, 59), (5, 60), (0, 118), (5, 119)]:
        at = now + timedelta(minutes=minutes)
        guess_wrong(session, mei, at, tries)
        with pytest.raises(coupons.TooManyTries):
            use(session, a_wrong_code(), mei, at, source="guess")
        session.rollback()


def test_nothing_is_remembered_of_somebody_who_typed_no_wrong_code(session, coupon, mei, now):
    guess_wrong(session, mei, now - HOUR, 3)
    assert session.scalar(select(func.count(CouponTry.slot))) == TRIES

    use(session, coupon.code, mei, now)
    session.commit()

    assert session.scalar(select(func.count(CouponTry.slot))) == 0


def test_strangers_who_keep_guessing_get_ten_tries_each(session, coupon, now):
    answers = Counter()
    for stranger in members(session, 20):
        for _ in range(TRIES + 2):
            try:
                use(session, a_wrong_code(), stranger, now, source="guess")
            except (coupons.NoSuchCoupon, coupons.TooManyTries) as refusal:
                answers[type(refusal)] += 1
                session.commit()

    assert answers == {coupons.NoSuchCoupon: 200, coupons.TooManyTries: 40}
    session.refresh(coupon)
    assert coupon.state == coupons.CouponState.ISSUED
