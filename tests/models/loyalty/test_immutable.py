"""What was written into a history stays: both databases refuse to change it."""

from __future__ import annotations

import pytest
from sqlalchemy import column, delete, inspect, select, table, text
from sqlalchemy.exc import DatabaseError

from models.loyalty import immutable
from tests.models.loyalty.purse import purse

pytestmark = pytest.mark.tampers


@pytest.fixture
def recorded(session):
    mei = purse(session)
    mei.earn(100, "order:1")
    mei.spend(60)
    session.commit()


@pytest.mark.parametrize("name", ["point_transactions", "point_entries", "point_lots"])
def test_a_row_of_history_cannot_be_deleted(session, recorded, name):
    with pytest.raises(DatabaseError, match="append-only"):
        session.execute(delete(table(name)))


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE point_transactions SET reason = 'x'",
        "UPDATE point_entries SET amount = amount + 1",
        "UPDATE point_lots SET points = points + 1",
        "UPDATE point_lots SET expires_at = '2099-01-01'",
        "UPDATE point_lots SET remaining = 0, member_id = 2",
    ],
)
def test_a_row_of_history_cannot_be_changed(session, recorded, change):
    with pytest.raises(DatabaseError, match="append-only"):
        session.execute(text(change))


@pytest.mark.parametrize("name", ["point_transactions", "point_entries", "point_lots"])
def test_a_row_of_history_cannot_be_replaced_or_truncated(session, recorded, name):
    if session.get_bind().dialect.name == "postgresql":
        change = f"TRUNCATE {name} CASCADE"
    else:
        change = f"INSERT OR REPLACE INTO {name} SELECT * FROM {name}"

    with pytest.raises(DatabaseError, match="append-only"):
        session.execute(text(change))


def test_what_is_left_of_a_lot_may_change(session, recorded):
    session.execute(text("UPDATE point_lots SET remaining = remaining - 1"))

    lots = table("point_lots", column("remaining"))
    assert session.scalars(select(lots.c.remaining)).one() == 39


def test_every_kept_table_bears_its_triggers(session):
    tables = set(inspect(session.get_bind()).get_table_names())

    assert {"point_transactions", "point_entries", "point_lots"} <= set(immutable.KEPT) <= tables
    assert immutable.verify(session) == []


def test_a_trigger_that_is_gone_is_missed(session):
    if session.get_bind().dialect.name == "postgresql":
        name, change = "point_entries_append_only", "ALTER TABLE point_entries DISABLE TRIGGER {}"
    else:
        name, change = "point_entries_no_delete", "DROP TRIGGER {}"

    session.execute(text(change.format(name)))

    assert immutable.verify(session) == [f"trigger {name} is missing or switched off"]


def test_a_migration_makes_the_triggers_that_the_records_ask_for(engine):
    statements = immutable.TRIGGERS[engine.dialect.name]

    assert len(statements) == len(set(statements))
    for kept in immutable.KEPT:
        assert [text for text in statements if f"ON {kept} " in text]
