"""Until when goods wait for free, and what each day costs afterwards."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.shop import pickup_days
from models.terms import ShopTerms
from tests.shop import taipei

ARRIVED = taipei(2026, 11, 24, 23, 59)
TERMS = ShopTerms(pickup_days=3, storage_fee=20, no_show_days=14)


@pytest.mark.parametrize(
    ("pickup_on", "last"),
    [
        (None, date(2026, 11, 27)),
        (date(2026, 11, 25), date(2026, 11, 27)),
        (date(2026, 12, 24), date(2026, 12, 24)),
    ],
)
def test_nobody_is_late_before_the_day_that_was_announced(pickup_on: date | None, last: date):
    assert pickup_days.last_day(ARRIVED, pickup_on, TERMS) == last


def test_the_last_day_is_in_time_and_the_fortnight_after_it_too():
    last = pickup_days.last_day(ARRIVED, None, TERMS)
    late = [pickup_days.days_late(last, last + timedelta(days=n)) for n in (-1, 0, 1, 13, 14)]

    assert late == [0, 0, 1, 13, 14]
    assert [pickup_days.storage_fee(days, TERMS) for days in late] == [0, 0, 20, 260, 280]
    assert [pickup_days.is_no_show(days, TERMS) for days in late] == [False] * 4 + [True]


@settings(max_examples=60)
@given(st.integers(0, 400), st.integers(0, 10_000), st.integers(1, 90))
def test_a_fee_never_falls_and_ends_once_nobody_came(late: int, a_day: int, no_show: int):
    terms = ShopTerms(storage_fee=a_day, no_show_days=no_show)
    fee = pickup_days.storage_fee(late, terms)

    assert 0 <= fee <= pickup_days.storage_fee(late + 1, terms) <= no_show * a_day
    assert fee == late * a_day or pickup_days.is_no_show(late, terms)
