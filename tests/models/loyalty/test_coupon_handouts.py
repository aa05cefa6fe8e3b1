"""Coupons given by hand and by lot: to whom, once, within limits, and so that all can check."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select, update

from models.loyalty import coupon_audience, coupon_handouts, coupons, lotteries
from models.loyalty.coupon_audience import AllHadIt, NobodyToGive
from models.loyalty.coupon_handouts import NoSuchKind, WhichKind
from models.loyalty.tiers_records import MemberTier
from models.people import search, tags
from models.people.members import Member
from tests.models.loyalty.coupon_cast import FIFTY_OFF, members, use

TODAY = date(2026, 11, 24)


@pytest.fixture
def cast(session):
    """Five friends, and somebody without LINE."""
    ids = members(session, 6)
    for number, member_id in enumerate(ids[:5]):
        values = {"name": "林小美陳大華"[number], "is_friend": True}
        values["line_user_id"] = f"U{number:032x}"
        session.execute(update(Member).where(Member.id == member_id).values(values))
    session.commit()
    return ids


def meant(session, said, programme):
    to = coupon_audience.whom(session, said, programme=programme)
    return list(session.scalars(to.ids.order_by("id")))


def give(session, terms, to, now, *, act="a"):
    by = session.scalars(to.ids).first()
    return coupon_handouts.give(session, terms, to, act=act, by=by, now=now)


def everybody(session, programme):
    return coupon_audience.whom(session, "全部", programme=programme)


def test_a_group_is_called_by_tier_by_tag_or_all(session, cast, programme, now):
    for member_id, tier in ((cast[1], "silver"), (cast[2], "gold")):
        session.add(
            MemberTier(
                member_id=member_id,
                tier=tier,
                since=TODAY,
                until=TODAY,
                judged_on=TODAY,
                rules="",
                touched_at=now,
            )
        )
    tags.add(session, [(cast[0], "母嬰"), (cast[1], "母嬰"), (cast[5], "母嬰")], now=now)

    assert meant(session, "全部", programme) == cast[:5]
    assert meant(session, "金級", programme) == meant(session, "gold", programme) == [cast[2]]
    assert meant(session, "銅", programme) == [cast[0], cast[3], cast[4]]
    assert meant(session, "#母嬰", programme) == cast[:2]
    assert meant(session, "林", programme) == [cast[0]]
    assert meant(session, f"#{cast[5]}", programme) == [cast[5]]
    with pytest.raises(search.Nobody):
        meant(session, "誰", programme)


def test_everybody_gets_one_from_an_act_once(session, cast, programme, now):
    to = everybody(session, programme)

    done = give(session, FIFTY_OFF, to, now)
    again = give(session, FIFTY_OFF, to, now)
    session.commit()

    assert list(done.coupons) == cast[:5]
    assert again.coupons == done.coupons
    assert session.scalar(select(func.count(coupons.Coupon.id))) == 5
    assert give(session, FIFTY_OFF, to, now, act="b").coupons.keys() == done.coupons.keys()


def test_limits_are_told_before_and_kept(session, cast, programme, now):
    terms = replace(FIFTY_OFF, per_member_limit=1, total_limit=4)
    coupons.issue(session, terms, cast[0], source="hand:1", now=now)
    to = everybody(session, programme)

    standing = coupon_audience.standing(session, terms, to, now=now)
    done = give(session, terms, to, now)

    assert standing == (5, 1, 1, 3)
    assert standing.gets == 3
    assert list(done.coupons) == cast[1:4]
    with pytest.raises(coupons.CouponsGone):
        coupon_audience.standing(session, terms, to, now=now)


def test_there_is_somebody_to_give_to(session, cast, programme, now):
    once = replace(FIFTY_OFF, per_member_limit=1)
    to = coupon_audience.whom(session, "林", programme=programme)
    give(session, once, to, now)

    with pytest.raises(AllHadIt):
        coupon_audience.standing(session, once, to, now=now)
    diamonds = coupon_audience.whom(session, "鑽石級", programme=programme)
    with pytest.raises(NobodyToGive):
        coupon_audience.standing(session, once, diamonds, now=now)
    over = replace(FIFTY_OFF, key="over", last_day=TODAY - timedelta(days=1))
    with pytest.raises(coupons.PeriodOver):
        coupon_audience.standing(session, over, to, now=now)


def test_a_draw_is_kept_so_that_anybody_can_make_it_again(session, cast, programme, now):
    terms = replace(FIFTY_OFF, per_member_limit=1)
    coupons.issue(session, terms, cast[0], source="hand:1", now=now)
    to, seed = everybody(session, programme), lotteries.new_seed()

    done = coupon_handouts.raffle(
        session, terms, to, places=2, seed=seed, act="a", by=cast[0], now=now
    )
    again = coupon_handouts.raffle(
        session, terms, to, places=2, seed=seed, act="a", by=cast[0], now=now
    )
    session.commit()

    took_part = coupon_handouts.entrants(done.handout)
    assert took_part == cast[1:5]
    assert list(done.coupons) == lotteries.draw(done.handout.seed, took_part, 2)
    assert again.coupons.keys() == done.coupons.keys()


def test_what_was_given_is_taken_back_unless_it_was_used(session, cast, programme, now):
    done = give(session, FIFTY_OFF, everybody(session, programme), now)
    use(session, done.coupons[cast[0]].code, cast[0], now)

    assert coupon_handouts.take_back(session, done.handout.id, by=cast[0], now=now) == 4
    assert coupon_handouts.take_back(session, done.handout.id, by=cast[0], now=now) == 0
    session.commit()
    assert coupons.wallet(session, cast[1], now) == coupons.Wallet()


def test_a_kind_is_called_by_its_key_its_name_or_a_part_of_it(programme):
    known = list(programme.coupons.values())

    for said in ("birthday_gold", "金級生日券 NT$150", "金級生日"):
        assert coupon_handouts.kind(said, known).key == "birthday_gold"
    for said in ("蛋糕", ""):
        with pytest.raises(NoSuchKind):
            coupon_handouts.kind(said, known)
    with pytest.raises(WhichKind, match="銅級生日券 NT\\$50、銀級生日券"):
        coupon_handouts.kind("生日", known)


@given(st.text(max_size=8), st.sets(st.integers(1, 999), max_size=30), st.integers(0, 9))
def test_a_draw_is_the_same_however_the_list_is_ordered(seed, numbers, places):
    winners = lotteries.draw(seed, numbers, places)

    assert winners == lotteries.draw(seed, sorted(numbers, reverse=True), places)
    assert len(winners) == min(places, len(numbers))
    losers = numbers - set(winners)
    assert all(lotteries.rank(seed, w) < lotteries.rank(seed, x) for w in winners for x in losers)


def test_who_else_takes_part_does_not_change_who_comes_before_whom():
    order = lotteries.draw("seed", range(100), 100)
    without = [number for number in order if number != order[0]]

    assert lotteries.draw("seed", without, 99) == without


def test_every_number_wins_about_as_often():
    wins = [lotteries.draw(f"seed {n}", range(10), 1)[0] for n in range(2_000)]

    assert all(140 < wins.count(number) < 260 for number in range(10))


def test_a_seed_is_promised_by_its_fingerprint():
    one, other = lotteries.new_seed(), lotteries.new_seed()

    assert lotteries.commitment(one) == lotteries.commitment(one)
    assert lotteries.commitment(one) != lotteries.commitment(other)
    assert one not in lotteries.commitment(one)
