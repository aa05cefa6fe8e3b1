"""Rewards: claimed for points while there are any, given out once, given back completely."""

from __future__ import annotations

from datetime import timedelta

import pytest

from models.loyalty import coupons, points, rewards
from models.loyalty.rewards import (
    AlreadyHanded,
    ClaimCancelled,
    HandedAsCoupon,
    Hindrance,
    NoSuchClaim,
    NoSuchReward,
    NotAReward,
    NotForYourTier,
    NotYetOffered,
    PriceChanged,
    RewardGone,
    RewardLimit,
    TooFewPoints,
)

pytestmark = pytest.mark.usefixtures("sound_at_the_end")


def held(session, member_id, now):
    return points.balance(session, member_id, now).available


def test_a_claim_costs_its_points_and_takes_one_off_the_shelf(session, claim, cup, rich, now):
    made = claim(cup)

    assert (cup.left, made.points, made.state) == (1, 300, "waiting")
    assert held(session, rich, now) == 200


def test_the_same_claim_again_changes_nothing(session, claim, cup, rich, now):
    assert claim(cup).id == claim(cup).id

    assert (cup.left, held(session, rich, now)) == (1, 200)


def test_a_source_that_stands_for_another_claim_is_refused(session, claim, cup, now):
    claim(cup)
    other = rewards.add(session, "環保袋", price=10, stock=None, now=now)

    with pytest.raises(points.SourceReused):
        claim(other)


def test_who_has_too_few_points_is_told_how_many_and_leaves_the_shelf_alone(
    session, claim, cup, rich, now
):
    claim(cup)

    with pytest.raises(TooFewPoints) as refused:
        claim(cup, "tap:2")

    assert "還差 100 點" in str(refused.value)
    assert (cup.left, held(session, rich, now)) == (1, 200)
    assert len(rewards.held_by(session, rich, limit=9)) == 1


def test_what_is_gone_not_yet_there_or_dearer_by_now_is_refused(session, claim, cup, rich, now):
    rewards.restock(session, cup, 0)
    with pytest.raises(RewardGone):
        claim(cup)

    rewards.restock(session, cup, None)
    rewards.change(session, cup, opens_at=now + timedelta(hours=1))
    with pytest.raises(NotYetOffered):
        claim(cup)

    rewards.change(session, cup, opens_at=now, price=301)
    with pytest.raises(PriceChanged):
        claim(cup, price=300)

    assert held(session, rich, now) == 500


def test_what_is_over_or_withdrawn_is_not_found(session, claim, cup, rich, now, programme):
    rewards.change(session, cup, closes_at=now)
    with pytest.raises(NoSuchReward):
        claim(cup)

    rewards.change(session, cup, closes_at=None, withdrawn_at=now)
    with pytest.raises(NoSuchReward):
        claim(cup)

    assert rewards.catalogue(session, rich, now=now, programme=programme) == []


def test_one_may_have_no_more_than_the_limit_until_one_is_given_back(
    session, claim, cup, rich, now
):
    rewards.change(session, cup, per_member_limit=1, price=100)
    made = claim(cup)
    with pytest.raises(RewardLimit):
        claim(cup, "tap:2")

    rewards.cancel(session, made.id, by=rich, now=now)

    assert claim(cup, "tap:3").state == "waiting"


def test_a_reward_for_some_tiers_is_for_them_only(session, claim, cup, buy):
    rewards.change(session, cup, tiers="silver,gold")
    with pytest.raises(NotForYourTier) as refused:
        claim(cup)
    assert "銀級、金級" in str(refused.value)

    buy(3_000)

    assert claim(cup).state == "waiting"


def test_a_slip_is_handed_over_once(session, claim, cup, rich, now):
    made = claim(cup)

    assert rewards.hand_over(session, made.code.lower(), by=rich, now=now).state == "handed"

    with pytest.raises(AlreadyHanded):
        rewards.hand_over(session, made.code, by=rich, now=now)
    for wrong in ("", "2222-2222-222", "x"):
        with pytest.raises(NoSuchClaim):
            rewards.hand_over(session, wrong, by=rich, now=now)


