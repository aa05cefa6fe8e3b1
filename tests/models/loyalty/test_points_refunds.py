"""A refund takes back what was earned, wherever those points are by then."""

from __future__ import annotations

from datetime import timedelta

import pytest

from models.base import end_of_day
from models.loyalty import points
from models.loyalty.points import Kind
from tests.models.loyalty.purse import NOON, TODAY, purse

pytestmark = pytest.mark.usefixtures("sound_at_the_end")

OVER = end_of_day(TODAY, days_later=365)


def test_a_cancelled_order_leaves_nothing_pending(session):
    mei = purse(session)
    mei.earn(12, "order:1", pending=True)

    cancelled = points.cancel_pending(session, earned="order:1", source="cancel:1", now=NOON)

    assert cancelled.kind == Kind.CANCEL
    assert mei.sums() == (0, 0, 0)
    assert mei.confirm("order:1") is None
    again = points.cancel_pending(session, earned="order:1", source="cancel:1", now=NOON)
    assert again is None
    assert mei.take_back("order:1") is None


def test_what_is_available_already_is_not_cancelled(session):
    mei = purse(session)
    mei.earn(12, "order:1")

    assert points.cancel_pending(session, earned="order:1", source="cancel:1", now=NOON) is None
    assert mei.sums() == (12, 0, 0)


def test_a_refund_takes_pending_points_back(session):
    mei = purse(session)
    mei.earn(12, "order:1", pending=True)

    taken = mei.take_back("order:1", 5)

    assert taken.kind == Kind.TAKE_BACK
    assert mei.sums() == (0, 7, 0)
    mei.confirm("order:1")
    assert mei.sums() == (7, 0, 0)


def test_a_refund_takes_available_points_back_from_their_own_lot(session):
    mei = purse(session)
    mei.earn(10, "order:1", on=TODAY - timedelta(days=1))
    mei.earn(12, "order:2")

    mei.take_back("order:2", 5)

    assert mei.lots() == {"order:1": 10, "order:2": 7}


def test_a_refund_recorded_twice_takes_back_once(session):
    mei = purse(session)
    mei.earn(12, "order:1")
    mei.take_back("order:1", 5)

    assert mei.take_back("order:1", 5) is None
    assert mei.sums() == (7, 0, 0)
    with pytest.raises(points.SourceReused):
        mei.take_back("order:1", 6)


def test_a_refund_never_takes_back_more_than_was_earned(session):
    mei = purse(session)
    mei.earn(12, "order:1")
    mei.take_back("order:1", 5, "refund:1")

    with pytest.raises(points.MoreThanEarned) as refusal:
        mei.take_back("order:1", 8, "refund:2")

    assert refusal.value.left == 7
    mei.take_back("order:1", 7, "refund:3")
    assert mei.sums() == (0, 0, 0)
    assert mei.take_back("order:1", None, "refund:4") is None


def test_what_was_spent_is_taken_from_other_points_first(session):
    mei = purse(session)
    mei.earn(100, "order:1", on=TODAY - timedelta(days=1))
    mei.earn(50, "order:2")
    mei.spend(100)

    mei.take_back("order:1")

    assert mei.sums() == (0, 0, 50)


def test_what_was_spent_already_is_claimed_from_the_next_earning(session):
    mei = purse(session)
    mei.earn(100, "order:1")
    mei.spend(60)
    mei.take_back("order:1")
    assert mei.sums() == (0, 0, 60)

    mei.earn(40, "order:2")
    assert mei.sums() == (0, 0, 20)
    mei.earn(100, "order:3")

    assert mei.sums() == (80, 0, 0)
    assert mei.changes() == [
        ("earn", 80, 80),
        ("earn", 0, 0),
        ("take_back", -40, 0),
        ("spend", -60, 40),
        ("earn", 100, 100),
    ]


def test_a_debt_waits_for_pending_points_to_be_confirmed(session):
    mei = purse(session)
    mei.earn(100, "order:1")
    mei.spend(100)
    mei.take_back("order:1")
    mei.earn(30, "order:2", pending=True)
    assert mei.sums() == (0, 30, 100)

    mei.confirm("order:2")

    assert mei.sums() == (0, 0, 70)


