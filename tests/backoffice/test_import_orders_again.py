"""An order that is there may be said again or move on, and nothing else."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from backoffice.imports import orders as importer
from backoffice.imports.order_changes import Draft, Line
from backoffice.imports.rows import Busy
from models.loyalty import points, tiers
from models.shop.orders import Order, Status
from tests.backoffice.files import orders_csv
from tests.backoffice.reports import mei, only, said

pytestmark = pytest.mark.usefixtures("cast")


def one(session, order_no="A1"):
    return session.scalars(
        select(Order).where(Order.order_no == order_no).execution_options(populate_existing=True)
    ).one()


def test_the_same_file_again_is_unchanged(bring, session, now):
    rows = [{"status": s, "order_no": s} for s in ("paid", "picked_up", "cancelled", "refunded")]
    bring("orders", orders_csv(*rows))
    before = points.balance(session, mei(session).id, now)

    report = bring("orders", orders_csv(*rows), at=now + timedelta(days=1))

    assert said(report) == (4, 0, 4, 0)
    assert points.balance(session, mei(session).id, now) == before


def test_paid_brings_pending_points_and_picked_up_makes_them_available(
    bring, session, now, programme
):
    bring("orders", orders_csv({"amount": 3_099}))
    paid = points.balance(session, mei(session).id, now)
    tier_then = tiers.standing(
        session, mei(session).id, today=date(2026, 11, 24), programme=programme
    )

    report = bring("orders", orders_csv({"amount": 3_099, "status": "picked_up"}))

    balance = points.balance(session, mei(session).id, now)
    tier = tiers.standing(session, mei(session).id, today=date(2026, 11, 24), programme=programme)
    assert (paid.available, paid.pending) == (0, 30)
    assert said(report) == (1, 1, 0, 0)
    assert (balance.available, balance.pending) == (30, 0)
    assert (tier_then.tier.key, tier.tier.key) == ("bronze", "silver")


@pytest.mark.parametrize(
    "way",
    [
        ["refunded"],
        ["paid", "refunded"],
        ["paid", "picked_up", "refunded"],
        ["picked_up", "refunded"],
        ["paid", "cancelled"],
        ["cancelled"],
        ["paid", "cancelled", "refunded"],
    ],
)
def test_cancelled_and_refunded_orders_come_to_no_points_and_no_tier(
    bring, session, now, programme, way
):
    for status in way:
        assert said(bring("orders", orders_csv({"amount": 8_000, "status": status}))) == (
            1,
            1,
            0,
            0,
        )

    order = one(session)
    balance = points.balance(session, mei(session).id, now)
    standing = tiers.standing(
        session, mei(session).id, today=date(2026, 11, 24), programme=programme
    )
    assert (balance.available, balance.pending, balance.debt) == (0, 0, 0)
    assert standing.tier.key == "bronze"
    assert order.refunded == (8_000 if way[-1] == "refunded" else 0)


def test_a_refund_of_points_that_have_expired_asks_for_nothing(bring, session, now):
    old = {"ordered_at": "2025-03-01", "status": "picked_up"}
    bring("orders", orders_csv(old))

    bring("orders", orders_csv(old | {"status": "refunded"}))

    balance = points.balance(session, mei(session).id, now)
    assert (balance.available, balance.debt) == (0, 0)


@pytest.mark.parametrize(
    ("there", "said_now"),
    [
        ("picked_up", "paid"),
        ("refunded", "paid"),
        ("cancelled", "picked_up"),
        ("picked_up", "cancelled"),
    ],
)
def test_an_order_does_not_go_back(bring, there, said_now):
    bring("orders", orders_csv({"status": there}))

    assert only(bring("orders", orders_csv({"status": said_now}))) == (2, "status")


@pytest.mark.parametrize(
    ("otherwise", "column"),
    [
        ({"member": "8"}, "member"),
        ({"ordered_at": "2026-11-02"}, "ordered_at"),
        ({"product": "雞蛋"}, "product"),
        ({"quantity": 2}, "quantity"),
        ({"amount": 451}, "amount"),
        ({"days_of_supply": 30}, "days_of_supply"),
    ],
)
def test_whatever_else_differs_from_an_order_that_is_there_is_rejected(bring, otherwise, column):
    bring("orders", orders_csv({}))

    assert only(bring("orders", orders_csv({"status": "picked_up"} | otherwise))) == (2, column)


def test_a_new_line_in_an_order_that_is_there_is_rejected(bring):
    bring("orders", orders_csv({}))

    assert only(bring("orders", orders_csv({}, {"product": "雞蛋"}))) == (3, "product")


def test_some_lines_of_an_order_are_enough_to_repeat_it(bring):
    bring("orders", orders_csv({}, {"product": "雞蛋"}))

    assert said(bring("orders", orders_csv({"product": "雞蛋"}))) == (1, 0, 1, 0)


def test_an_order_that_somebody_else_took_since_the_check_stops_the_import(
    bring, session, now, programme
):
    bring("orders", orders_csv({}))
    at = datetime(2026, 11, 1, tzinfo=UTC)
    checked = Draft("A1", mei(session).id, at, Status.PAID, [Line(2, "芒果", 1, 450, None)])

    with pytest.raises(Busy):
        importer._write(session, [checked], [], now=now, programme=programme, progress=None)
    session.rollback()


def test_an_order_that_somebody_else_moved_since_the_check_stops_the_import(
    bring, session, now, programme
):
    bring("orders", orders_csv({}))
    step = importer.known_orders(session, ["A1"])["A1"].step(Status.PICKED_UP)
    bring("orders", orders_csv({"status": "cancelled"}))

    with pytest.raises(Busy):
        importer._write(session, [], [step], now=now, programme=programme, progress=None)
    session.rollback()
