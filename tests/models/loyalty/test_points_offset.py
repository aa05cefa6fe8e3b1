"""Points against an order: within the price, within the balance, within the shop's terms."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.loyalty import points_offset
from models.loyalty.points_offset import (
    NOTHING,
    CannotOffset,
    MoreThanAllowed,
    MoreThanAvailable,
    NotAStep,
    Offset,
    OffsetSwitchedOff,
    TooFewToOffset,
)
from models.terms import PointTerms

HALF = PointTerms()
TENS = PointTerms(offset_min_points=25, offset_step=10)

terms = st.builds(
    PointTerms,
    enabled=st.booleans(),
    value=st.integers(1, 20),
    offset_percent=st.integers(0, 100),
    offset_min_points=st.integers(1, 60),
    offset_step=st.integers(1, 30),
)
amounts = st.integers(0, 3_000)


@pytest.mark.parametrize(
    ("available", "goods", "asked", "found"),
    [
        (1_000, 900, HALF, Offset(450, 450)),
        (100, 900, HALF, Offset(100, 100)),
        (100, 901, PointTerms(offset_percent=100, value=10), Offset(90, 900)),
        (0, 900, HALF, NOTHING),
        (9, 0, HALF, NOTHING),
        (29, 900, TENS, NOTHING),
        (39, 900, TENS, Offset(30, 30)),
        (9, 900, PointTerms(enabled=False), NOTHING),
    ],
)
def test_as_many_points_as_may_be_used_are_used(available, goods, asked, found):
    assert points_offset.most(available, goods, asked) == found


@given(available=amounts, goods=amounts, asked=terms)
def test_the_most_is_what_nobody_may_exceed_and_everybody_may_use(available, goods, asked):
    found = points_offset.most(available, goods, asked)

    allowed = [points for points in range(available + 2) if _may(points, available, goods, asked)]
    assert found.points == max(allowed, default=0)
    assert found.amount == found.points * asked.value
    assert found.amount <= goods * asked.offset_percent / 100


def _may(points: int, available: int, goods: int, asked: PointTerms) -> bool:
    """The terms, said once more as they are written."""
    worth = points * asked.value
    return (
        asked.enabled
        and points <= available
        and worth * 100 <= goods * asked.offset_percent
        and points >= asked.offset_min_points
        and points % asked.offset_step == 0
    )


@given(points=st.integers(1, 200), available=st.integers(0, 200), goods=amounts, asked=terms)
def test_a_wish_is_met_exactly_or_refused(points, available, goods, asked):
    try:
        met = points_offset.offset(points, available=available, goods=goods, terms=asked)
    except CannotOffset:
        assert not _may(points, available, goods, asked)
    else:
        assert met == Offset(points, points * asked.value)
        assert _may(points, available, goods, asked)


@pytest.mark.parametrize(
    ("points", "asked", "refusal"),
    [
        (10, PointTerms(enabled=False), OffsetSwitchedOff),
        (10, PointTerms(offset_percent=0), OffsetSwitchedOff),
        (10, TENS, TooFewToOffset),
        (31, TENS, NotAStep),
        (451, HALF, MoreThanAllowed),
        (301, HALF, MoreThanAvailable),
    ],
)
def test_a_refused_wish_says_why(points, asked, refusal):
    with pytest.raises(refusal):
        points_offset.offset(points, available=300, goods=900, terms=asked)


def test_too_many_points_are_told_how_many_would_do():
    with pytest.raises(MoreThanAllowed) as refused:
        points_offset.offset(500, available=300, goods=900, terms=HALF)

    assert refused.value.most == 300


def test_no_points_are_no_offset_whatever_the_terms():
    none = points_offset.offset(0, available=0, goods=0, terms=PointTerms(enabled=False))

    assert none == NOTHING
