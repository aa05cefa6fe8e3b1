"""What a member is told about points is what the ledger says."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise

import pytest
from sqlalchemy import event

from models.base import end_of_day
from models.loyalty import points
from tests.models.loyalty.purse import NOON, TODAY, purse

pytestmark = pytest.mark.usefixtures("sound_at_the_end")

OVER = end_of_day(TODAY, days_later=365)


def test_a_member_without_points_has_none(session):
    mei = purse(session)

    assert mei.balance() == points.Balance(0, 0, 0, ())
    assert points.history(session, mei.member_id) == []


def test_a_balance_is_the_sum_of_its_lots(session):
    mei, lin = purse(session), purse(session)
    mei.earn(10, "order:1")
    mei.earn(20, "order:2", on=TODAY - timedelta(days=30))
    mei.earn(5, "order:3", pending=True)
    lin.earn(99, "order:4")
    mei.spend(7)

    balance = mei.balance()

    assert balance.available == sum(lot.points for lot in balance.lots) == 23
    assert balance.pending == 5
    assert [(lot.source, lot.points) for lot in balance.lots] == [("order:2", 13), ("order:1", 10)]


def test_a_balance_takes_one_statement(session, engine):
    mei = purse(session)
    mei.earn(10, "order:1")
    said = []
    event.listen(engine, "before_cursor_execute", lambda *what: said.append(what[2]))

    mei.balance()

    assert len(said) == 1


def test_the_history_is_read_page_by_page_and_adds_up(session):
    mei = purse(session)
    for number in range(1, 26):
        mei.earn(number, f"order:{number}")

    first = points.history(session, mei.member_id)
    second = points.history(session, mei.member_id, before_id=first[-1].id)
    third = points.history(session, mei.member_id, before_id=second[-1].id)
    beyond = points.history(session, mei.member_id, before_id=third[-1].id)

    pages = [*first, *second, *third]
    assert [movement.points for movement in pages] == list(range(25, 0, -1))
    assert [len(page) for page in (first, second, third, beyond)] == [10, 10, 5, 0]
    assert pages[0].available_after == mei.balance().available == sum(range(26))
    for later, earlier in pairwise(pages):
        assert later.available_after == earlier.available_after + later.points


def test_a_movement_says_what_it_was_about(session):
    mei = purse(session)
    mei.earn(10, "order:1", pending=True)
    mei.confirm("order:1")
    mei.spend(10)
    mei.take_back("order:1")

    taken, spent, confirmed, earned = points.history(session, mei.member_id)

    assert (earned.source, earned.reason, earned.at) == ("order:1", "消費", NOON)
    assert (earned.points, earned.pending, earned.debt) == (0, 10, 0)
    assert (confirmed.points, confirmed.pending, confirmed.debt) == (10, -10, 0)
    assert (spent.points, spent.pending, spent.debt) == (-10, 0, 0)
    assert (taken.points, taken.pending, taken.debt) == (0, 0, 10)
    assert [movement.available_after for movement in (earned, confirmed, spent, taken)] == [
        0,
        10,
        0,
        0,
    ]


def test_another_members_history_is_not_shown(session):
    mei, lin = purse(session), purse(session)
    lin.earn(10, "order:1")

    assert points.history(session, mei.member_id) == []


def test_the_shop_owes_what_is_outstanding(session):
    mei, lin = purse(session), purse(session)
    mei.earn(100, "order:1")
    mei.spend(30)
    lin.earn(20, "order:2", pending=True)
    lin.earn(5, "order:3")
    lin.spend(5, "spend:2")
    lin.take_back("order:3")

    assert points.liability(session, NOON) == 90
    assert points.liability(session, OVER) == 20


def test_an_empty_shop_owes_nothing(session):
    assert points.liability(session, NOON) == 0
    assert set(points.totals(session).values()) == {0}


def test_all_accounts_together_make_zero(session):
    mei = purse(session)
    mei.earn(100, "order:1")
    mei.spend(30)
    mei.earn(50, "order:2", pending=True)
    mei.take_back("order:2", 20)
    mei.expire(OVER)

    totals = points.totals(session)

    assert {account.value: amount for account, amount in totals.items()} == {
        "issued": -150,
        "pending": 30,
        "available": 0,
        "owed": 0,
        "redeemed": 30,
        "expired": 70,
        "reversed": 20,
    }
    assert sum(totals.values()) == 0
