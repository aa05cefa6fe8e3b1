"""Migrations make exactly what the records say, all of it or nothing."""

from __future__ import annotations

import multiprocessing
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect, text

import models
from models.base import Base
from models.database import connect, migrations, upgrade

ROOT = Path(__file__).resolve().parent.parent
SQLITE = """
    SELECT type, name, tbl_name, sql FROM sqlite_master
    WHERE name NOT LIKE 'sqlite_%' AND tbl_name <> 'alembic_version'
"""
POSTGRESQL = """
    SELECT 'column', attrelid::regclass::text, attname,
        format_type(atttypid, atttypmod) || ' ' || attnotnull
        || coalesce(' ' || pg_get_expr(adbin, adrelid), '')
    FROM pg_attribute LEFT JOIN pg_attrdef ON (adrelid, adnum) = (attrelid, attnum)
    WHERE attnum > 0 AND attrelid::regclass::text IN
        (SELECT tablename FROM pg_tables WHERE schemaname = 'public')
    UNION ALL SELECT 'constraint', conrelid::regclass::text, conname, pg_get_constraintdef(oid)
    FROM pg_constraint WHERE connamespace = 'public'::regnamespace
    UNION ALL SELECT 'index', tablename, indexname, indexdef
    FROM pg_indexes WHERE schemaname = 'public'
    UNION ALL SELECT 'trigger', tgrelid::regclass::text, tgname, pg_get_triggerdef(oid)
    FROM pg_trigger WHERE NOT tgisinternal
    UNION ALL SELECT 'function', '', proname, pg_get_functiondef(oid)
    FROM pg_proc WHERE pronamespace = 'public'::regnamespace
"""
DIES = """
import os, signal, sys
from sqlalchemy import Engine, event
from models.database import upgrade

left = int(sys.argv[2])

@event.listens_for(Engine, "before_cursor_execute")
def count(connection, cursor, statement, *rest):
    global left
    left -= statement.lstrip().startswith("CREATE")
    if left < 0:
        os.kill(os.getpid(), signal.SIGKILL)

upgrade(sys.argv[1])
"""


def schema(url: str) -> set[tuple[str, ...]]:
    """Every table, column, constraint, index, trigger and function, as the database tells it."""
    engine = connect(url)
    query = SQLITE if engine.dialect.name == "sqlite" else POSTGRESQL
    with engine.connect() as connection:
        found = {tuple(map(as_written, row)) for row in connection.execute(text(query))}
    engine.dispose()
    return {in_no_order(row) for row in found if "alembic_version" not in row}


def as_written(part: object) -> str:
    # where Alembic makes a table of SQLite anew, it puts brackets around its defaults
    return " ".join(str(part).split()).replace('"', "").replace("DEFAULT ('')", "DEFAULT ''")


def in_no_order(row: tuple[str, ...]) -> tuple[str, ...]:
    """SQLite keeps a table as it was written; columns and constraints may stand in any order."""
    *name, definition = row
    if not definition.startswith("CREATE TABLE"):
        return row
    head, _, body = definition.partition("(")
    parts, depth = [""], 0
    for character in body.strip().removesuffix(")"):
        depth += {"(": 1, ")": -1}.get(character, 0)
        if character == "," and depth == 0:
            parts.append("")
        else:
            parts[-1] += character
    return (*name, head, *sorted(part.strip() for part in parts))


def differences(connection: Connection) -> list[object]:
    models.load()
    context = MigrationContext.configure(connection, opts={"compare_type": True})
    return list(compare_metadata(context, Base.metadata))


def test_the_migrations_make_exactly_what_the_records_say(
    request: pytest.FixtureRequest, database: str
) -> None:
    wanted = schema(database)
    empty = request.getfixturevalue("empty_database")

    upgrade(empty)

    assert schema(empty) == wanted
    assert {row[0] for row in wanted} > {"index", "trigger"}
    engine = connect(empty)
    with engine.connect() as connection:
        assert differences(connection) == []
    engine.dispose()


def test_an_upgrade_twice_keeps_what_is_there(empty_database: str) -> None:
    upgrade(empty_database)
    engine = connect(empty_database)
    with engine.begin() as connection:
        connection.execute(text("INSERT INTO products (name, category) VALUES ('蜂蜜', '')"))

    upgrade(empty_database)

    with engine.connect() as connection:
        assert connection.scalars(text("SELECT name FROM products")).all() == ["蜂蜜"]
    engine.dispose()


def test_the_way_down_leaves_nothing_and_the_way_up_is_open_again(empty_database: str) -> None:
    upgrade(empty_database)
    wanted = schema(empty_database)

    command.downgrade(migrations(empty_database), "base")

    assert schema(empty_database) == set()
    upgrade(empty_database)
    assert schema(empty_database) == wanted


@pytest.mark.parametrize("statements", [1, 40])
def test_a_migration_killed_half_way_leaves_the_database_as_it_was(
    request: pytest.FixtureRequest, database: str, statements: int
) -> None:
    wanted = schema(database)
    empty = request.getfixturevalue("empty_database")

    killed = subprocess.run(
        [sys.executable, "-c", DIES, empty, str(statements)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        check=False,
    )

    assert killed.returncode == -signal.SIGKILL
    assert schema(empty) == set()
    upgrade(empty)
    assert schema(empty) == wanted


def test_two_releases_at_once_migrate_once(empty_database: str) -> None:
    spawning = multiprocessing.get_context("spawn")
    releases = [spawning.Process(target=upgrade, args=(empty_database,)) for _ in range(2)]

    for release in releases:
        release.start()
    for release in releases:
        release.join()

    assert [release.exitcode for release in releases] == [0, 0]
    engine = connect(empty_database)
    assert inspect(engine).has_table("members")
    engine.dispose()


def test_there_is_one_line_of_migrations() -> None:
    scripts = ScriptDirectory.from_config(migrations("sqlite://"))

    assert len(scripts.get_heads()) == 1
    assert [r.revision for r in scripts.walk_revisions() if r.is_branch_point] == []