def test_a_balance_goes_below_zero_where_the_programme_says_so(session):
    mei = purse(session, may_go_negative=True)
    mei.earn(100, "order:1")
    mei.spend(60)
    mei.take_back("order:1")
    assert mei.sums() == (-60, 0, 0)
    with pytest.raises(points.NotEnoughPoints):
        mei.spend(1, "spend:2")

    mei.earn(100, "order:2")

    assert mei.sums() == (40, 0, 0)
    assert mei.lots() == {"order:2": 40}
    assert mei.changes() == [
        ("earn", 100, 40),
        ("take_back", -100, -60),
        ("spend", -60, 40),
        ("earn", 100, 100),
    ]


def test_a_balance_below_zero_is_evened_before_a_debt(session):
    mei = purse(session)
    mei.earn(10, "order:1")
    mei.earn(10, "order:2")
    mei.spend(20)
    mei.take_back("order:1", source="refund:1")
    mei.terms = type(mei.terms)(may_go_negative=True)
    mei.take_back("order:2", source="refund:2")
    assert mei.sums() == (-10, 0, 10)

    mei.earn(15, "order:3")

    assert mei.sums() == (0, 0, 5)


def test_an_order_with_points_used_and_earned_is_undone_completely_in_any_order(session):
    mei, lin = purse(session), purse(session)
    for member, name in ((mei, "m"), (lin, "l")):
        member.earn(100, f"order:{name}1")
        member.spend(100, f"spend:{name}2")
        member.earn(9, f"order:{name}2")

    mei.give_back("spend:m2", source="back:m2")
    mei.take_back("order:m2", source="refund:m2")
    lin.take_back("order:l2", source="refund:l2")
    lin.give_back("spend:l2", source="back:l2")

    assert mei.sums() == lin.sums() == (100, 0, 0)


def test_points_given_back_pay_a_debt_first(session):
    mei = purse(session)
    mei.earn(100, "order:1")
    mei.spend(60, "spend:1")
    mei.take_back("order:1")

    mei.give_back("spend:1", 20, "back:1")
    assert mei.sums() == (0, 0, 40)
    mei.give_back("spend:1", None, "back:2")

    assert mei.sums() == (0, 0, 0)


def test_what_expired_is_not_asked_for_again(session):
    mei = purse(session)
    mei.earn(100, "order:1")
    mei.spend(60, "spend:1")
    mei.expire(OVER)

    mei.take_back("order:1", at=OVER)
    assert mei.sums(OVER) == (0, 0, 60)
    mei.give_back("spend:1", at=OVER)

    assert mei.sums(OVER) == (0, 0, 0)


def test_points_that_are_due_pay_for_no_refund(session):
    mei = purse(session)
    mei.earn(40, "order:1")
    mei.earn(30, "order:2", on=TODAY + timedelta(days=1))
    mei.spend(50)

    mei.take_back("order:2", at=OVER)

    assert mei.sums(OVER) == (0, 0, 10)


def test_nothing_is_not_taken_back(session):
    mei = purse(session)

    with pytest.raises(points.NotAnAmount):
        mei.take_back("order:1", 0)


def test_what_was_never_earned_cannot_be_taken_back(session):
    mei = purse(session)

    with pytest.raises(points.NoSuchEarning):
        mei.take_back("order:9")
    with pytest.raises(points.NoSuchEarning):
        points.cancel_pending(session, earned="order:9", source="cancel:9", now=NOON)


@pytest.mark.parametrize(
    ("part", "whole", "taken"),
    [
        (0, 1999, 0),
        (999, 1999, 9),
        (1998, 1999, 18),
        (1999, 1999, 19),
        (5000, 1999, 19),
        (0, 0, 0),
    ],
)
def test_a_part_of_an_order_is_worth_its_share_of_the_points(part, whole, taken):
    assert points.share(19, part=part, whole=whole) == taken
