"""The books are looked at in parts: the same is found as in one, and rows of nobody's too."""

from __future__ import annotations

import pytest
from sqlalchemy import literal, select, text

from models import spans
from models.insight import invariants
from models.people.members import Member
from tests.models.insight.trade import Trade

FAULTS = (
    "UPDATE point_balances SET available = available + 5",
    "UPDATE point_lots SET remaining = 0",
    "UPDATE member_totals SET spend = spend + 1",
    "UPDATE products SET days_of_supply = 30",
    "UPDATE member_tiers SET tier = 'gold', since = '2026-01-01'",
    "DELETE FROM member_totals WHERE member_id % 2 = 0",
    """
    INSERT INTO outbox (key, kind, member_id, to_id, rule, period, topic, purpose, messages,
                        due_at, urgent, capped, essential, rides, state, reason, attempts,
                        retry_key, request_id, created_at)
    SELECT 'news:' || id, 'push', id + 1000, '', 'news', '', 'news', 'marketing', '[]', created_at,
           false, true, false, false, 'queued', '', 0, '', '', created_at
    FROM members
    """,
)


@pytest.fixture
def busy(trade: Trade) -> Trade:
    """Seven members who bought something each."""
    for number in range(7):
        trade.buy(number, cash=3_000)
    trade.session.commit()
    return trade


def test_parts_are_every_id_once_and_whatever_may_come(session, busy, monkeypatch):
    monkeypatch.setattr(spans, "SIZE", 3)
    ids = session.scalars(select(Member.id)).all()
    found = list(spans.parts(session, lambda done, of: None)(Member.id))

    assert len(found) == 3
    for id_ in (*ids, -5, 0, 10**9):
        within = (each.holds(literal(id_)).is_(True) for each in found)
        assert sum(session.execute(select(*within)).one()) == 1


@pytest.mark.tampers
@pytest.mark.parametrize("fault", FAULTS)
def test_what_is_wrong_is_found_in_parts_as_in_one(session, busy, fault, monkeypatch):
    session.execute(text(fault))
    whole = invariants.check(session)
    heard = []

    monkeypatch.setattr(spans, "SIZE", 2)
    parts = invariants.check(session, lambda name, done, of: heard.append((name, done, of)))

    assert whole
    assert sorted(parts) == sorted(whole)
    assert max(of for _, _, of in heard) > 3
    assert all(done <= of for _, done, of in heard)
    # of what has no rows there is nothing to tell
    assert {"points_are_neither_made_nor_lost", "totals_are_what_the_orders_come_to"} <= {
        name for name, _, _ in heard
    }


def test_a_table_without_rows_is_not_looked_at(session):
    assert not list(spans.parts(session, lambda done, of: None)(Member.id))
