"""P2: points are neither made nor lost by hand: the database refuses it, or `verify` tells."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from models.base import end_of_day
from models.database import sessions
from models.loyalty import immutable, points
from tests.models.loyalty.purse import TODAY, purse

pytestmark = pytest.mark.tampers

COPY = """
INSERT INTO point_transactions (member_id, kind, source, body, digest, at, reason, about_id)
SELECT member_id, kind, 'forged', body, digest, at, reason, about_id
FROM point_transactions WHERE source = 'order:1';
"""
COPIED_ENTRIES = """
INSERT INTO point_entries (transaction_id, account, member_id, lot_id, amount)
SELECT (SELECT id FROM point_transactions WHERE source = 'forged'),
    account, member_id, lot_id, amount
FROM point_entries
WHERE transaction_id = (SELECT id FROM point_transactions WHERE source = 'order:1');
"""
PAID_OUT = """
UPDATE point_lots SET remaining = remaining + 100 WHERE source = 'order:1';
UPDATE point_balances SET available = available + 100 WHERE member_id = 1;
"""

# each in SQL that both databases understand; several statements end in ;
HISTORY = {
    "more points for an earning": (
        "UPDATE point_entries SET amount = amount * 2 WHERE transaction_id = 1"
    ),
    "a spending undone": "UPDATE point_entries SET amount = -amount WHERE account = 'redeemed'",
    "one side of an earning": (
        "UPDATE point_entries SET amount = 1000 WHERE transaction_id = 1 AND amount > 0"
    ),
    "redeemed called expired": (
        "UPDATE point_entries SET account = 'expired' WHERE account = 'redeemed'"
    ),
    "an account nobody knows": (
        "UPDATE point_entries SET account = 'mine' WHERE account = 'expired'"
    ),
    "entries moved to another member": (
        "UPDATE point_entries SET member_id = 2 WHERE transaction_id = 1"
    ),
    "entries moved to another lot": (
        "UPDATE point_entries SET lot_id = 2 WHERE transaction_id = 1"
    ),
    "entries without their lot": (
        "UPDATE point_entries SET lot_id = NULL WHERE account = 'available'"
    ),
    "entries moved to another transaction": (
        "UPDATE point_entries SET transaction_id = 2 WHERE transaction_id = 1"
    ),
    "entries of no transaction": (
        "UPDATE point_entries SET transaction_id = 99 WHERE transaction_id = 1"
    ),
    "an entry of no points": "UPDATE point_entries SET amount = 0 WHERE transaction_id = 1",
    "an entry less": "DELETE FROM point_entries WHERE account = 'redeemed'",
    "a transaction without entries": "DELETE FROM point_entries WHERE transaction_id = 1",
    "every entry gone": "DELETE FROM point_entries",
    "an entry more": (
        "INSERT INTO point_entries (transaction_id, account, member_id, lot_id, amount) "
        "VALUES (1, 'available', 1, 1, 5)"
    ),
    "two entries more that make zero": (
        "INSERT INTO point_entries (transaction_id, account, member_id, lot_id, amount) "
        "VALUES (1, 'available', 1, 1, 5), (1, 'issued', 1, 1, -5);"
        "UPDATE point_lots SET remaining = remaining + 5 WHERE id = 1;"
        "UPDATE point_balances SET available = available + 5 WHERE member_id = 1"
    ),
    "another member's earning": "UPDATE point_transactions SET member_id = 2 WHERE id = 1",
    "another kind": "UPDATE point_transactions SET kind = 'opening' WHERE id = 1",
    "a kind nobody knows": "UPDATE point_transactions SET kind = 'gift' WHERE id = 1",
    "another source": "UPDATE point_transactions SET source = 'order:0' WHERE id = 1",
    "somebody's source": (
        "UPDATE point_transactions SET source = 'order:2' WHERE source = 'order:1'"
    ),
    "another request": "UPDATE point_transactions SET body = '[]' WHERE id = 1",
    "another reason": "UPDATE point_transactions SET reason = '老闆送的' WHERE id = 1",
    "another day": (
        "UPDATE point_transactions SET at = '2026-11-25 04:00:00.000000' WHERE id = 1"
    ),
    "no day at all": "UPDATE point_transactions SET at = 'infinity' WHERE id = 1",
    "about something else": "UPDATE point_transactions SET about_id = 1 WHERE about_id > 1",
    "another seal": "UPDATE point_transactions SET digest = 'x' WHERE id = 1",
    "a seal taken from elsewhere": (
        "UPDATE point_transactions SET digest = "
        "(SELECT digest FROM point_transactions WHERE id = 2) WHERE id = 1"
    ),
    "an earning gone": "DELETE FROM point_transactions WHERE id = 1",
    "an earning gone with its entries": (
        "DELETE FROM point_entries WHERE transaction_id = 1;"
        "DELETE FROM point_transactions WHERE id = 1"
    ),
    "everything gone": (
        "DELETE FROM point_entries; DELETE FROM point_lots; DELETE FROM point_transactions"
    ),
    "a lot that lasts longer": (
        "UPDATE point_lots SET expires_at = '2099-01-01 00:00:00.000000' WHERE id = 1"
    ),
    "a lot that lasts for ever": "UPDATE point_lots SET expires_at = 'infinity' WHERE id = 1",
    "a lot earned later": "UPDATE point_lots SET earned_on = '2026-11-30' WHERE id = 1",
    "a larger lot": "UPDATE point_lots SET points = points + 1 WHERE id = 1",
    "another member's lot": "UPDATE point_lots SET member_id = 2 WHERE id = 1",
    "a lot of another source": "UPDATE point_lots SET source = 'order:0' WHERE id = 1",
    "another seal of a lot": "UPDATE point_lots SET digest = 'x' WHERE id = 1",
    "a lot gone": "DELETE FROM point_lots WHERE id = 1",
    "lots that change places": (
        "UPDATE point_lots SET id = 99 WHERE id = 1;"
        "UPDATE point_lots SET id = 1 WHERE id = 2;"
        "UPDATE point_lots SET id = 2 WHERE id = 99"
    ),
}
# no trigger stands before these
SUMS = {
    "more left in a lot": "UPDATE point_lots SET remaining = remaining + 1 WHERE id = 1",
    "more left than there was": "UPDATE point_lots SET remaining = 1000 WHERE id = 1",
    "less than nothing left": "UPDATE point_lots SET remaining = -1 WHERE id = 1",
    "a lot emptied": "UPDATE point_lots SET remaining = 0",
    "pending made of nothing": "UPDATE point_lots SET pending = pending + 1 WHERE id = 1",
    "pending made available": "UPDATE point_lots SET remaining = pending, pending = 0",
    "more available": "UPDATE point_balances SET available = available + 1",
    "more available in lot and balance": PAID_OUT,
    "less available": "UPDATE point_balances SET available = 0 WHERE available > 0",
    "less than nothing available": "UPDATE point_balances SET available = -1",
    "more pending": "UPDATE point_balances SET pending = pending + 1",
    "a debt forgiven": "UPDATE point_balances SET debt = 0",
    "a debt made up": "UPDATE point_balances SET debt = debt + 1",
    "a balance raised to zero": "UPDATE point_balances SET overdrawn = 0",
    "a balance gone": "DELETE FROM point_balances WHERE member_id = 1",
    "a balance given to another": "UPDATE point_balances SET member_id = 99 WHERE member_id = 1",
    "every balance gone": "DELETE FROM point_balances",
    "a lot from nowhere": (
        "INSERT INTO point_lots"
        " (member_id, source, points, earned_on, expires_at, digest, pending, remaining) "
        "SELECT member_id, 'forged', points, earned_on, expires_at, digest, 0, points "
        "FROM point_lots WHERE id = 1;"
        "UPDATE point_balances SET available = available + 100 WHERE member_id = 1"
    ),
    "an earning copied": COPY,
    "an earning copied with its entries": COPY + COPIED_ENTRIES,
    "an earning copied with all that follows": COPY + COPIED_ENTRIES + PAID_OUT,
    "an earning recorded twice": COPY.replace("forged", "order:1"),
}
TRIGGERS = {
    "sqlite": {
        "a trigger dropped": "DROP TRIGGER point_entries_no_update",
        "a table without triggers": (
            "CREATE TABLE copied AS SELECT * FROM point_lots; DROP TRIGGER point_lots_no_delete;"
            "DROP TRIGGER point_lots_no_update; DROP TRIGGER point_lots_no_replace"
        ),
        "a row replaced": (
            "INSERT OR REPLACE INTO point_transactions "
            "SELECT id, 2, kind, source, body, digest, at, reason, about_id "
            "FROM point_transactions WHERE id = 1"
        ),
        "words for points": "UPDATE point_balances SET available = 'many' WHERE member_id = 1",
        "words left in a lot": "UPDATE point_lots SET remaining = 'many', pending = 0",
        "bytes for a reason": (
            "INSERT INTO point_transactions (member_id, kind, source, body, digest, at, reason) "
            "VALUES (1, 'earn', 'forged', '', '', '2026-11-24', x'ff');"
            "INSERT INTO point_entries (transaction_id, account, member_id, amount) "
            "SELECT max(id), 'issued', 1, 'x' FROM point_transactions"
        ),
    },
    "postgresql": {
        "a trigger dropped": "DROP TRIGGER point_entries_append_only ON point_entries",
        "a trigger switched off": "ALTER TABLE point_lots DISABLE TRIGGER USER",
        "a trigger for replicas only": (
            "ALTER TABLE point_lots ENABLE REPLICA TRIGGER point_lots_append_only"
        ),
        "entries truncated": "TRUNCATE point_entries",
        "everything truncated": "TRUNCATE point_transactions CASCADE",
        "a row replaced": (
            "INSERT INTO point_transactions "
            "SELECT * FROM point_transactions WHERE id = 1 "
            "ON CONFLICT (id) DO UPDATE SET member_id = 2"
        ),
        "an entry merged away": (
            "MERGE INTO point_entries e USING point_lots l ON e.lot_id = l.id "
            "WHEN MATCHED THEN DELETE"
        ),
    },
}


@pytest.fixture
def ledger(session: Session) -> Session:
    """A ledger in which everything has happened once: 小美 has points, 小林 a debt, 阿芳 less."""
    mei, lin, fang = purse(session), purse(session), purse(session, may_go_negative=True)
    assert (mei.member_id, lin.member_id, fang.member_id) == (1, 2, 3)
    mei.earn(100, "order:1")
    lin.earn(100, "order:2")
    fang.earn(100, "order:3")
    mei.earn(20, "order:4", pending=True)
    mei.earn(7, "order:5", on=TODAY - timedelta(days=365))
    mei.expire(end_of_day(TODAY))
    for member in (mei, lin, fang):
        member.spend(60, f"spend:{member.member_id}")
    mei.give_back("spend:1", 10)
    lin.take_back("order:2", source="refund:2")
    fang.take_back("order:3", source="refund:3")
    assert [member.sums() for member in (mei, lin, fang)] == [(50, 20, 0), (0, 0, 60), (-60, 0, 0)]
    session.commit()
    assert points.verify(session) == []
    return session


def caught(session: Session, tampering: str, *, unguarded: bool = False) -> list[str]:
    """How the database or `verify` took it; empty if nobody noticed."""
    try:
        if unguarded:
            _guard(session, on=False)
        for statement in tampering.split(";"):
            if statement.strip():
                session.execute(text(statement))
        if unguarded:
            _guard(session, on=True)
    except DatabaseError as refusal:
        return [str(refusal)]
    else:
        return points.verify(session)
    finally:
        session.rollback()


def _guard(session: Session, *, on: bool) -> None:
    """Triggers away and back, as somebody would who covers the traces."""
    if session.get_bind().dialect.name == "postgresql":
        role = "origin" if on else "replica"
        session.execute(text(f"SET LOCAL session_replication_role = {role}"))
        return
    for statement in immutable.TRIGGERS["sqlite"]:
        name = statement.split()[2]
        session.execute(text(statement if on else f"DROP TRIGGER {name}"))


def test_whatever_is_changed_by_hand_is_refused_or_reported(ledger):
    tamperings = HISTORY | SUMS | TRIGGERS[ledger.get_bind().dialect.name]
    assert len(tamperings) >= 50

    unnoticed = [name for name, tampering in tamperings.items() if not caught(ledger, tampering)]

    assert unnoticed == []
    assert points.verify(ledger) == []


def test_a_history_changed_while_its_triggers_were_away_is_reported(ledger):
    unnoticed = [
        name
        for name, tampering in HISTORY.items()
        if not caught(ledger, tampering, unguarded=True)
    ]

    assert unnoticed == []
    assert points.verify(ledger) == []


def test_it_is_the_triggers_and_the_sums_that_notice(ledger):
    """The control: a change that is none goes unnoticed, so noticing is no accident."""
    harmless = {
        "nothing": "SELECT 1",
        "the same sum": "UPDATE point_balances SET available = available",
        "the same rest": "UPDATE point_lots SET remaining = remaining",
    }

    assert [name for name, change in harmless.items() if caught(ledger, change)] == []
    assert caught(ledger, "SELECT 1", unguarded=True) == []


def test_history_is_refused_and_not_only_reported(ledger):
    refused = [name for name, tampering in HISTORY.items() if _refused(ledger, tampering)]

    assert set(HISTORY) - set(refused) == {"an entry more", "two entries more that make zero"}


def _refused(session: Session, tampering: str) -> bool:
    try:
        session.execute(text(tampering.split(";", maxsplit=1)[0]))
    except DatabaseError:
        return True
    finally:
        session.rollback()
    return False


def test_a_ledger_under_another_key_is_not_taken_for_sound(ledger, engine):
    ledger.rollback()

    with sessions(engine, "another secret")() as other:
        assert points.verify(other)