def test_a_cancelled_claim_gives_everything_back_once(session, claim, cup, rich, now):
    before = points.balance(session, rich, now)
    made = claim(cup)

    for _ in range(2):
        rewards.cancel(session, made.id, by=rich, now=now)

    assert points.balance(session, rich, now) == before
    assert cup.left == 2
    with pytest.raises(ClaimCancelled):
        rewards.hand_over(session, made.code, by=rich, now=now)
    with pytest.raises(NoSuchClaim):
        rewards.cancel(session, made.id + 1, by=rich, now=now)


def test_a_coupon_for_points_is_in_the_wallet_at_once(session, claim, voucher, rich, now):
    made = claim(voucher)

    (coupon,) = coupons.wallet(session, rich, now).usable
    assert rewards.find_claim(session, coupon.code).id == made.id
    assert [each.code for each in rewards.held_by(session, rich, limit=9)] == [coupon.code]
    with pytest.raises(HandedAsCoupon):
        rewards.hand_over(session, coupon.code, by=rich, now=now)


def test_a_coupon_given_back_is_void_and_a_used_one_stays(session, claim, voucher, rich, now):
    unused, used = claim(voucher), claim(voucher, "tap:2")
    code = next(
        each.code for each in rewards.held_by(session, rich, limit=9) if each.claim is used
    )
    coupons.redeem(session, code, by=rich, member_id=rich, source="order:9", now=now)

    rewards.cancel(session, unused.id, by=rich, now=now)
    with pytest.raises(coupons.CouponUsed):
        rewards.cancel(session, used.id, by=rich, now=now)

    assert held(session, rich, now) == 400
    assert coupons.wallet(session, rich, now).usable == ()


def test_a_coupon_the_programme_has_no_more_is_not_offered(
    session, claim, voucher, rich, now, programme
):
    rewards.change(session, voucher, coupon_key="gone")

    with pytest.raises(NoSuchReward):
        claim(voucher)

    assert rewards.catalogue(session, rich, now=now, programme=programme) == []
    assert held(session, rich, now) == 500


@pytest.mark.parametrize(
    ("changes", "claimed", "available", "hindrance"),
    [
        ({}, 0, 300, None),
        ({"stock": 0}, 0, 0, Hindrance.SOLD_OUT),
        ({"opens_at": timedelta(days=1)}, 0, 0, Hindrance.NOT_YET),
        ({"tiers": "gold"}, 0, 0, Hindrance.TIER),
        ({"per_member_limit": 1}, 1, 0, Hindrance.LIMIT),
        ({}, 0, 299, Hindrance.POINTS),
    ],
)
def test_the_catalogue_says_what_stands_in_the_way(now, changes, claimed, available, hindrance):
    opens = changes.get("opens_at")
    reward = rewards.Reward(
        name="保溫杯",
        price=300,
        taken=0,
        **(changes | ({"opens_at": now + opens} if opens else {})),
    )
    reward.tiers = reward.tiers or ""

    found = rewards.offer(
        reward, claimed=claimed, available=available, tier="bronze", tiers="", now=now
    )

    assert found.hindrance is hindrance
    assert found.short == max(300 - available, 0)


def test_stock_set_while_some_are_taken_is_what_is_left(session, claim, cup):
    claim(cup)

    rewards.restock(session, cup, 30)

    assert (cup.left, cup.stock) == (30, 31)


def test_a_reward_is_found_by_its_number_or_its_name(session, cup, now):
    assert rewards.find(session, f"#{cup.id}") is cup
    assert rewards.find(session, "保溫杯") is cup

    rewards.add(session, "保溫杯", price=1, stock=None, now=now)
    for said in ("保溫杯", "99", "茶杯"):
        with pytest.raises(NoSuchReward):
            rewards.find(session, said)


@pytest.mark.parametrize(
    "wrong", [{"name": ""}, {"name": "杯" * 41}, {"price": 0}, {"price": 10**7}, {"stock": -1}]
)
def test_what_is_no_reward_is_refused(session, now, wrong):
    right = {"name": "保溫杯", "price": 1, "stock": None}

    with pytest.raises(NotAReward):
        rewards.add(session, **(right | wrong), now=now)
