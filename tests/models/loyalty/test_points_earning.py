"""Points come in once for each source, pending or at once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import event, select

from models.base import end_of_day
from models.loyalty import points
from models.loyalty.points import Earning, Kind
from tests.models.loyalty.purse import NOON, TODAY, new_member, purse

pytestmark = pytest.mark.usefixtures("sound_at_the_end")


def test_an_earning_is_available_at_once(session):
    mei = purse(session)

    earned = mei.earn(12, "order:1")

    assert earned.kind == Kind.EARN
    assert earned.reason == "消費"
    assert mei.sums() == (12, 0, 0)
    [lot] = mei.balance().lots
    assert (lot.points, lot.source, lot.earned_on) == (12, "order:1", TODAY)
    assert lot.last_day == TODAY + timedelta(days=365)


def test_an_earning_from_a_past_day_expires_counted_from_that_day(session):
    mei = purse(session)

    mei.earn(12, "order:1", on=date(2026, 3, 1))

    [lot] = mei.balance().lots
    assert lot.expires_at == end_of_day(date(2027, 3, 1))


def test_the_same_earning_again_changes_nothing(session):
    mei = purse(session)
    mei.earn(12, "order:1")

    again = mei.earn(12, "order:1", at=NOON + timedelta(days=3))

    assert again is None
    assert mei.sums() == (12, 0, 0)
    assert len(mei.changes()) == 1


@pytest.mark.parametrize(
    "other",
    [{"amount": 13}, {"on": TODAY - timedelta(days=1)}, {"pending": True}, {"member_id": 2}],
    ids=lambda other: next(iter(other)),
)
def test_the_same_source_for_something_else_is_refused(session, other):
    mei = purse(session)
    lin = new_member(session, "小林")
    mei.earn(12, "order:1")
    asked = {"amount": 12} | other | ({"member_id": lin} if "member_id" in other else {})

    with pytest.raises(points.SourceReused) as refusal:
        mei.earn(source="order:1", **asked)

    assert refusal.value.source == "order:1"
    assert "order:1" in str(refusal.value)
    assert mei.sums() == (12, 0, 0)


def test_a_spending_cannot_take_the_source_of_an_earning(session):
    mei = purse(session)
    mei.earn(12, "order:1")

    with pytest.raises(points.SourceReused):
        mei.spend(12, "order:1")


def test_an_order_of_no_points_leaves_no_trace(session):
    mei = purse(session)

    assert mei.earn(0, "order:1") is None
    assert mei.changes() == []


def test_nobody_earns_less_than_nothing(session):
    mei = purse(session)

    with pytest.raises(points.NotAnAmount):
        mei.earn(-1, "order:1")


def test_points_of_an_order_wait_until_it_is_picked_up(session):
    mei = purse(session)
    mei.earn(12, "order:1", pending=True)
    assert mei.sums() == (0, 12, 0)
    with pytest.raises(points.NotEnoughPoints):
        mei.spend(1)

    confirmed = mei.confirm("order:1")

    assert confirmed.kind == Kind.CONFIRM
    assert mei.sums() == (12, 0, 0)
    assert mei.confirm("order:1") is None
    assert mei.sums() == (12, 0, 0)


def test_confirming_what_was_available_at_once_changes_nothing(session):
    mei = purse(session)
    mei.earn(12, "order:1")

    assert mei.confirm("order:1") is None


def test_what_was_never_earned_cannot_be_confirmed(session):
    with pytest.raises(points.NoSuchEarning) as refusal:
        points.confirm(session, source="order:9", now=NOON)

    assert refusal.value.source == "order:9"


def test_points_confirmed_after_their_last_day_are_gone_at_once(session):
    mei = purse(session)
    mei.earn(12, "order:1", pending=True)
    late = end_of_day(TODAY, days_later=365)

    mei.confirm("order:1", at=late)

    assert mei.sums(late) == (0, 0, 0)
    assert points.totals(session)[points.Account.EXPIRED] == 12


def test_a_balance_brought_along_is_recorded_once(session):
    mei = purse(session)
    brought = {
        "source": "opening:A-17",
        "earned_on": TODAY,
        "now": NOON,
        "terms": mei.terms,
        "reason": "舊系統",
    }

    opened = points.opening(session, mei.member_id, 250, **brought)

    assert opened.kind == Kind.OPENING
    assert points.opening(session, mei.member_id, 250, **brought) is None
    assert mei.sums() == (250, 0, 0)


def test_many_earnings_are_as_many_single_ones(session):
    mei, lin = purse(session), purse(session)
    rows = [
        Earning(mei.member_id, 10, "order:1", TODAY, "消費"),
        Earning(lin.member_id, 20, "order:2", TODAY, pending=True),
        Earning(mei.member_id, 30, "order:3", TODAY - timedelta(days=365)),
        Earning(mei.member_id, 40, "order:4", TODAY - timedelta(days=366)),
        Earning(mei.member_id, 0, "order:5", TODAY),
        Earning(mei.member_id, 10, "order:1", TODAY, "消費"),
    ]

    new = points.earn_many(session, rows, now=NOON, terms=mei.terms)

    assert new == {"order:1", "order:2", "order:3", "order:4"}
    assert mei.lots() == {"order:3": 30, "order:1": 10}
    assert mei.sums() == (40, 0, 0)
    assert lin.sums() == (0, 20, 0)
    assert points.earn_many(session, rows, now=NOON, terms=mei.terms) == set()
    assert points.earn_many(session, [], now=NOON, terms=mei.terms) == set()


def test_one_source_for_two_earnings_of_a_file_is_refused(session):
    mei = purse(session)
    rows = [Earning(mei.member_id, points, "order:1", TODAY) for points in (10, 11)]

    with pytest.raises(points.SourceReused):
        points.earn_many(session, rows, now=NOON, terms=mei.terms)


def test_many_earnings_are_confirmed_at_once(session):
    mei, lin = purse(session), purse(session)
    mei.earn(10, "order:1", pending=True)
    mei.earn(20, "order:2")
    lin.earn(30, "order:3", pending=True)
    sources = ["order:1", "order:2", "order:3", "order:3"]

    assert points.confirm_many(session, sources, now=NOON) == {"order:1", "order:3"}
    assert points.confirm_many(session, sources, now=NOON) == set()
    assert points.confirm_many(session, [], now=NOON) == set()
    assert mei.sums() == (30, 0, 0)
    assert lin.sums() == (30, 0, 0)


def test_a_file_of_earnings_takes_no_more_statements_than_a_few(session, engine):
    mei = purse(session)
    rows = [Earning(mei.member_id, 1, f"order:{number}", TODAY) for number in range(1000)]
    said = []
    event.listen(engine, "before_cursor_execute", lambda *what: said.append(what[2]))

    points.earn_many(session, rows, now=NOON, terms=mei.terms)

    # each thousand rows is one statement; updates by key are sent together
    assert len(said) <= 10
    assert mei.sums() == (1000, 0, 0)


@pytest.mark.parametrize("first", ["earn", "spend"])
def test_two_members_never_share_a_source_even_when_they_come_at_once(sessions, first):
    with sessions.begin() as session:
        mei, lin = purse(session), purse(session)
        mei.earn(10, "order:1")
        lin.earn(10, "order:2")

    def second() -> str:
        with sessions() as session, pytest.raises(points.SourceReused) as refusal:
            getattr(replace(lin, session=session), first)(5, "order:3")
        return refusal.value.source

    with ThreadPoolExecutor() as threads, sessions.begin() as session:
        getattr(replace(mei, session=session), first)(5, "order:3")
        refused = threads.submit(second)
        # the second waits for the first to commit, which it does when this ends
        wait([refused], timeout=0.3)
        session.commit()
        assert refused.result() == "order:3"


def test_every_transaction_of_the_ledger_makes_zero(session):
    mei = purse(session)
    mei.earn(100, "order:1", pending=True)
    mei.confirm("order:1")
    mei.spend(60)

    for transaction in session.scalars(select(points.PointTransaction)):
        entries = session.scalars(
            select(points.PointEntry.amount).where(
                points.PointEntry.transaction_id == transaction.id
            )
        )
        assert sum(entries) == 0
    assert sum(points.totals(session).values()) == 0
