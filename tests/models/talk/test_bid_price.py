"""Which messages the rest of the month has room for; no database."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.talk.bid_price import Month, bid, budget, rounded
from models.talk.policy import (
    KEY_LIFE,
    Budget,
    Facts,
    GiveUp,
    Purpose,
    Recipient,
    Send,
    SendRules,
    Skip,
    Wait,
    decide,
)

NOON = datetime(2026, 11, 24, 4, tzinfo=UTC)
COUNTS = st.dictionaries(st.integers(0, 100_000), st.floats(0.1, 500), max_size=20)
MONTH = Month(monthly=3000, used=1000, service=200, reserve_percent=10, days_left=10)


def offer(**other: object) -> Facts:
    return Facts(**{"purpose": Purpose.MARKETING, "recipient": Recipient()} | other)  # type: ignore[arg-type]


def test_marketing_may_use_what_is_left_after_the_reserve_and_what_service_will_need():
    assert (MONTH.reserve, MONTH.left) == (500, 1500)


def test_a_month_with_room_for_all_asks_no_price():
    assert budget(MONTH, {100: 500}, {200: 50}) == Budget(1500, 0)


def test_todays_messages_stand_back_for_better_ones_of_tomorrow():
    # 1,400 worth more will come in ten days, so only 100 of today's 500 have room
    assert budget(MONTH, {100: 500}, {200: 140}).bid == 100
    assert budget(MONTH, {100: 500}, {200: 160}).bid == 200


def test_what_has_its_own_hour_comes_before_all_that_is_weighed():
    assert budget(MONTH, {None: 1000, 100: 400, 90: 400}, {}).bid == 90
    assert budget(MONTH, {None: 1000, 100: 400, 90: 400}, {None: 20}).bid == 100
    assert not budget(MONTH, {None: 2000, 100: 1}, {}).affords(100)
    assert budget(MONTH, {None: 2000, 100: 1}, {}).affords(None)


@given(st.floats(0, 5000), COUNTS)
def test_what_is_worth_more_than_the_price_fits_and_one_price_less_would_not(room, asked):
    price = bid(room, asked)

    above = sum(count for value, count in asked.items() if value > price)
    at_least = sum(count for value, count in asked.items() if value >= price)
    assert above <= room or price == 0
    if price:
        assert at_least > room or room <= 0


@given(st.floats(0, 5000), st.floats(0, 1000), COUNTS)
def test_more_room_never_asks_a_higher_price(room, more, asked):
    assert bid(room + more, asked) <= bid(room, asked)


@given(st.integers(0, 10_000_000))
def test_a_value_keeps_its_first_three_digits(value):
    assert value * 0.99 <= rounded(value) <= value


@pytest.mark.parametrize(
    ("facts", "verdict"),
    [
        (offer(use_until=NOON + timedelta(days=1)), Wait("budget")),
        (offer(), Skip("budget")),
        (offer(purpose=Purpose.SERVICE), Send()),
        # LINE may have it: the same key again costs nothing
        (offer(tried_at=NOON - timedelta(minutes=1)), Send()),
        (offer(tried_at=NOON - KEY_LIFE), GiveUp("key_too_old")),
        (offer(recipient=Recipient(marketing=False)), Skip("opted_out")),
    ],
)
def test_what_the_month_cannot_afford_waits_as_long_as_it_is_of_use(facts, verdict):
    broke = Facts(**{**vars(facts), "affordable": False})

    assert decide(broke, SendRules(), NOON) == verdict


def test_with_nothing_left_nothing_is_afforded_whatever_it_is_worth():
    assert not Budget(0, 0).affords(None)
    assert Budget(1, 100).affords(None)
    assert [Budget(1, 100).affords(value) for value in (99, 100)] == [False, True]
