"""Many earnings taken back at once come to the same as one after another."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from models.loyalty import points
from models.loyalty.points import MoreThanEarned, PointEntry, PointLot, SourceReused, TakeBack
from tests.models.loyalty.purse import NOON, TODAY, purse


def lived(session, name, dice):
    """Orders, some pending, some old; part of the points spent; a few refunds to come."""
    mine = purse(session)
    orders = {f"{name}:{n}": dice.randrange(1, 200) for n in range(8)}
    for source, amount in orders.items():
        day = TODAY - timedelta(days=dice.choice([0, 30, 364, 365, 366, 500]))
        mine.earn(amount, source, on=day, pending=dice.random() < 0.3)
    available = points.balance(session, mine.member_id, NOON).available
    if available and dice.random() < 0.8:
        spent = dice.randrange(1, available + 1)
        points.spend(session, mine.member_id, spent, source=f"{name}:s", now=NOON, reason="")
    for source in dice.sample(sorted(orders), 3):
        part = dice.choice([None, 1])
        yield TakeBack(source, f"{source}:refund", part)
        yield TakeBack(source, f"{source}:rest", None)


def state(session, member_id):
    lots = session.execute(
        select(func.substr(PointLot.source, 4), PointLot.pending, PointLot.remaining)
        .where(PointLot.member_id == member_id)
        .order_by(PointLot.id)
    ).all()
    sums = session.execute(
        select(PointEntry.account, func.sum(PointEntry.amount))
        .where(PointEntry.member_id == member_id)
        .group_by(PointEntry.account)
        .order_by(PointEntry.account)
    ).all()
    return lots, [row for row in sums if row[1]], points.balance(session, member_id, NOON).debt


@pytest.mark.parametrize("may_go_negative", [False, True])
def test_many_at_once_are_one_after_another(session, programme, may_go_negative):
    terms = replace(programme.points, may_go_negative=may_go_negative)
    for seed in range(12):
        each = list(lived(session, f"a{seed:02}", random.Random(seed)))
        together = list(lived(session, f"b{seed:02}", random.Random(seed)))
        for row in each:
            points.take_back(
                session,
                earned=row.earned,
                source=row.source,
                points=row.points,
                now=NOON,
                terms=terms,
            )
        points.take_back_many(session, together, now=NOON, terms=terms)

        one, other = (
            session.scalars(
                select(PointLot.member_id).where(PointLot.source == rows[0].earned)
            ).one()
            for rows in (each, together)
        )
        assert state(session, one) == state(session, other), seed
    assert points.verify(session) == []


def test_the_same_rows_again_take_nothing_more(session):
    mine = purse(session)
    mine.earn(30, "order:1")
    rows = [TakeBack("order:1", "refund:1", 10), TakeBack("order:1", "refund:2", 5)]

    first = points.take_back_many(session, rows, now=NOON, terms=mine.terms)
    again = points.take_back_many(session, rows, now=NOON, terms=mine.terms)

    assert (first, again) == ({"refund:1", "refund:2"}, set())
    assert points.balance(session, mine.member_id, NOON).available == 15


def test_one_row_too_many_or_one_source_for_two_is_refused(session):
    mine = purse(session)
    mine.earn(30, "order:1")
    too_much = [TakeBack("order:1", "refund:1", 20), TakeBack("order:1", "refund:2", 11)]
    two = [TakeBack("order:1", "refund:1", 20), TakeBack("order:1", "refund:1", 11)]

    with pytest.raises(MoreThanEarned) as refusal:
        points.take_back_many(session, too_much, now=NOON, terms=mine.terms)
    with pytest.raises(SourceReused):
        points.take_back_many(session, two, now=NOON, terms=mine.terms)

    assert refusal.value.left == 10
