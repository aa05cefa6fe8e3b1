"""Coupons are used once, taken back, voided, and shown; codes cannot be guessed."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from models.base import day_start, end_of_day
from models.loyalty import codes, coupons
from models.loyalty.coupon_records import CouponUse
from models.loyalty.coupon_tries import TRIES
from tests.models.loyalty.coupon_cast import (
    FIFTY_OFF,
    a_wrong_code,
    members,
    statements,
    use,
    uses,
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


def test_a_coupon_is_used_once_however_often_the_same_order_asks(session, coupon, mei, now):
    used = use(session, codes.show(coupon.code).lower(), mei, now)
    session.commit()
    again = use(session, coupon.code, mei, now + HOUR)
    session.commit()

    assert again is used is coupon
    assert (coupon.state, coupon.used_at) == (coupons.CouponState.USED, now)
    assert uses(session) == 1
    wallet = coupons.wallet(session, mei, now)
    assert (wallet.usable, wallet.used) == ((), (coupons.fact(coupon),))


def test_a_used_coupon_is_no_coupon_for_another_order(session, coupon, mei, now):
    use(session, coupon.code, mei, now)
    session.commit()

    with pytest.raises(coupons.NoSuchCoupon):
        use(session, coupon.code, mei, now, source="order:2")


def test_an_order_uses_one_coupon(session, coupon, mei, lin, now):
    other = coupons.issue(session, FIFTY_OFF, mei, source="hand:2", now=now)
    use(session, coupon.code, mei, now)
    session.commit()

    with pytest.raises(coupons.SourceReused):
        use(session, other.code, mei, now)
    with pytest.raises(coupons.SourceReused):
        use(session, coupon.code, lin, now)
    session.rollback()
    assert other.state == coupons.CouponState.ISSUED


def test_an_organiser_uses_anybodys_coupon(session, coupon, boss, now):
    used = coupons.redeem(
        session, coupon.code, by=boss, member_id=None, source="counter:1", now=now
    )
    again = coupons.redeem(
        session, coupon.code, by=boss, member_id=None, source="counter:1", now=now
    )
    session.commit()

    assert used is again is coupon
    assert session.scalars(select(CouponUse.by)).all() == [boss]


@pytest.mark.parametrize(
    ("at", "works"),
    [
        (end_of_day(TODAY), True),
        (end_of_day(TODAY, days_later=30) - MOMENT, True),
        (end_of_day(TODAY, days_later=30), False),
    ],
)
def test_a_coupon_can_be_used_until_its_last_local_day_ends(session, coupon, mei, at, works):
    wallet = coupons.wallet(session, mei, at)

    assert (len(wallet.usable), len(wallet.expired)) == ((1, 0) if works else (0, 1))
    if works:
        assert use(session, coupon.code, mei, at).state == coupons.CouponState.USED
    else:
        with pytest.raises(coupons.NoSuchCoupon):
            use(session, coupon.code, mei, at)


def test_a_coupon_can_be_used_from_the_morning_it_begins(session, mei, now):
    first = date(2026, 12, 1)
    coupon = coupons.issue(session, FIFTY_OFF, mei, source="hand:1", now=now, from_day=first)
    session.commit()

    with pytest.raises(coupons.NoSuchCoupon):
        use(session, coupon.code, mei, day_start(first) - MOMENT)
    session.commit()
    assert use(session, coupon.code, mei, day_start(first)).used_at == day_start(first)


def test_every_wrong_code_gets_the_same_answer_by_the_same_statements(
    session, engine, cast, coupon, now
):
    mei, lin, boss = cast
    used = coupons.issue(session, FIFTY_OFF, mei, source="hand:2", now=now)
    voided = coupons.issue(session, FIFTY_OFF, mei, source="hand:3", now=now)
    upcoming = coupons.issue(
        session, FIFTY_OFF, mei, source="hand:4", now=now, from_day=date(2027, 1, 1)
    )
    lins = coupons.issue(session, FIFTY_OFF, lin, source="hand:5", now=now)
    long_ago = now - timedelta(days=40)
    expired = coupons.issue(session, FIFTY_OFF, mei, source="hand:6", now=long_ago)
    use(session, used.code, mei, now, source="order:0")
    coupons.void(session, voided.code, by=boss, now=now)
    session.commit()
    wrong = [used, voided, upcoming, lins, expired]
    typed = [*(coupon.code for coupon in wrong), a_wrong_code(), "優惠券", coupon.code[::-1]]

    answers, work = set(), set()
    for number, code in enumerate(typed):
        with statements(engine) as heard, pytest.raises(coupons.NoSuchCoupon) as refusal:
            use(session, code, mei, now, source=f"guess:{number}")
        session.commit()
        answers.add((type(refusal.value), str(refusal.value), refusal.value.keeps))
        work.add(tuple(heard))

    assert len(answers) == 1
    assert len(work) == 1
    assert use(session, coupon.code, mei, now) is coupon


def test_an_order_that_came_to_nothing_gives_its_coupon_back(session, coupon, mei, now):
    use(session, coupon.code, mei, now)
    session.commit()

    back = coupons.give_back(session, source="order:1", now=now + HOUR)
    session.commit()
    assert back is coupon
    assert (coupon.state, coupon.used_at) == (coupons.CouponState.ISSUED, None)
    assert coupons.give_back(session, source="order:1", now=now + HOUR) is None
    assert coupons.give_back(session, source="order:9", now=now + HOUR) is None

    use(session, coupon.code, mei, now + HOUR, source="order:2")
    session.commit()
    assert uses(session) == 2


def test_a_late_retry_does_not_use_a_coupon_that_was_given_back(session, coupon, mei, now):
    use(session, coupon.code, mei, now)
    coupons.give_back(session, source="order:1", now=now)
    session.commit()

    again = use(session, coupon.code, mei, now)
    session.commit()

    assert again.state == coupons.CouponState.ISSUED
    assert coupons.verify(session) == []


def test_a_voided_coupon_is_gone_from_the_wallet(session, coupon, mei, boss, now):
    voided = coupons.void(session, codes.show(coupon.code), by=boss, now=now)
    again = coupons.void(session, coupon.code, by=boss, now=now + HOUR)
    session.commit()

    assert voided is again is coupon
    assert (coupon.voided_at, coupon.voided_by) == (now, boss)
    assert coupons.wallet(session, mei, now) == coupons.Wallet()
    with pytest.raises(coupons.NoSuchCoupon):
        use(session, coupon.code, mei, now)


def test_a_voided_coupon_counts_as_given(session, cast, now):
    mei, lin, boss = cast
    one = replace(FIFTY_OFF, total_limit=1)
    coupon = coupons.issue(session, one, mei, source="hand:1", now=now)
    coupons.void(session, coupon.code, by=boss, now=now)
    session.commit()

    with pytest.raises(coupons.CouponsGone):
        coupons.issue(session, one, lin, source="hand:2", now=now)


def test_a_used_coupon_cannot_be_voided(session, coupon, mei, boss, now):
    use(session, coupon.code, mei, now)
    session.commit()

    with pytest.raises(coupons.CouponUsed) as refusal:
        coupons.void(session, coupon.code, by=boss, now=now)

    assert "已經使用" in str(refusal.value)
    session.rollback()
    assert coupon.state == coupons.CouponState.USED


def test_voiding_is_no_way_to_guess_codes(session, coupon, boss, now):
    for _ in range(TRIES):
        with pytest.raises(coupons.NoSuchCoupon):
            coupons.void(session, a_wrong_code(), by=boss, now=now)
        session.commit()

    with pytest.raises(coupons.TooManyTries):
        coupons.void(session, coupon.code, by=boss, now=now)


def test_the_wallet_remembers_ninety_days(session, mei, now):
    short = replace(FIFTY_OFF, valid_days=1)
    used = coupons.issue(session, short, mei, source="hand:1", now=now)
    coupons.issue(session, short, mei, source="hand:2", now=now)
    use(session, used.code, mei, now)
    session.commit()
    ends = end_of_day(TODAY, days_later=1)

    nearly = coupons.wallet(session, mei, ends + timedelta(days=90) - MOMENT)
    assert (len(nearly.used), len(nearly.expired)) == (1, 1)
    assert coupons.wallet(session, mei, ends + timedelta(days=90)) == coupons.Wallet()


def test_the_wallet_shows_only_ones_own(session, coupon, mei, lin, now):
    assert coupons.wallet(session, lin, now) == coupons.Wallet()
    assert [fact.code for fact in coupons.wallet(session, mei, now).usable] == [coupon.code]


def test_coupons_that_expire_within_days_are_found(session, cast, now):
    mei, lin, boss = cast
    for days in [1, 3, 4]:
        terms = replace(FIFTY_OFF, valid_days=days)
        for member in [mei, lin, boss]:
            coupons.issue(session, terms, member, source=f"{member}:{days}", now=now)
    in_use = coupons.wallet(session, lin, now).usable[0]
    use(session, in_use.code, lin, now)
    session.commit()

    found = session.scalars(coupons.expiring(now, days=3)).all()
    later = session.scalars(coupons.expiring(now + timedelta(days=2), days=3)).all()

    assert sorted(coupon.source for coupon in found) == sorted(
        [f"{mei}:1", f"{mei}:3", f"{lin}:3", f"{boss}:1", f"{boss}:3"]
    )
    assert {coupon.source.split(":")[1] for coupon in later} == {"3", "4"}
