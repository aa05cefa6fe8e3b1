"""A difference is claimed where there is one; where there is none, hardly 1 time in 20."""

from __future__ import annotations

from math import exp, lgamma, log

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.insight.proportions import FEWEST, Difference, Share, Verdict

CLAIMS = {Verdict.MORE, Verdict.LESS}


def difference(a: int, m: int, b: int, n: int) -> Difference:
    return Difference(Share(m, a), Share(n, b))


@st.composite
def shares(draw: st.DrawFn) -> Share:
    members = draw(st.integers(1, 3_000))
    return Share(members, draw(st.integers(0, members)))


@pytest.mark.parametrize(
    ("counts", "low", "high"),
    [
        ((56, 70, 48, 80), 0.0524, 0.3339),
        ((9, 10, 3, 10), 0.1705, 0.8090),
        ((6, 7, 2, 7), 0.0582, 0.8062),
        ((5, 56, 0, 29), -0.0381, 0.1926),
        ((0, 10, 0, 20), -0.1611, 0.2775),
        ((10, 10, 0, 20), 0.6791, 1.0),
    ],
)
def test_the_interval_is_the_published_one(counts, low, high):
    """The examples of Newcombe's paper, table II, method 10."""
    assert difference(*counts).interval == pytest.approx((low, high), abs=5e-5)


@given(shares(), shares())
def test_the_interval_holds_what_was_seen_and_turns_round_with_the_groups(one, other):
    low, high = Difference(one, other).interval
    assert -1 - 1e-9 <= low <= one.rate - other.rate <= high <= 1 + 1e-9
    assert Difference(other, one).interval == pytest.approx((-high, -low))


def chances(n: int, p: float) -> dict[int, float]:
    """How likely each count is; those left out come to less than 1 in a million."""
    found = {}
    for k in range(n + 1):
        ways = lgamma(n + 1) - lgamma(k + 1) - lgamma(n - k + 1)
        found[k] = exp(ways + k * log(p) + (n - k) * log(1 - p))
    return {k: chance for k, chance in found.items() if chance > 1e-9}


def odds(m: int, p: float, n: int, q: float, holds) -> float:
    """How often something holds of groups of m and n who order with these chances."""
    ours, theirs = chances(m, p), chances(n, q)
    return sum(
        chance * other
        for a, chance in ours.items()
        for b, other in theirs.items()
        if holds(difference(a, m, b, n))
    )


@pytest.mark.parametrize(("m", "n"), [(60, 60), (180, 20), (450, 50), (900, 100)])
@pytest.mark.parametrize("p", [0.02, 0.1, 0.4])
def test_where_there_is_no_difference_none_is_claimed_95_times_of_100(m, n, p):
    """A/A, by the exact chances rather than by drawing."""
    claimed = odds(m, p, n, p, lambda found: found.verdict in CLAIMS)
    assert claimed <= 0.06
    assert claimed == 0 or n >= FEWEST


@pytest.mark.parametrize(("p", "q"), [(0.05, 0.05), (0.3, 0.2), (0.08, 0.02)])
def test_the_interval_holds_the_truth_95_times_of_100(p, q):
    def holds(found: Difference) -> bool:
        low, high = found.interval
        return low <= p - q <= high

    assert odds(200, p, 100, q, holds) == pytest.approx(0.95, abs=0.025)


def test_a_difference_that_is_there_is_found():
    def found(seen: Difference) -> bool:
        return seen.verdict is Verdict.MORE

    assert odds(1_800, 0.08, 200, 0.02, found) > 0.8


@pytest.mark.parametrize(
    ("counts", "verdict"),
    [
        ((40, 49, 0, 500), Verdict.TOO_FEW),
        ((400, 500, 0, 49), Verdict.TOO_FEW),
        ((4, 5_000, 0, 50), Verdict.TOO_FEW),
        ((0, 0, 0, 0), Verdict.TOO_FEW),
        ((5, 100, 4, 100), Verdict.UNCLEAR),
        ((80, 1_000, 1, 100), Verdict.MORE),
        ((1, 100, 80, 1_000), Verdict.LESS),
    ],
)
def test_it_says_what_can_be_said(counts, verdict):
    assert difference(*counts).verdict is verdict
