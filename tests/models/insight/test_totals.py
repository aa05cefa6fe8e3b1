"""What members' orders come to is kept up to date, whatever happens to them."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from models.shop import totals
from models.shop.orders import NEXT, Order, Status
from models.shop.totals import MemberTotals
from tests.models.insight.trade import Trade

EXAMPLES = settings.default.max_examples // 7
MEMBERS = 3
ORDER = st.tuples(
    st.integers(0, MEMBERS - 1),
    st.integers(0, 800),
    st.integers(0, 5_000),
    st.sampled_from(list(Status)),
)
ACT = st.one_of(
    st.tuples(st.just("bring"), st.lists(ORDER, min_size=1, max_size=5)),
    st.tuples(st.just("move"), st.tuples(st.integers(0, 30), st.sampled_from(list(Status)))),
    st.tuples(st.just("night"), st.integers(0, 300)),
)


def test_totals_are_right_after_any_orders_imports_refunds_and_nights(
    session: Session, trade: Trade
) -> None:
    start = trade.today

    @given(st.lists(ACT, max_size=12))
    @settings(max_examples=EXAMPLES)
    def play(acts: list[tuple[str, object]]) -> None:
        with session.begin_nested() as undone:
            trade.today, trade.members, trade.made = start, [], 0
            for act, what in acts:
                perform(trade, act, what)
                assert totals.verify(session) == []
            trade.night()
            said = [sums(trade, member) for member in range(len(trade.members))]
            assert said == [trade.counted(member) for member in range(len(trade.members))]
            undone.rollback()
            session.expunge_all()

    play()


def perform(trade: Trade, act: str, what: object) -> None:
    match act, what:
        case "bring", list():
            trade.bring(what)
        case "night", int():
            trade.night(what, limit=2)
        case "move", (number, status):
            orders = trade.session.scalars(select(Order).order_by(Order.id)).all()
            if orders:
                order = orders[number % len(orders)]
                if status in NEXT[Status(order.status)]:
                    trade.move(order.order_no, status)


def sums(trade: Trade, member: int) -> tuple[int, int, int, int]:
    row = trade.session.get(MemberTotals, trade.member(member), populate_existing=True)
    if row is None:
        return (0, 0, 0, 0)
    return (row.orders, row.spend, row.year_orders, row.year_spend)


def test_an_order_counts_once_it_is_paid_and_no_longer_once_it_is_refunded(trade: Trade) -> None:
    number = trade.buy(0, cash=300, status=Status.PLACED)
    placed = trade.session.get(MemberTotals, trade.member(0))
    trade.move(number, Status.PAID)
    paid = sums(trade, 0)
    trade.move(number, Status.PICKED_UP)
    picked_up = sums(trade, 0)
    trade.move(number, Status.REFUNDED)

    assert placed is None
    assert paid == picked_up == (1, 300, 1, 300)
    assert sums(trade, 0) == (0, 0, 0, 0)


def test_the_first_and_the_last_day_go_back_with_a_refund(trade: Trade) -> None:
    first = trade.buy(0, days_ago=400)
    trade.buy(0, days_ago=30)
    last = trade.buy(0, days_ago=2)
    trade.move(first, Status.REFUNDED)
    trade.move(last, Status.REFUNDED)

    found = trade.totals(0)
    only = trade.today - timedelta(days=30)
    assert (found.first_on, found.last_on, found.year_oldest_on) == (only, only, only)


def test_an_order_counts_for_the_year_through_day_365(trade: Trade) -> None:
    trade.buy(0, days_ago=364)
    trade.night(1)
    last_day = sums(trade, 0)
    trade.night(1)

    assert last_day == (1, 100, 1, 100)
    assert sums(trade, 0) == (1, 100, 0, 0)


def test_an_old_order_that_comes_late_counts_for_ever_and_not_for_the_year(trade: Trade) -> None:
    trade.buy(0, days_ago=10)
    trade.buy(0, days_ago=500)

    assert sums(trade, 0) == (2, 200, 1, 100)
    assert trade.totals(0).first_on == trade.today - timedelta(days=500)


def test_counting_everybody_again_comes_to_the_same(session: Session, trade: Trade) -> None:
    gone = trade.buy(0, days_ago=3)
    trade.bring([(n, 100 * n, 50, Status.PAID) for n in range(1, 6)])
    trade.move(gone, Status.REFUNDED)
    before = rows(session)

    totals.recount(session, today=trade.today)

    assert rows(session) == before


def test_totals_that_were_lost_are_counted_again(session: Session, trade: Trade) -> None:
    trade.bring([(n, 90 * n, 50, Status.PAID) for n in range(6)])
    before = rows(session)
    session.execute(delete(MemberTotals))

    totals.recount(session, today=trade.today)

    assert rows(session) == before


@pytest.mark.tampers
def test_wrong_and_missing_totals_are_found(session: Session, trade: Trade) -> None:
    for member in range(3):
        trade.buy(member)
    one, two = trade.member(0), trade.member(1)
    session.execute(
        update(MemberTotals).where(MemberTotals.member_id == one).values(last_on=date(2020, 1, 1))
    )
    session.execute(delete(MemberTotals).where(MemberTotals.member_id == two))

    assert totals.verify(session) == [
        f"member {one} has totals that are not their orders'",
        f"member {two} has orders but no totals",
    ]


def rows(session: Session) -> list[object]:
    sums_ = ("orders", "spend", "first_on", "last_on", "year_from", "year_orders", "year_spend")
    columns = [getattr(MemberTotals, name) for name in ("member_id", *sums_, "year_oldest_on")]
    return session.execute(select(*columns).order_by(MemberTotals.member_id)).all()
