"""R, F and M: who gets which score, and why nobody's moves by chance."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from models.insight import lifecycle, rfm, scorings
from models.insight.lifecycle import Stage
from models.insight.rfm import Cuts, Scores
from models.programme import RfmTerms
from models.shop.orders import Status
from models.shop.totals import MemberTotals, year_from
from tests.models.insight.trade import Trade

PAID = Status.PAID
TERMS = RfmTerms()
CUTS = Cuts((10, 30, 90, 180), (2, 2, 3, 5), (500, 1_000, 3_000, 8_000))
EXAMPLES = settings.default.max_examples // 10


def test_a_cut_point_is_the_least_value_of_the_next_score():
    assert rfm.score(9, 5, 8_000, CUTS) == Scores(5, 5, 5, "champions")
    assert rfm.score(10, 4, 7_999, CUTS) == Scores(4, 4, 4, "loyal")


def test_one_order_is_one_even_when_most_members_have_just_one():
    assert [rfm.score(0, orders, 0, CUTS).frequency for orders in range(1, 6)] == [1, 3, 4, 4, 5]


def test_every_pair_of_scores_has_one_segment_and_every_segment_a_name():
    assert {len(row) for row in rfm.GRID.values()} == {5}
    assert set(rfm.GRID) == {1, 2, 3, 4, 5}
    assert {name for row in rfm.GRID.values() for name in row} | {rfm.LOST} == set(rfm.NAMES)


def test_who_bought_nothing_in_a_year_is_lost():
    assert rfm.score(400, 0, 0, CUTS) == Scores(1, 1, 1, "lost")


def test_a_member_declines_against_their_own_interval():
    quick = lifecycle.patience(90, 10, interval=30, terms=TERMS)
    slow = lifecycle.patience(900, 10, interval=30, terms=TERMS)

    assert (quick, slow) == (30, 165)
    assert lifecycle.stage(10, 30, 90, interval=30, terms=TERMS) is Stage.MATURITY
    assert lifecycle.stage(10, 31, 90, interval=30, terms=TERMS) is Stage.DECLINE


def test_a_new_member_is_given_the_shop_s_interval():
    assert lifecycle.stage(1, 60, 0, interval=30, terms=TERMS) is Stage.INTRODUCTION
    assert lifecycle.stage(1, 61, 0, interval=30, terms=TERMS) is Stage.DECLINE


def test_at_30_members_there_is_not_enough_data_but_every_stage(trade: Trade):
    trade.bring([(n, n, 100 * n, PAID) for n in range(30)])
    trade.night()

    found = [trade.totals(member) for member in range(30)]
    assert {(row.recency, row.frequency, row.monetary, row.segment) for row in found} == {
        (None, None, None, None)
    }
    assert {row.stage for row in found} == {Stage.INTRODUCTION}


def test_scores_begin_with_the_first_night_on_which_there_are_enough(trade: Trade):
    trade.bring([(n, n, 100 * n, PAID) for n in range(49)])
    trade.night()
    too_few = trade.totals(0).recency
    trade.buy(49)
    trade.night(1)

    assert too_few is None
    assert (trade.totals(0).recency, trade.totals(48).recency) == (5, 1)


def test_fifty_different_members_make_fifths_of_ten(trade: Trade):
    trade.bring([(n, n, 100 * n, PAID) for n in range(50)])
    trade.night()

    scores = [trade.totals(n) for n in range(50)]
    assert [row.recency for row in scores] == [5] * 10 + [4] * 10 + [3] * 10 + [2] * 10 + [1] * 10
    assert [row.monetary for row in scores] == sorted([1, 2, 3, 4, 5] * 10)
    assert {row.frequency for row in scores} == {1}


def test_equal_values_always_get_the_same_score(trade: Trade):
    trade.bring([(n, n // 7, 100 * (n // 9), PAID) for n in range(60)])
    trade.night()

    for measure, value in (("recency", lambda n: n // 7), ("monetary", lambda n: n // 9)):
        given_: dict[int, set[int]] = {}
        for n in range(60):
            given_.setdefault(value(n), set()).add(getattr(trade.totals(n), measure))
        assert {len(scores) for scores in given_.values()} == {1}


def test_a_night_on_which_nothing_happened_writes_nothing(trade: Trade):
    trade.bring([(n, n, 100 * n, PAID) for n in range(60)])
    trade.night()

    again = trade.night()

    assert (again.moved, again.scored, again.tagged) == (0, 0, 0)


def test_a_night_writes_only_those_for_whom_a_day_has_come(trade: Trade):
    trade.bring([(n, n, 100 * n, PAID) for n in range(60)])
    trade.night()
    before = {n: scored(trade, n) for n in range(60)}

    written = trade.night(1).scored

    changed = [n for n in range(60) if scored(trade, n) != before[n]]
    # four steps of R and nobody's stage
    assert len(changed) == 4
    assert written == 4


def test_cut_points_stand_until_the_month_is_over(session: Session, trade: Trade):
    trade.bring([(n, n, 100 * n, PAID) for n in range(60)])
    trade.night()
    trade.bring([(n, 0, 900, PAID) for n in range(5)])
    trade.night(1)
    same_month = made(session)
    trade.night(7)

    assert same_month == [date(2026, 11, 24)]
    assert made(session) == [date(2026, 11, 24), date(2026, 12, 2)]


def test_cut_points_are_made_again_when_a_fifth_has_changed(session: Session, trade: Trade):
    trade.bring([(n, n, 100 * n, PAID) for n in range(60)])
    trade.night()
    trade.bring([(n, 0, 900, PAID) for n in range(13)])
    trade.night(1)

    assert made(session) == [date(2026, 11, 24), date(2026, 11, 25)]


def test_work_that_was_stopped_half_way_is_gone_on_with(session: Session, trade: Trade):
    from models.insight import review

    trade.bring([(n, n, 100 * n, PAID) for n in range(60)])
    once = review.step(
        session, today=trade.today, now=trade.now, programme=trade.programme, limit=20
    )
    half = scorings.in_force(session)
    assert half is not None
    through = half.through
    rest = trade.night(limit=20)

    assert (once.scored, once.more, rest.scored) == (20, True, 40)
    assert through == trade.member(19)
    assert half.through is None


def test_the_database_scores_as_the_rules_do_on_any_day(session: Session, trade: Trade):
    trade.bring([(n, 5 * n % 300, 40 * n, PAID) for n in range(60)])
    trade.bring([(n, 300 + n, 70 * n, PAID) for n in range(0, 60, 3)])
    trade.night()
    start = trade.today

    @given(
        st.lists(
            st.tuples(
                st.integers(0, 25),
                st.lists(
                    st.tuples(st.integers(0, 59), st.integers(0, 700), st.integers(0, 9_000)),
                    max_size=4,
                ),
            ),
            max_size=6,
        )
    )
    @settings(max_examples=EXAMPLES)
    def live(nights: list[tuple[int, list[tuple[int, int, int]]]]) -> None:
        with session.begin_nested() as undone:
            trade.today, trade.made = start, 1_000
            for days, bought in nights:
                trade.bring([(*each, PAID) for each in bought])
                trade.night(days, limit=7)
                assert wrong(session, trade) == []
            undone.rollback()
            session.expunge_all()

    live()


def wrong(session: Session, trade: Trade) -> list[object]:
    """Members whose row is not what the pure rules make of it today."""
    scoring = scorings.in_force(session)
    assert scoring is not None
    session.expire_all()
    found = []
    for row in session.scalars(select(MemberTotals)):
        assert row.year_oldest_on is None or row.year_oldest_on >= year_from(trade.today)
        silent = (trade.today - row.last_on).days
        span = (row.last_on - row.first_on).days
        interval = scoring.interval_days
        cuts = scoring.cuts
        should = (
            *(rfm.score(silent, row.year_orders, row.year_spend, cuts) if cuts[0] else [None] * 4),
            lifecycle.stage(row.orders, silent, span, interval=interval, terms=TERMS),
        )
        if scored_row(row) != should or row.review_on <= trade.today:
            found.append((row.member_id, scored_row(row), should, row.review_on))
    return found


def test_a_member_whose_only_order_was_refunded_has_no_scores(trade: Trade):
    trade.bring([(n, n, 100 * n, PAID) for n in range(60)])
    last = trade.buy(60)
    trade.night()
    trade.move(last, Status.REFUNDED)
    trade.night(1)

    assert scored(trade, 60) == (None, None, None, None, None)
    assert trade.night(400).more is False
    assert scored(trade, 60) == (None, None, None, None, None)


@pytest.mark.parametrize("days", [1, 40, 366, 800])
def test_nights_that_were_missed_leave_no_trace(session: Session, trade: Trade, days: int):
    trade.bring([(n, n, 100 * n, PAID) for n in range(60)])
    trade.night()
    trade.night(days)

    assert wrong(session, trade) == []


def scored(trade: Trade, member: int) -> tuple[object, ...]:
    return scored_row(trade.totals(member))


def scored_row(row: MemberTotals) -> tuple[object, ...]:
    return (row.recency, row.frequency, row.monetary, row.segment, row.stage)


def made(session: Session) -> list[date]:
    return list(session.scalars(select(scorings.Scoring.made_on).order_by(scorings.Scoring.id)))


def test_a_member_who_comes_back_is_lost_no_longer(trade: Trade):
    trade.bring([(n, n, 100 * n, PAID) for n in range(60)])
    trade.night()
    trade.today += timedelta(days=500)
    trade.bring([(n, n % 50, 100 * n, PAID) for n in range(60, 120)])
    trade.night()
    away = scored(trade, 5)
    trade.buy(5, cash=9_000)
    trade.night()

    assert away[3] == "lost"
    assert scored(trade, 5)[3] != "lost"
