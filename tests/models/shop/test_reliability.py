"""Reliability: bounded, explained to the last tenth, kind to time, and never secret."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.shop.reliability import Fact, Outcome, reliability
from models.terms import ReliabilityTerms

TODAY = date(2026, 11, 24)
USUAL = ReliabilityTerms()

terms = st.builds(
    ReliabilityTerms,
    half_life_days=st.integers(7, 400),
    neutral=st.integers(1, 99),
    neutral_orders=st.integers(1, 20),
    late_days=st.integers(1, 30),
    late_weight=st.integers(0, 500),
    no_show_weight=st.integers(0, 1_000),
    cancelled_weight=st.integers(0, 500),
    paid_late_weight=st.integers(0, 500),
)
facts = st.lists(
    st.builds(
        Fact,
        st.sampled_from(Outcome),
        st.integers(-3, 900).map(lambda age: TODAY - timedelta(days=age)),
        st.sampled_from(["#1", "#2", "#3"]),
        st.integers(0, 60),
    ),
    max_size=12,
)


def fact(outcome: Outcome, age: int = 0, days_late: int = 0) -> Fact:
    return Fact(outcome, TODAY - timedelta(days=age), "#1", days_late)


def score(*known: Fact, by: ReliabilityTerms = USUAL, today: date = TODAY) -> int:
    return reliability(known, by, today=today).score


@given(known=facts, by=terms)
def test_a_score_is_within_bounds_and_its_parts_add_up(known, by):
    found = reliability(known, by, today=TODAY)

    assert 0 <= found.score <= 100
    assert found.neutral + sum(each.effect for each in found.weighed) == pytest.approx(
        found.score, abs=0.5001
    )
    assert sorted(each.fact for each in found.weighed) == sorted(known)


@given(known=facts, by=terms, age=st.integers(0, 900))
def test_a_good_outcome_never_lowers_and_a_bad_one_never_raises(known, by, age):
    before = score(*known, by=by)

    assert score(*known, fact(Outcome.PICKED_UP, age), by=by) >= before
    for bad in set(Outcome) - {Outcome.PICKED_UP}:
        assert score(*known, fact(bad, age, 3), by=by) <= before


@given(known=facts, by=terms, days=st.integers(0, 2_000))
def test_time_leads_back_to_neutral_and_never_past_it(known, by, days):
    known = [each._replace(on=min(each.on, TODAY)) for each in known]
    before, after = score(*known, by=by), score(*known, by=by, today=TODAY + timedelta(days=days))

    assert min(before, by.neutral) <= after <= max(before, by.neutral)
    assert score(*known, by=by, today=TODAY + timedelta(days=40_000)) == by.neutral


@given(known=facts.flatmap(lambda some: st.tuples(st.just(some), st.permutations(some))))
def test_the_order_of_facts_does_not_matter(known):
    first, second = known

    assert reliability(first, USUAL, today=TODAY) == reliability(second, USUAL, today=TODAY)


@pytest.mark.parametrize("outcome", Outcome)
def test_one_order_changes_nothing_yet(outcome: Outcome):
    found = reliability([fact(outcome, days_late=9)], USUAL, today=TODAY)

    assert (found.deposit_percent, found.early_access, found.barred_from_early) == (
        0,
        False,
        False,
    )


def test_somebody_unknown_stands_at_neutral():
    found = reliability([], USUAL, today=TODAY)

    assert (found.score, found.weighed, found.deposit_percent) == (60, (), 0)


def test_who_never_comes_pays_a_deposit_until_it_is_forgotten():
    known = [fact(Outcome.NO_SHOW), fact(Outcome.NO_SHOW, 30)]

    found = reliability(known, USUAL, today=TODAY)
    later = reliability(known, USUAL, today=TODAY + timedelta(days=180))

    assert (found.deposit_percent, found.barred_from_early) == (30, True)
    assert (later.deposit_percent, later.barred_from_early) == (0, False)


def test_who_always_comes_is_let_in_early():
    known = [fact(Outcome.PICKED_UP, age) for age in range(0, 60, 10)]

    assert reliability(known, USUAL, today=TODAY).early_access
    assert not reliability(known[:4], USUAL, today=TODAY).early_access


def test_each_day_late_weighs_more_until_it_weighs_no_more():
    scores = [score(fact(Outcome.PICKED_UP_LATE, days_late=days)) for days in (1, 3, 7, 30)]

    assert scores == [58, 55, 50, 50]
    assert score(fact(Outcome.NO_SHOW)) < scores[-1]


def test_an_outcome_counts_half_after_its_half_life():
    (fresh,) = reliability([fact(Outcome.NO_SHOW)], USUAL, today=TODAY).weighed
    (old,) = reliability([fact(Outcome.NO_SHOW, 180)], USUAL, today=TODAY).weighed

    assert (fresh.weight, old.weight) == (2.0, 1.0)


def test_a_shop_that_switched_it_off_asks_nothing_of_anybody():
    known = [fact(Outcome.NO_SHOW)] * 9

    found = reliability(known, replace(USUAL, enabled=False), today=TODAY)

    assert found.score < USUAL.deposit_below
    assert (found.deposit_percent, found.barred_from_early) == (0, False)
