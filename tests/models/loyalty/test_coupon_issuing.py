"""Coupons are given once per source, and never beyond a limit."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import func, select

from models.base import day_start, end_of_day
from models.loyalty import codes, coupons
from models.loyalty.coupon_records import CouponCount
from tests.models.loyalty.coupon_cast import FIFTY_OFF, members, statements

ONE_EACH = replace(FIFTY_OFF, per_member_limit=1)
THREE = replace(FIFTY_OFF, total_limit=3)
TODAY = date(2026, 11, 24)


@pytest.fixture
def mei(session):
    return members(session, 1)[0]


def out(session) -> int:
    return session.scalar(select(func.count(coupons.Coupon.id)))


def test_a_coupon_carries_its_terms_and_a_code(session, mei, now):
    terms = replace(FIFTY_OFF, min_spend=300, first_purchase=True, description="滿 300 折 50")

    coupon = coupons.issue(session, terms, mei, source="hand:1", now=now)
    session.commit()

    assert codes.is_whole(coupon.code)
    assert coupon.source == "hand:1"
    [fact] = coupons.wallet(session, mei, now).usable
    assert fact == coupons.fact(coupon)
    assert (fact.name, fact.kind, fact.value) == ("NT$50 折價券", "amount", 50)
    assert (fact.min_spend, fact.first_purchase) == (300, True)
    assert fact.description == "滿 300 折 50"


def test_a_coupon_lasts_through_the_local_day_issued_plus_its_valid_days(session, mei):
    just_before_midnight = end_of_day(TODAY) - timedelta(microseconds=1)
    terms = replace(FIFTY_OFF, valid_days=30)

    coupon = coupons.issue(session, terms, mei, source="hand:1", now=just_before_midnight)
    session.commit()

    assert coupon.expires_at == day_start(date(2026, 12, 25))
    assert coupons.fact(coupon).last_day == date(2026, 12, 24)


def test_a_coupon_may_begin_on_a_later_day(session, mei, now):
    later = coupons.issue(
        session, FIFTY_OFF, mei, source="hand:1", now=now, from_day=date(2026, 12, 1)
    )
    today = coupons.issue(session, FIFTY_OFF, mei, source="hand:2", now=now, from_day=TODAY)
    session.commit()

    assert later.valid_from == day_start(date(2026, 12, 1))
    assert coupons.fact(later).last_day == date(2026, 12, 31)
    assert today.valid_from == now
    wallet = coupons.wallet(session, mei, now)
    assert (wallet.usable, wallet.upcoming) == ((coupons.fact(today),), (coupons.fact(later),))


def test_the_same_source_is_the_same_coupon_even_when_all_are_gone(session, mei, now):
    terms = replace(FIFTY_OFF, total_limit=1, per_member_limit=1)
    first = coupons.issue(session, terms, mei, source="hand:1", now=now)
    session.commit()

    again = coupons.issue(session, terms, mei, source="hand:1", now=now + timedelta(days=1))

    assert again is first
    assert out(session) == 1


def test_a_source_stands_for_one_member_and_one_kind_of_coupon(session, now):
    mei, lin = members(session, 2)
    other = replace(FIFTY_OFF, key="other")
    coupons.issue(session, FIFTY_OFF, mei, source="hand:1", now=now)
    session.commit()

    for terms, member in [(FIFTY_OFF, lin), (other, mei)]:
        with pytest.raises(coupons.SourceReused) as refusal:
            coupons.issue(session, terms, member, source="hand:1", now=now)
        assert refusal.value.source == "hand:1"
        assert "hand:1" in str(refusal.value)
    with pytest.raises(coupons.SourceReused):
        coupons.issue_many(session, FIFTY_OFF, [(mei, "hand:2"), (lin, "hand:2")], now=now)
    session.rollback()
    assert out(session) == 1


def test_the_last_coupon_is_given_and_no_more(session, now):
    people = members(session, 4)
    for member in people[:3]:
        coupons.issue(session, THREE, member, source=f"hand:{member}", now=now)
    session.commit()

    with pytest.raises(coupons.CouponsGone) as refusal:
        coupons.issue(session, THREE, people[3], source="late", now=now)

    assert "NT$50 折價券" in str(refusal.value)
    assert coupons.ensure(session, THREE).issued == out(session) == 3


def test_nobody_gets_more_than_one_may(session, now):
    mei, lin = members(session, 2)
    terms = replace(FIFTY_OFF, per_member_limit=2)
    for source in ["hand:1", "hand:2"]:
        coupons.issue(session, terms, mei, source=source, now=now)
    session.commit()

    with pytest.raises(coupons.OnePerMember) as refusal:
        coupons.issue(session, terms, mei, source="hand:3", now=now)

    assert refusal.value.limit == 2
    coupons.issue(session, terms, lin, source="hand:4", now=now)
    session.commit()


def test_a_refusal_that_is_caught_leaves_nothing_behind(session, now):
    mei, lin, wang = members(session, 3)
    terms = replace(FIFTY_OFF, total_limit=2, per_member_limit=1)
    coupons.issue(session, terms, mei, source="hand:1", now=now)

    with pytest.raises(coupons.OnePerMember):
        coupons.issue(session, terms, mei, source="hand:2", now=now)
    coupons.issue(session, terms, lin, source="hand:3", now=now)
    with pytest.raises(coupons.CouponsGone):
        coupons.issue(session, terms, wang, source="hand:4", now=now)
    session.commit()

    assert coupons.ensure(session, terms).issued == out(session) == 2
    assert set(session.scalars(select(CouponCount.member_id))) == {mei, lin}
    session.commit()
    assert coupons.verify(session) == []


def test_a_limit_lowered_beneath_what_is_out_stops_at_what_is_out(session, now):
    people = members(session, 4)
    coupons.issue_many(session, THREE, [(m, f"hand:{m}") for m in people[:2]], now=now)
    session.commit()

    lowered = coupons.ensure(session, replace(FIFTY_OFF, total_limit=1))
    assert (lowered.total_limit, lowered.issued) == (2, 2)
    with pytest.raises(coupons.CouponsGone):
        coupons.issue(
            session, replace(FIFTY_OFF, total_limit=1), people[2], source="late", now=now
        )
    raised = coupons.issue(session, THREE, people[2], source="later", now=now)
    session.commit()

    assert raised.source == "later"
    assert coupons.ensure(session, FIFTY_OFF).total_limit is None


def test_a_lowered_limit_per_member_does_not_stop_those_with_none(session, now):
    mei, lin = members(session, 2)
    coupons.issue_many(session, FIFTY_OFF, [(mei, "hand:1"), (mei, "hand:2")], now=now)

    given = coupons.issue_many(session, ONE_EACH, [(mei, "hand:3"), (lin, "hand:4")], now=now)
    session.commit()

    assert set(given) == {"hand:4"}


def test_coupons_keep_the_terms_they_were_given_under(session, mei, now):
    coupons.issue(session, FIFTY_OFF, mei, source="hand:1", now=now)
    session.commit()

    dearer = replace(FIFTY_OFF, name="NT$20 折價券", value=20)
    coupons.issue(session, dearer, mei, source="hand:2", now=now)
    session.commit()

    assert [fact.value for fact in coupons.wallet(session, mei, now).usable] == [50, 20]


def test_a_campaign_stops_exactly_at_the_limit_in_the_order_given(session, now):
    people = members(session, 5)
    grants = [(member, f"campaign:{member}") for member in reversed(people)]

    given = coupons.issue_many(session, THREE, grants, now=now)
    session.commit()

    assert list(given) == [source for _, source in grants[:3]]
    assert [coupons.wallet(session, member, now).usable for member in people[:1:-1]] == [
        (coupon,) for coupon in given.values()
    ]
    assert coupons.issue_many(session, THREE, grants, now=now) == given
    assert out(session) == 3


def test_a_campaign_goes_on_where_it_stopped(session, now):
    people = members(session, 4)
    grants = [(member, f"campaign:{member}") for member in people]
    coupons.issue_many(session, THREE, grants[2:], now=now)
    session.commit()

    given = coupons.issue_many(session, THREE, grants, now=now)
    session.commit()

    assert list(given) == [grants[0][1], grants[2][1], grants[3][1]]


def test_a_campaign_gives_each_member_what_one_may_have(session, now):
    mei, lin = members(session, 2)
    terms = replace(FIFTY_OFF, per_member_limit=2, total_limit=4)
    coupons.issue(session, terms, mei, source="earlier", now=now)
    grants = [(mei, "1"), (mei, "2"), (lin, "3"), (lin, "3"), (lin, "4"), (lin, "5")]

    given = coupons.issue_many(session, terms, grants, now=now)
    session.commit()

    assert list(given) == ["1", "3", "4"]
    assert coupons.issue_many(session, terms, [], now=now) == {}


def test_a_campaign_takes_few_statements_however_many_it_gives(session, engine, now):
    people = members(session, 1200)

    with statements(engine) as heard:
        coupons.issue_many(
            session,
            replace(ONE_EACH, total_limit=1100),
            [(member, f"campaign:{member}") for member in people],
            now=now,
        )
        session.commit()

    assert out(session) == 1100
    assert len(heard) <= 25


@pytest.mark.slow
def test_ten_thousand_coupons_take_less_than_five_seconds(session, now):
    import time

    people = members(session, 10_000)
    started = time.perf_counter()

    coupons.issue_many(
        session, ONE_EACH, [(member, f"campaign:{member}") for member in people], now=now
    )
    session.commit()

    took = time.perf_counter() - started
    print(f"10,000 coupons in {took:.2f} s")
    assert took < 5
