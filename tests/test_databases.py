"""A database that the next test is given again is as if nobody had been there."""

from __future__ import annotations

import psycopg
import pytest

from tests.databases import Cluster

LOT = (
    "SET session_replication_role = replica; "
    "INSERT INTO point_lots "
    "(member_id, source, points, earned_on, expires_at, digest, pending, remaining) "
    "VALUES (1, 'order:1', 5, '2026-11-24', '2027-12-31', 'none', 0, 5)"
)
IDS = "SELECT id FROM point_lots"


def test_no_row_is_left_even_of_history_that_cannot_be_deleted(cluster: Cluster) -> None:
    with cluster.lent() as url, psycopg.connect(url) as connection:
        connection.execute(LOT)
        first = connection.execute(IDS).fetchall()

    with cluster.lent() as again, psycopg.connect(again) as connection:
        assert again == url
        assert connection.execute(IDS).fetchall() == []
        connection.execute(LOT)
        assert connection.execute(IDS).fetchall() == first


def test_who_was_left_behind_with_a_lock_is_sent_away(cluster: Cluster) -> None:
    with cluster.lent() as url:
        left = psycopg.connect(url)
        left.execute("LOCK TABLE members")

    with cluster.lent() as again, psycopg.connect(again) as connection:
        assert again == url
        connection.execute("LOCK TABLE members NOWAIT")
    with pytest.raises(psycopg.OperationalError):
        left.execute("SELECT 1")
    left.close()


@pytest.mark.parametrize(
    "change",
    [
        "CREATE TABLE left_behind ()",
        "ALTER TABLE members ALTER COLUMN created_at DROP NOT NULL",
        "ALTER TABLE point_lots DISABLE TRIGGER ALL",
        "DROP TRIGGER point_lots_append_only ON point_lots",
        "CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql "
        "AS 'BEGIN RETURN NEW; END'",
        f"{LOT}; ANALYZE point_lots",
    ],
)
def test_where_more_than_rows_was_changed_nobody_is_sent(cluster: Cluster, change: str) -> None:
    with cluster.lent() as url, psycopg.connect(url, autocommit=True) as connection:
        connection.execute(change.encode())

    with cluster.lent() as other:
        assert other != url
