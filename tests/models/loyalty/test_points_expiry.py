"""Points expire lot by lot, and only what is left of them."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from models.base import end_of_day
from models.loyalty import points, points_expiry
from tests.models.loyalty.purse import NOON, TODAY, noon_of, purse

pytestmark = pytest.mark.usefixtures("sound_at_the_end")

OVER = end_of_day(TODAY, days_later=365)


def test_points_are_there_until_the_last_moment_of_day_365(session):
    mei = purse(session)
    mei.earn(100, "order:1")
    last = OVER - timedelta(microseconds=1)

    assert mei.expire(last) == 0
    assert mei.sums(last) == (100, 0, 0)
    assert mei.sums(OVER) == (0, 0, 0)
    assert mei.expire(OVER) == 100
    assert mei.sums(OVER) == (0, 0, 0)


def test_what_was_spent_of_an_expired_lot_leaves_no_debit_behind(session):
    mei = purse(session)
    mei.earn(100, "order:1")
    mei.spend(60)

    assert mei.expire(OVER) == 40

    assert mei.sums(OVER) == (0, 0, 0)
    mei.earn(50, "order:2", on=OVER.date(), at=OVER)
    assert mei.sums(OVER) == (50, 0, 0)
    assert mei.changes() == [
        ("earn", 50, 50),
        ("expire", -40, 0),
        ("spend", -60, 40),
        ("earn", 100, 100),
    ]


def test_what_is_due_expires_once(session):
    mei = purse(session)
    mei.earn(100, "order:1")

    assert [mei.expire(OVER), mei.expire(OVER)] == [100, 0]


def test_a_lot_spent_whole_does_not_expire(session):
    mei = purse(session)
    mei.earn(100, "order:1")
    mei.spend(100)

    assert mei.expire(OVER) == 0
    assert len(mei.changes()) == 2


def test_pending_points_do_not_expire(session):
    mei = purse(session)
    mei.earn(100, "order:1", pending=True)

    assert mei.expire(OVER) == 0
    assert mei.sums(OVER) == (0, 100, 0)


def test_points_of_one_member_expire_without_those_of_another(session):
    mei, lin = purse(session), purse(session)
    mei.earn(100, "order:1")
    lin.earn(30, "order:2")

    assert points.expire(session, now=OVER, member_id=mei.member_id) == 100
    assert points.expire(session, now=OVER) == 30


def test_points_of_many_members_expire_in_portions(session, monkeypatch):
    monkeypatch.setattr(points_expiry, "BATCH", 2)
    members = [purse(session) for _ in range(5)]
    for number, member in enumerate(members):
        member.earn(10, f"order:{number}")
        member.earn(1, f"late:{number}", on=TODAY + timedelta(days=1))

    assert points.expire(session, now=OVER) == 50
    assert {member.sums(OVER) for member in members} == {(1, 0, 0)}


def test_a_leap_year_does_not_move_day_365(session):
    mei = purse(session)
    mei.earn(100, "order:1", on=date(2027, 3, 1), at=noon_of(date(2027, 3, 1)))

    [lot] = mei.balance(noon_of(date(2027, 3, 1))).lots

    assert lot.last_day == date(2028, 2, 29)


@pytest.mark.parametrize(
    ("days_ago", "within_days", "found"),
    [(335, 30, True), (334, 30, False), (365, 0, True), (364, 0, False), (366, 30, False)],
)
def test_members_are_told_of_what_they_can_use_within_some_days_only(
    session, days_ago, within_days, found
):
    mei = purse(session)
    mei.earn(7, "order:1", on=TODAY - timedelta(days=days_ago))

    rows = session.execute(points.expiring(now=NOON, within_days=within_days)).all()

    assert [row.member_id for row in rows] == ([mei.member_id] if found else [])


def test_points_expiring_soon_are_summed_by_member(session):
    mei, lin = purse(session), purse(session)
    first = TODAY - timedelta(days=360)
    mei.earn(7, "order:1", on=first)
    mei.earn(5, "order:2", on=first + timedelta(days=1))
    mei.earn(100, "order:3")
    lin.earn(3, "order:4", on=first)
    lin.spend(3)

    rows = session.execute(points.expiring(now=NOON, within_days=30)).all()

    [row] = rows
    assert (row.member_id, row.points) == (mei.member_id, 12)
    assert row.expires_at == end_of_day(first, days_later=365)
