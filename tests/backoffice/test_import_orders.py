"""Orders come in once; a later file may only repeat them or move them on."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import func, select

from backoffice.imports import orders as importer
from models.loyalty import points, tiers
from models.shop.orders import Order, OrderLine
from models.shop.products import Product
from models.talk.outbox_records import OutboxMessage
from tests.backoffice.files import line_id, members_csv, orders_csv, xlsx_of
from tests.backoffice.reports import mei, only, said

pytestmark = pytest.mark.usefixtures("cast")


def one(session, order_no="A1"):
    return session.scalars(
        select(Order).where(Order.order_no == order_no).execution_options(populate_existing=True)
    ).one()


def test_an_order_has_its_lines_its_cash_and_its_day(bring, session):
    report = bring(
        "orders",
        orders_csv(
            {"ordered_at": "2026-11-01T23:30:00", "amount": "1,200", "quantity": 2},
            {"ordered_at": "2026-11-01T23:30:00", "product": "雞蛋", "days_of_supply": 7},
        ),
    )

    order = one(session)
    lines = session.scalars(select(OrderLine).order_by(OrderLine.id)).all()
    assert said(report) == (2, 2, 0, 0)
    assert (order.cash, order.status, order.member_id) == (1650, "paid", mei(session).id)
    assert order.ordered_at == datetime(2026, 11, 1, 15, 30, tzinfo=UTC)
    assert order.ordered_on == date(2026, 11, 1)
    assert order.imported_at is not None
    assert [(line.quantity, line.amount, line.days_of_supply) for line in lines] == [
        (2, 1200, None),
        (1, 450, 7),
    ]
    assert session.scalar(select(Product.days_of_supply).where(Product.name == "雞蛋")) == 7


@pytest.mark.parametrize("name", [line_id(1), "7", "0912345678", "912345678", "+886 912 345 678"])
def test_a_member_is_found_by_any_of_three_names(bring, session, name):
    assert bring("orders", orders_csv({"member": name})).committed
    assert one(session).member_id == mei(session).id


def test_a_name_that_means_two_members_is_rejected(bring):
    bring("members", members_csv({"external_id": "0912345678", "name": "老闆"}))

    assert only(bring("orders", orders_csv({"member": "0912345678"}))) == (2, "member")


def test_a_dry_run_writes_nothing(bring, session):
    report = bring("orders", orders_csv({}), commit=False)

    assert said(report) == (1, 1, 0, 0)
    assert session.scalar(select(func.count(Order.id))) == 0
    assert session.scalar(select(func.count(Product.id))) == 0


def test_points_of_a_historic_order_expire_by_its_own_day(bring, session, now):
    """Day 365 is the last; an order of 366 days ago brings nothing that can be spent."""
    bring(
        "orders",
        orders_csv(
            {"order_no": "last day", "ordered_at": "2025-11-24", "status": "picked_up"},
            {"order_no": "too old", "ordered_at": "2025-11-23", "status": "picked_up"},
        ),
    )

    [lot] = points.balance(session, mei(session).id, now).lots

    assert lot.source == "order:last day"
    assert lot.expires_at == datetime(2026, 11, 24, 16, tzinfo=UTC)


def test_tiers_count_from_the_day_of_the_order(bring, session, programme):
    bring(
        "orders", orders_csv({"ordered_at": "2026-03-05", "amount": 3_000, "status": "picked_up"})
    )

    standing = tiers.standing(
        session, mei(session).id, today=date(2026, 11, 24), programme=programme
    )

    assert (standing.tier.key, standing.since) == ("silver", date(2026, 3, 5))


def test_an_import_sends_nothing(bring, session):
    bring("orders", orders_csv({"amount": 20_000, "status": "picked_up"}))

    assert session.scalar(select(func.count(OutboxMessage.id))) == 0


@pytest.mark.parametrize(
    ("otherwise", "column"),
    [
        ({"member": "8"}, "member"),
        ({"ordered_at": "2026-11-02"}, "ordered_at"),
        ({"status": "picked_up"}, "status"),
        ({}, None),
    ],
)
def test_rows_of_one_order_agree_and_none_stands_there_twice(bring, otherwise, column):
    second = {"product": "雞蛋"} | otherwise if otherwise else {}

    assert only(bring("orders", orders_csv({}, second))) == (3, column)


def test_one_product_may_stand_twice_in_an_order_if_the_lines_differ(bring):
    assert said(bring("orders", orders_csv({}, {"amount": 400}))) == (2, 2, 0, 0)


@pytest.mark.parametrize(
    ("otherwise", "column"),
    [
        ({"order_no": ""}, "order_no"),
        ({"order_no": "=A1"}, "order_no"),
        ({"order_no": "2.02611E+11"}, "order_no"),
        ({"member": "nobody"}, "member"),
        ({"member": "@SUM(1)"}, "member"),
        ({"ordered_at": "2026-11-25"}, "ordered_at"),
        ({"ordered_at": "2026-11-24T12:00:01"}, "ordered_at"),
        ({"ordered_at": "someday"}, "ordered_at"),
        ({"product": "\t=1"}, "product"),
        ({"product": "x" * 201}, "product"),
        ({"quantity": 0}, "quantity"),
        ({"quantity": 1.5}, "quantity"),
        ({"amount": -1}, "amount"),
        ({"amount": "10.5"}, "amount"),
        ({"amount": ""}, "amount"),
        ({"status": "placed"}, "status"),
        ({"days_of_supply": 0}, "days_of_supply"),
    ],
)
def test_each_thing_that_cannot_be_is_rejected_with_row_and_column(
    bring, session, otherwise, column
):
    report = bring("orders", orders_csv({"order_no": "good"}, otherwise))

    assert only(report) == (3, column)
    assert session.scalar(select(func.count(Order.id))) == 0


def test_noon_itself_is_not_later_than_now(bring):
    assert bring("orders", orders_csv({"ordered_at": "2026-11-24T12:00:00"})).committed


def test_a_free_gift_is_a_line_of_no_money(bring, session, now):
    bring("orders", orders_csv({"amount": 0, "status": "picked_up"}))

    assert points.balance(session, mei(session).id, now).available == 0


def test_a_formula_in_a_workbook_is_rejected_where_it_stands(bring):
    row = ["A1", "7", date(2026, 11, 1), "芒果", 1, "=B2*450", "paid"]
    data = xlsx_of([list(importer.TEMPLATE.columns[:7]), row])

    assert only(bring("orders", data)) == (2, "amount")


def test_an_order_of_more_than_a_hundred_million_is_rejected(bring):
    rows = [{"product": str(n), "amount": 10_000_000} for n in range(11)]

    assert only(bring("orders", orders_csv(*rows))) == (12, "amount")


def test_progress_is_told_by_orders_written(session, now, programme):
    from backoffice import imports

    heard = []
    imports.run(
        session,
        "orders",
        orders_csv({}),
        "f",
        now=now,
        programme=programme,
        commit=True,
        progress=lambda *said: heard.append(said),
    )
    imports.run(
        session,
        "orders",
        orders_csv({"status": "picked_up"}),
        "f",
        now=now,
        programme=programme,
        commit=True,
        progress=lambda *said: heard.append(said),
    )

    assert heard == [("檢查", 0, 1), ("寫入", 1, 1)] * 2
