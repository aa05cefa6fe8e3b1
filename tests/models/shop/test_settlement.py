"""An order's way, and what it does to points and tiers."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.loyalty import points, tiers
from models.people.members import Member
from models.shop import orders, products, settlement
from models.shop.orders import LineDraft, OrderDraft, OrderNumberTaken, Status, follows
from models.shop.settlement import CannotBecome, OrderMoved, Step


@pytest.fixture
def mei(session, now):
    member = Member(line_user_id="U" + "1" * 32, joined_on=date(2026, 1, 1), created_at=now)
    session.add(member)
    session.flush()
    return member


@pytest.fixture
def order(session, mei, now):
    return placed(session, mei, now, cash=8_050)


def placed(session, member, now, *, cash, order_no="A1"):
    ids = products.ensure(session, {"芒果": 30})
    draft = OrderDraft(order_no, member.id, now, [LineDraft(ids["芒果"], 2, cash)])
    return orders.place(session, draft, now=now)


def balance(session, member, now):
    found = points.balance(session, member.id, now)
    return found.pending, found.available, found.debt


def test_points_are_pending_from_paid_and_available_from_picked_up(
    session, mei, order, now, programme
):
    settlement.settle(session, order, Status.PAID, now=now, programme=programme)
    paid = balance(session, mei, now)
    changes = settlement.settle(session, order, Status.PICKED_UP, now=now, programme=programme)

    assert paid == (80, 0, 0)
    assert balance(session, mei, now) == (0, 80, 0)
    assert [change.after.key for change in changes] == ["gold"]


def test_an_order_counts_towards_the_tier_from_the_day_it_is_picked_up(
    session, mei, order, now, programme
):
    settlement.settle(session, order, Status.PAID, now=now, programme=programme)
    later = now + timedelta(days=3)
    settlement.settle(session, order, Status.PICKED_UP, now=later, programme=programme)

    standing = tiers.standing(session, mei.id, today=date(2026, 11, 27), programme=programme)

    assert standing.since == date(2026, 11, 27)


def test_settling_twice_is_settling_once(session, mei, order, now, programme):
    for _again in range(3):
        settlement.settle(session, order, Status.PICKED_UP, now=now, programme=programme)

    assert balance(session, mei, now) == (0, 80, 0)


def test_a_refund_takes_back_points_and_tier(session, mei, order, now, programme):
    settlement.settle(session, order, Status.PICKED_UP, now=now, programme=programme)
    changes = settlement.settle(session, order, Status.REFUNDED, now=now, programme=programme)

    assert balance(session, mei, now) == (0, 0, 0)
    assert [change.after.key for change in changes] == ["bronze"]
    assert order.refunded == order.cash


def test_points_spent_before_the_refund_are_owed(session, mei, order, now, programme):
    settlement.settle(session, order, Status.PICKED_UP, now=now, programme=programme)
    points.spend(session, mei.id, 50, source="reward:1", now=now, reason="兌換")

    settlement.settle(session, order, Status.REFUNDED, now=now, programme=programme)

    assert balance(session, mei, now) == (0, 0, 50)


def test_an_order_below_the_first_point_goes_the_whole_way(session, mei, now, programme):
    small = placed(session, mei, now, cash=99)
    for status in (Status.PAID, Status.PICKED_UP, Status.REFUNDED):
        settlement.settle(session, small, status, now=now, programme=programme)

    assert balance(session, mei, now) == (0, 0, 0)


def test_a_shop_without_points_gives_none(session, mei, order, now, programme):
    without = replace(programme, points=replace(programme.points, enabled=False))

    settlement.settle(session, order, Status.PICKED_UP, now=now, programme=without)

    assert balance(session, mei, now) == (0, 0, 0)


def test_an_order_that_went_another_way_cannot_come_back(session, order, now, programme):
    settlement.settle(session, order, Status.CANCELLED, now=now, programme=programme)

    with pytest.raises(CannotBecome) as refusal:
        settlement.settle(session, order, Status.PAID, now=now, programme=programme)

    assert "A1" in str(refusal.value)


def test_of_two_who_settle_at_once_one_is_told_to_try_again(session, mei, order, now, programme):
    stale = Step(order.id, "A1", mei.id, order.ordered_on, 8_050, Status.PLACED, Status.CANCELLED)
    settlement.settle(session, order, Status.PICKED_UP, now=now, programme=programme)

    with pytest.raises(OrderMoved):
        settlement.settle_many(session, [stale], now=now, programme=programme)


def test_an_order_number_is_given_once(session, mei, order, now):
    with pytest.raises(OrderNumberTaken):
        placed(session, mei, now, cash=1)


def test_a_members_newest_orders_come_first(session, mei, now):
    for n in range(3):
        placed(session, mei, now + timedelta(days=n), cash=n, order_no=str(n))

    assert [each.order_no for each in orders.latest(session, mei.id, limit=2)] == ["2", "1"]


def test_a_products_first_days_of_supply_are_kept(session):
    products.ensure(session, {"雞蛋": None})
    products.ensure(session, {"雞蛋": 7, "芒果": None})
    products.ensure(session, {"雞蛋": 9})

    known = {p.name: p.days_of_supply for p in session.query(products.Product)}
    assert known == {"雞蛋": 7, "芒果": None}


@given(st.lists(st.sampled_from(list(Status)), max_size=8))
def test_every_way_ends(way):
    """However an order moves, it takes at most four steps and never comes by a place twice."""
    at, been = Status.PLACED, [Status.PLACED]
    for status in way:
        if follows(status, at):
            assert status not in been
            at = status
            been.append(at)

    assert len(been) <= 4


def test_day_of_an_order_is_taipeis(session, mei, now):
    at = datetime(2026, 11, 23, 16, tzinfo=UTC)

    assert placed(session, mei, at, cash=1).ordered_on == date(2026, 11, 24)
