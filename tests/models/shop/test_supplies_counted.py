"""Supplies counted for a shop that has a history already: by the migration, and again by hand."""

from __future__ import annotations

import pytest
from alembic import command
from sqlalchemy import func, select

from models.database import migrations, upgrade
from models.shop import replenishment
from models.shop.replenishment import Supply
from tests.benchmarks import shop_data
from tests.conftest import SECRET


@pytest.fixture
def history(engine, now, programme):
    shop_data.write(engine, members=150, orders=1_500, now=now, secret=SECRET, programme=programme)


def kept(session):
    query = select(*Supply.__table__.c).order_by(Supply.member_id, Supply.product_id)
    return [tuple(row) for row in session.execute(query)]


def test_the_migration_counts_what_the_shop_counts(database, history, sessions):
    with sessions() as session:
        before = kept(session)
    scripts = migrations(database)

    command.stamp(scripts, "head")
    command.downgrade(scripts, "0009")
    upgrade(database)

    with sessions() as session:
        assert kept(session) == before
        assert len(before) > 500


def test_following_every_order_again_changes_nothing(history, session):
    before = kept(session)

    pairs = [(row[0], row[1]) for row in before]
    replenishment.follow(session, pairs)

    assert kept(session) == before
    assert session.scalar(select(func.max(Supply.days))) > 30
