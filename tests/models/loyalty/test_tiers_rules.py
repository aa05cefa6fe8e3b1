"""The rules of tiers, without a database: thresholds, the year, what is missing."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models import programme as programmes
from models.loyalty.tiers_rules import (
    Credit,
    CreditKind,
    Missing,
    in_period,
    met,
    missing,
    percent,
    reached_by,
    replay,
    years_later,
)
from models.programme import Condition, Programme, Tier
from tests.models.loyalty.tiers_lived import plainly

DAY = date(2026, 11, 24)
B = programmes.load("B")
D = programmes.load("D")


def order(amount: int, day: date = DAY, qualified_on: date | None = None) -> Credit:
    return Credit(amount, day, qualified_on or day, source=f"order:{amount}:{day}")


def tier_on(today: date, *credits: Credit, programme: Programme = B) -> str:
    return replay(credits, programme, today=today).tier.key


@pytest.mark.parametrize(
    ("spend", "tier"),
    [
        (0, "bronze"),
        (2_999, "bronze"),
        (3_000, "silver"),
        (7_999, "silver"),
        (8_000, "gold"),
        (19_999, "gold"),
        (20_000, "diamond"),
    ],
)
def test_spend_in_twelve_months_decides_the_tier(spend: int, tier: str):
    assert tier_on(DAY, order(spend)) == tier
    assert tier_on(DAY, order(spend - spend // 2), order(spend // 2, DAY - timedelta(300))) == tier


@pytest.mark.parametrize(
    ("friends", "tier"), [(2, "bronze"), (3, "gold"), (9, "gold"), (10, "diamond")]
)
def test_friends_who_bought_count_instead_of_spend(friends: int, tier: str):
    credits = [Credit(1, DAY, DAY, CreditKind.FRIEND, f"friend:{n}") for n in range(friends)]

    assert tier_on(DAY, *credits) == tier


def test_friends_and_spend_are_not_added_up():
    assert tier_on(DAY, order(2_999), Credit(2, DAY, DAY, CreditKind.FRIEND)) == "bronze"


def test_conditions_of_one_alternative_must_all_hold():
    both = Condition(spend=1_000, orders=2, engagement=1)
    shop = Programme("", "", (Tier("plain", "一般"), Tier("loyal", "熟客", (both,))))
    review = Credit(1, DAY, DAY, CreditKind.ENGAGEMENT)

    assert tier_on(DAY, order(999), order(1), review, programme=shop) == "loyal"
    assert tier_on(DAY, order(1_000), review, programme=shop) == "plain"
    assert tier_on(DAY, order(999), order(1), programme=shop) == "plain"
    assert tier_on(DAY, order(1_000), order(0), review, programme=shop) == "plain"


def test_a_fee_paid_twice_in_a_year_is_worth_one():
    fees = [Credit(299, DAY, DAY, CreditKind.FEE), Credit(300, DAY, DAY, CreditKind.FEE)]

    assert tier_on(DAY, *fees, programme=D) == "silver"
    assert tier_on(DAY, Credit(599, DAY, DAY, CreditKind.FEE), programme=D) == "gold"


def test_an_order_365_days_old_counts_and_one_of_366_days_no_longer():
    old, new = order(2_000, DAY - timedelta(days=365)), order(1_000)

    assert tier_on(DAY, old, new) == "silver"
    assert tier_on(DAY, old._replace(ordered_on=DAY - timedelta(days=366)), new) == "bronze"


def test_an_order_counts_from_the_day_it_was_picked_up():
    late = order(3_000, DAY - timedelta(days=10), qualified_on=DAY)

    assert tier_on(DAY - timedelta(days=1), late) == "bronze"
    assert replay([late], B, today=DAY).since == DAY


def test_a_tier_is_kept_for_one_year_from_the_day_it_was_reached():
    credits = [order(8_000, date(2025, 3, 10))]

    standing = replay(credits, B, today=date(2026, 3, 10))

    assert (standing.tier.key, standing.since) == ("gold", date(2025, 3, 10))
    assert standing.until == date(2026, 3, 10)
    assert replay(credits, B, today=date(2026, 3, 11)).tier.key == "bronze"
    assert replay(credits, B, today=date(2026, 3, 11)).since == date(2026, 3, 11)
    assert replay(credits, B, today=date(2026, 3, 11)).until is None


def test_spend_of_the_year_keeps_a_tier_for_another_with_the_same_date():
    credits = [order(3_000, date(2025, 3, 10)), order(3_000, date(2025, 12, 1))]

    standing = replay(credits, B, today=date(2026, 3, 11))

    assert (standing.tier.key, standing.since) == ("silver", date(2025, 3, 10))
    assert (standing.until, standing.judged_on) == (date(2027, 3, 10), date(2026, 3, 11))
    assert replay(credits, B, today=date(2027, 3, 10)).tier.key == "silver"
    assert replay(credits, B, today=date(2027, 3, 11)).tier.key == "bronze"


def test_a_year_later_a_tier_goes_down_to_what_the_last_year_gives():
    credits = [order(8_000, date(2025, 3, 10)), order(3_500, date(2025, 12, 1))]

    standing = replay(credits, B, today=date(2026, 3, 11))

    assert (standing.tier.key, standing.since) == ("silver", date(2026, 3, 11))
    assert standing.until == date(2027, 3, 10)


def test_more_orders_within_the_year_do_not_move_its_end():
    credits = [order(3_000, date(2025, 3, 10)), order(100, date(2025, 12, 1))]

    assert replay(credits, B, today=date(2025, 12, 1)).until == date(2026, 3, 10)


def test_a_higher_tier_starts_a_year_of_its_own():
    credits = [order(3_000, date(2025, 3, 10)), order(5_000, date(2025, 12, 1))]

    standing = replay(credits, B, today=date(2026, 6, 1))

    assert (standing.tier.key, standing.until) == ("gold", date(2026, 12, 1))


def test_an_order_on_the_morning_of_the_review_raises_again_but_does_not_renew():
    credits = [order(3_000, date(2025, 3, 10)), order(3_000, date(2026, 3, 11))]

    standing = replay(credits, B, today=date(2026, 3, 11))

    assert (standing.since, standing.until) == (date(2026, 3, 11), date(2027, 3, 11))


def test_a_tier_reached_on_29_february_lasts_until_28_february():
    credits = [order(3_000, date(2024, 2, 29))]

    assert replay(credits, B, today=date(2025, 2, 28)).until == date(2025, 2, 28)
    assert tier_on(date(2025, 2, 28), *credits) == "silver"
    assert tier_on(date(2025, 3, 1), *credits) == "bronze"


def test_years_away_are_judged_one_after_the_other():
    credits = [
        order(3_000, date(2020, 1, 5)),
        order(3_000, date(2020, 6, 1)),
        order(3_000, date(2026, 6, 1)),
    ]

    assert tier_on(date(2022, 1, 5), *credits) == "silver"
    assert tier_on(date(2022, 1, 6), *credits) == "bronze"
    assert replay(credits, B, today=DAY).since == date(2026, 6, 1)


def test_a_shop_may_keep_tiers_for_two_years():
    shop = programmes.read_tables({"period": {"keep_years": 2}}, file="rules.toml")

    assert replay([order(3_000)], shop, today=DAY).until == date(2028, 11, 24)


def test_the_same_date_in_a_common_year():
    assert years_later(date(2024, 2, 29), 1) == date(2025, 2, 28)
    assert years_later(date(2024, 2, 29), 4) == date(2028, 2, 29)
    assert years_later(date(2025, 2, 28), 1) == date(2026, 2, 28)


def test_what_is_missing_is_said_for_each_alternative():
    gold = B.tier("gold")

    assert missing(gold, {"spend": 6_760, "friends": 2}) == (
        (Missing("spend", 1_240),),
        (Missing("friends", 1),),
    )
    assert missing(gold, {"friends": 3}) == ()
    assert missing(B.base, {}) == ()


def test_what_is_missing_leaves_out_what_is_already_there():
    tier = Tier("loyal", "熟客", (Condition(spend=1_000, orders=2),))

    assert missing(tier, {"spend": 1_500, "orders": 1}) == ((Missing("orders", 1),),)


def test_the_bar_shows_the_nearest_alternative():
    gold = B.tier("gold")

    assert percent(gold, {}) == 0
    assert percent(gold, {"spend": 7_999}) == 99
    assert percent(gold, {"spend": 800, "friends": 1}) == 33
    assert percent(gold, {"spend": 8_000}) == percent(gold, {"spend": 99_999}) == 100
    assert percent(B.base, {}) == 100


def test_the_condition_that_was_met_is_known():
    assert met(B.tier("gold"), {"friends": 3}) == Condition(friends=3)
    assert met(B.tier("gold"), {"spend": 7_999}) is None


def test_credits_of_the_period_come_oldest_first():
    old, new = order(1, DAY - timedelta(days=9)), order(2)

    assert in_period([new, old], B, day=DAY, through=DAY) == [old, new]
    assert reached_by([new, old]) == {"spend": 3, "orders": 2, "fee": 0}


AMOUNTS = st.sampled_from([0, 1, 500, 1_500, 2_999, 3_000, 8_000, 20_000])
START = date(2023, 12, 1)


@st.composite
def histories(draw: st.DrawFn) -> list[Credit]:
    credits = []
    for number in range(draw(st.integers(0, 12))):
        ordered_on = START + timedelta(days=draw(st.integers(0, 1_500)))
        kind = draw(st.sampled_from([CreditKind.ORDER] * 4 + [CreditKind.FRIEND, CreditKind.FEE]))
        amount = draw(st.integers(0, 4)) if kind == CreditKind.FRIEND else draw(AMOUNTS)
        picked_up = ordered_on + timedelta(days=draw(st.sampled_from([0, 0, 1, 7, 30, 400])))
        credits.append(Credit(amount, ordered_on, picked_up, kind, f"s:{number}"))
    return draw(st.permutations(credits))


@given(histories(), st.sampled_from([B, D]), st.integers(0, 2_200))
def test_a_replay_is_what_living_through_every_day_gives(credits, shop, days):
    today = START + timedelta(days=days)

    standing = replay(credits, shop, today=today)

    assert (standing.tier.key, standing.since, standing.until) == plainly(
        credits, shop, START, today
    )


@given(histories(), st.integers(0, 2_200))
def test_whoever_has_a_tier_has_it_until_a_day_that_is_not_over(credits, days):
    today = START + timedelta(days=days)

    standing = replay(credits, B, today=today)

    assert (standing.until is None) == (standing.tier is B.base)
    assert standing.until is None or standing.until >= today
