"""Points go out of the lot that expires first, never more than there are."""

from __future__ import annotations

from datetime import timedelta

import pytest

from models.base import end_of_day
from models.loyalty import points
from models.loyalty.points import Kind
from tests.models.loyalty.purse import NOON, TODAY, purse

pytestmark = pytest.mark.usefixtures("sound_at_the_end")

YESTERDAY = TODAY - timedelta(days=1)


def test_the_lot_that_expires_first_is_spent_first(session):
    mei = purse(session)
    mei.earn(50, "order:2")
    mei.earn(30, "order:1", on=YESTERDAY)

    spent = mei.spend(40)

    assert spent.kind == Kind.SPEND
    assert mei.lots() == {"order:2": 40}
    assert mei.sums() == (40, 0, 0)


def test_the_last_point_can_be_spent_and_not_one_more(session):
    mei = purse(session)
    mei.earn(100, "order:1")
    mei.spend(99, "spend:1")
    mei.spend(1, "spend:2")

    with pytest.raises(points.NotEnoughPoints) as refusal:
        mei.spend(1, "spend:3")

    assert refusal.value.available == 0
    assert refusal.value.buttons == ("點數",)
    assert mei.sums() == (0, 0, 0)


def test_too_few_points_says_how_many_there_are(session):
    mei = purse(session)
    mei.earn(40, "order:1")
    mei.earn(40, "order:2", pending=True)

    with pytest.raises(points.NotEnoughPoints, match="40"):
        mei.spend(41)


def test_someone_without_points_has_none_to_spend(session):
    mei = purse(session)

    with pytest.raises(points.NotEnoughPoints):
        mei.spend(1)


@pytest.mark.parametrize("amount", [0, -1])
def test_nobody_spends_nothing_or_less(session, amount):
    mei = purse(session)

    with pytest.raises(points.NotAnAmount):
        mei.spend(amount)


def test_the_same_spending_again_takes_nothing_more(session):
    mei = purse(session)
    mei.earn(100, "order:1")

    first, second = mei.spend(60), mei.spend(60)

    assert first.id == second.id
    assert mei.sums() == (40, 0, 0)
    with pytest.raises(points.SourceReused):
        mei.spend(30)


def test_points_can_be_spent_through_day_365_and_not_after(session):
    mei = purse(session)
    mei.earn(100, "order:1")
    over = end_of_day(TODAY, days_later=365)

    mei.spend(1, "spend:1", at=over - timedelta(microseconds=1))

    with pytest.raises(points.NotEnoughPoints) as refusal:
        mei.spend(1, "spend:2", at=over)
    assert refusal.value.available == 0


def test_what_is_due_is_written_off_before_spending(session):
    mei = purse(session)
    mei.earn(100, "order:1")
    mei.earn(50, "order:2", on=TODAY + timedelta(days=10))
    late = end_of_day(TODAY, days_later=365)

    mei.spend(50, at=late)

    assert mei.changes() == [
        ("spend", -50, 0),
        ("expire", -100, 50),
        ("earn", 50, 150),
        ("earn", 100, 100),
    ]


def test_points_given_back_return_to_their_lots(session):
    mei = purse(session)
    mei.earn(30, "order:1", on=YESTERDAY)
    mei.earn(50, "order:2")
    mei.spend(60, "spend:1")

    returned = mei.give_back("spend:1")

    assert returned.kind == Kind.GIVE_BACK
    assert mei.lots() == {"order:1": 30, "order:2": 50}
    assert mei.give_back("spend:1") is None
    assert mei.give_back("spend:1", source="back:2") is None
    assert mei.sums() == (80, 0, 0)


def test_a_part_given_back_is_as_if_less_had_been_spent(session):
    mei = purse(session)
    mei.earn(30, "order:1", on=YESTERDAY)
    mei.earn(50, "order:2")
    mei.spend(60, "spend:1")

    mei.give_back("spend:1", 20, "back:1")
    assert mei.lots() == {"order:2": 40}

    mei.give_back("spend:1", 25, "back:2")
    assert mei.lots() == {"order:1": 15, "order:2": 50}

    with pytest.raises(points.MoreThanSpent) as refusal:
        mei.give_back("spend:1", 16, "back:3")
    assert refusal.value.left == 15
    mei.give_back("spend:1", 15, "back:4")
    assert mei.lots() == {"order:1": 30, "order:2": 50}


def test_points_given_back_to_a_lot_that_is_due_are_gone_with_it(session):
    mei = purse(session)
    mei.earn(100, "order:1")
    mei.spend(60, "spend:1")
    late = end_of_day(TODAY, days_later=365)
    mei.expire(late)

    mei.give_back("spend:1", at=late)

    assert mei.sums(late) == (0, 0, 0)
    assert mei.changes()[0] == ("give_back", 0, 0)
    assert points.totals(session)[points.Account.EXPIRED] == 100


def test_what_was_never_spent_cannot_be_given_back(session):
    mei = purse(session)
    mei.earn(100, "order:1")

    for source in ("spend:9", "order:1"):
        with pytest.raises(points.NoSuchSpending) as refusal:
            mei.give_back(source)
        assert refusal.value.source == source


def test_nothing_is_not_given_back(session):
    mei = purse(session)

    with pytest.raises(points.NotAnAmount):
        mei.give_back("spend:1", 0)


def test_the_same_return_of_another_amount_is_refused(session):
    mei = purse(session)
    mei.earn(100, "order:1")
    mei.spend(60, "spend:1")
    mei.give_back("spend:1", 20, "back:1")

    with pytest.raises(points.SourceReused):
        mei.give_back("spend:1", 21, "back:1")


def test_points_are_spent_by_their_day_and_not_by_when_they_were_recorded(session):
    mei = purse(session)
    mei.earn(10, "order:1", at=NOON)
    mei.earn(10, "order:2", on=YESTERDAY, at=NOON + timedelta(hours=1))

    mei.spend(10)

    assert mei.lots() == {"order:1": 10}
