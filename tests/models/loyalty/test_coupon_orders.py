"""Several coupons on one order: all or none, once, and given back together."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from models.base import end_of_day
from models.loyalty import codes, coupons
from models.loyalty.coupons import CouponState
from tests.models.loyalty.coupon_cast import (
    FIFTY_OFF,
    a_wrong_code,
    guess_wrong,
    members,
    use,
    uses,
)

TODAY = date(2026, 11, 24)
FREE_SHIPPING = replace(FIFTY_OFF, key="free", name="免運券", kind="shipping", value=0)


@pytest.fixture
def cast(session):
    return members(session, 3)


@pytest.fixture
def mei(cast):
    return cast[0]


@pytest.fixture
def both(session, mei, now):
    """Two coupons of 小美."""
    given = [
        coupons.issue(session, terms, mei, source=f"hand:{terms.key}", now=now)
        for terms in (FIFTY_OFF, FREE_SHIPPING)
    ]
    session.commit()
    return given


def order(session, held, member, now, *, source="order:3-12:1"):
    wanted = [coupon.code for coupon in held]
    return coupons.redeem_for(session, wanted, member_id=member, source=source, now=now)


def test_an_order_uses_its_coupons_once_however_often_it_asks(session, both, mei, now):
    used = order(session, both, mei, now)
    session.commit()
    again = order(session, reversed(both), mei, now)
    session.commit()

    assert set(used) == set(again) == set(both)
    assert {coupon.state for coupon in both} == {CouponState.USED}
    assert uses(session) == 2
    assert order(session, [], mei, now) == []


def test_a_coupon_that_another_order_took_is_refused_and_the_others_stay(session, both, mei, now):
    order(session, both[:1], mei, now, source="order:3-11:1")
    session.commit()

    with pytest.raises(coupons.CouponTaken) as refusal:
        order(session, both, mei, now)
    session.commit()

    assert "NT$50 折價券" in str(refusal.value)
    assert coupons.wallet(session, mei, now).usable == (coupons.fact(both[1]),)


def test_a_coupon_is_used_by_whose_it_is(session, both, cast, now):
    with pytest.raises(coupons.CouponTaken):
        order(session, both, cast[1], now)
    with pytest.raises(coupons.NoSuchCoupon):
        coupons.redeem_for(
            session, [a_wrong_code()], member_id=cast[0], source="order:1:1", now=now
        )


def test_an_order_that_falls_through_gives_back_all_its_coupons_once(session, both, mei, now):
    order(session, both, mei, now)
    session.commit()

    back = coupons.return_for(session, source="order:3-12:1", now=now)
    again = coupons.return_for(session, source="order:3-12:1", now=now)
    session.commit()

    assert (set(back), again) == (set(both), [])
    assert {coupon.state for coupon in both} == {CouponState.ISSUED}
    assert {coupon.extended_until for coupon in both} == {None}
    with pytest.raises(coupons.SourceReused):
        order(session, both, mei, now)
    assert order(session, both, mei, now, source="order:3-12:2")


def test_an_order_that_already_used_others_changes_nothing(session, both, mei, now):
    order(session, both[:1], mei, now)
    session.commit()

    with pytest.raises(coupons.SourceReused):
        order(session, both[1:], mei, now)
    session.commit()

    assert coupons.wallet(session, mei, now).usable == (coupons.fact(both[1]),)


def test_a_coupon_that_ended_in_a_failed_group_buy_is_usable_for_days_more(
    session, both, mei, now
):
    order(session, both, mei, now)
    later = now + timedelta(days=40)
    coupons.return_for(session, source="order:3-12:1", now=later, grace_days=7)
    session.commit()

    until = end_of_day(TODAY, days_later=47)
    held = coupons.wallet(session, mei, until - timedelta(seconds=1))
    assert {fact.last_day for fact in held.usable} == {date(2027, 1, 10)}
    assert coupons.wallet(session, mei, until).usable == ()
    assert len(coupons.wallet(session, mei, until).expired) == 2
    assert order(session, both, mei, until - timedelta(seconds=1), source="order:4:1")


def test_a_member_who_cancels_does_not_make_a_coupon_last_longer(session, both, mei, now):
    order(session, both, mei, now)
    later = now + timedelta(days=40)
    coupons.return_for(session, source="order:3-12:1", now=later)
    session.commit()

    assert len(coupons.wallet(session, mei, later).expired) == 2


def test_a_coupon_that_lasts_longer_anyway_gets_no_days_more(session, both, mei, now):
    order(session, both, mei, now)
    coupons.return_for(session, source="order:3-12:1", now=now, grace_days=7)
    session.commit()

    assert {coupon.extended_until for coupon in both} == {None}


def test_a_coupon_that_is_not_bound_may_be_passed_on(session, cast, now):
    mei, lin, _ = cast
    gift = replace(FIFTY_OFF, key="gift", bind=False)
    coupon = coupons.issue(session, gift, mei, source="hand:1", now=now)
    session.commit()

    shown = coupons.presented(session, codes.show(coupon.code), by=lin, member_id=lin, now=now)
    assert shown == coupons.fact(coupon)
    assert order(session, [coupon], lin, now) == [coupon]
    session.commit()
    with pytest.raises(coupons.NoSuchCoupon):
        coupons.presented(session, coupon.code, by=lin, member_id=lin, now=now)


def test_a_bound_coupon_is_nothing_to_anybody_else(session, both, cast, now):
    with pytest.raises(coupons.NoSuchCoupon):
        coupons.presented(session, both[0].code, by=cast[1], member_id=cast[1], now=now)


def test_asking_for_codes_of_others_is_counted_as_guessing(session, both, cast, now):
    guess_wrong(session, cast[1], now, 10)

    with pytest.raises(coupons.TooManyTries):
        coupons.presented(session, both[0].code, by=cast[1], member_id=cast[1], now=now)


def test_a_slip_at_the_counter_is_corrected_once(session, both, cast, now):
    mei, _, boss = cast
    code = both[0].code
    coupons.redeem(session, code, by=boss, member_id=None, source="counter:1", now=now)
    session.commit()

    found = coupons.counter_use(session, codes.show(code), by=boss, now=now)
    later = now + timedelta(days=31)
    assert coupons.correct(session, found.id, now=later, grace_days=7) is both[0]
    assert coupons.correct(session, found.id, now=later, grace_days=7) is None
    session.commit()

    assert both[0].state == CouponState.ISSUED
    assert both[0].extended_until == end_of_day(TODAY, days_later=38)
    with pytest.raises(coupons.NotRedeemed):
        coupons.counter_use(session, code, by=boss, now=now)
    use(session, code, mei, later, source="order:9")
    with pytest.raises(coupons.UsedOnOrder):
        coupons.counter_use(session, code, by=boss, now=now)
    with pytest.raises(coupons.NoSuchCoupon):
        coupons.counter_use(session, a_wrong_code(), by=boss, now=now)


def test_a_fixed_period_bounds_what_is_given(session, mei, now):
    season = replace(
        FIFTY_OFF, key="xmas", first_day=date(2026, 12, 1), last_day=date(2026, 12, 25)
    )
    early = coupons.issue(session, season, mei, source="hand:1", now=now)
    assert (coupons.fact(early).first_day, coupons.fact(early).last_day) == (
        date(2026, 12, 1),
        date(2026, 12, 25),
    )

    over = now + timedelta(days=40)
    with pytest.raises(coupons.PeriodOver):
        coupons.issue(session, season, mei, source="hand:2", now=over)
    assert coupons.issue_many(session, season, [(mei, "hand:3")], now=over) == {}


def test_a_coupon_keeps_the_terms_it_was_given_under(session, mei, now):
    terms = replace(
        FIFTY_OFF, products=("尿布", "濕巾"), category="母嬰", tiers=("gold",), stacks=True
    )

    told = coupons.issue_many(session, terms, [(mei, "hand:1")], now=now)["hand:1"]
    session.commit()

    kept = coupons.wallet(session, mei, now).usable[0]
    assert kept == told
    assert (kept.products, kept.category) == (("尿布", "濕巾"), "母嬰")
    assert (kept.tiers, kept.stacks, kept.bound) == (("gold",), True, True)
