"""Two releases on one database: the old one must be able to live with what the new changes."""

from __future__ import annotations

import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, inspect, text

from bot import startup
from models import database as databases
from tests.chaos.infrastructure import Running
from tests.test_migrations import DIES, ROOT, schema

BASELINE = "0007"  # from here on releases run side by side
GUEST = "source = 'guest'"  # rows that no release before wrote
ALLOWED = "In two steps:"  # begins the note of a migration whose first step was a release ago
NEXT = """
import sqlalchemy as sa
from alembic import op

revision, down_revision = "{next}", "{head}"


def upgrade():
    op.create_table("news", sa.Column("id", sa.Integer(), primary_key=True))
    op.add_column("members", sa.Column("nickname", sa.String(50)))
    op.add_column("outbox", sa.Column("tries", sa.Integer(), nullable=False, server_default="0"))
    op.create_index("ix_members_nickname", "members", ["nickname"])
"""
Tables = dict[str, dict[str, Any]]


def tables(url: str) -> Tables:
    """Of each table: its columns, and what its rows must fulfil."""
    engine = databases.connect(url)
    seen = inspect(engine)
    found = {
        name: {
            "columns": {each["name"]: each for each in seen.get_columns(name)},
            "rules": {
                *(str(each["sqltext"]) for each in seen.get_check_constraints(name)),
                *(str(each["column_names"]) for each in seen.get_unique_constraints(name)),
                *(_unique(each) for each in seen.get_indexes(name) if each["unique"]),
                *(str(each["constrained_columns"]) for each in seen.get_foreign_keys(name)),
            },
        }
        for name in seen.get_table_names()
        if name != "alembic_version"
    }
    engine.dispose()
    return found


def _unique(index: Any) -> str:
    where = index.get("dialect_options", {}).get("sqlite_where")
    return f"{index['column_names']}{f' where {where}' if where is not None else ''}"


def breaking(before: Tables, after: Tables) -> Iterator[str]:
    """What a release that knows only the tables of before could stumble over."""
    for name, table in before.items():
        if name not in after:
            yield f"{name} is gone"
            continue
        now, columns = after[name], after[name]["columns"]
        for column, was in table["columns"].items():
            if column not in columns:
                yield f"{name}.{column} is gone"
            elif str(columns[column]["type"]) != str(was["type"]):
                yield f"{name}.{column} is of another type"
            elif was["nullable"] and not columns[column]["nullable"]:
                yield f"{name}.{column} must be there now"
        for column in columns.keys() - table["columns"].keys():
            if not columns[column]["nullable"] and columns[column]["default"] is None:
                yield f"{name}.{column} must be there, and nobody fills it in"
        known = set(table["columns"])
        for rule in now["rules"] - table["rules"]:
            concerns = known & set(re.findall(r"\w+", rule)) and GUEST not in rule
            if concerns and not any(widened(was, rule) for was in table["rules"]):
                yield f"{name} has a new rule: {rule}"


def widened(was: str, now: str) -> bool:
    """Whether a rule lists all that another listed, and more: what was allowed still is."""
    old, new = (re.fullmatch(r"(\w+) IN \((.*)\)", rule) for rule in (was, now))
    if old is None or new is None or old[1] != new[1]:
        return False
    return set(re.findall(r"'[^']*'", old[2])) < set(re.findall(r"'[^']*'", new[2]))


def test_from_one_release_to_the_next_tables_only_gain(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'shop.db'}"
    scripts = ScriptDirectory.from_config(databases.migrations(url))
    steps = [each for each in scripts.walk_revisions() if each.revision > BASELINE][::-1]
    databases.upgrade(url, BASELINE)
    found = {}

    for step in steps:
        before = tables(url)
        databases.upgrade(url, step.revision)
        wrong = [] if ALLOWED in (step.doc or "") else list(breaking(before, tables(url)))
        found |= {step.revision: wrong} if wrong else {}

    assert found == {}


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ("DROP TABLE people", "people is gone"),
        ("ALTER TABLE people DROP COLUMN age", "people.age is gone"),
        ("ALTER TABLE people ADD COLUMN hat TEXT", None),
        ("ALTER TABLE people ADD COLUMN hat TEXT NOT NULL DEFAULT ''", None),
        ("CREATE INDEX ix_age ON people (age)", None),
        ("CREATE TABLE hats (id INTEGER PRIMARY KEY)", None),
        ("CREATE UNIQUE INDEX uq_age ON people (age)", "people has a new rule: ['age']"),
    ],
)
def test_what_an_old_release_stumbles_over_is_noticed(
    tmp_path: Path, change: str, told: str | None
) -> None:
    url = f"sqlite:///{tmp_path / 'shop.db'}"
    engine = databases.connect(url)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE people (id INTEGER PRIMARY KEY, age INTEGER)"))
    before = tables(url)
    with engine.begin() as connection:
        connection.execute(text(change))
    engine.dispose()

    assert list(breaking(before, tables(url))) == ([told] if told else [])


def next_release(folder: Path, url: str) -> Any:
    """Alembic's configuration of a release with one more migration than ours."""
    shutil.copytree(databases.MIGRATIONS, folder, ignore=shutil.ignore_patterns("__pycache__"))
    head = databases.newest()
    text = NEXT.format(head=head, next=f"{int(head) + 1:04}")
    (folder / "versions" / "next.py").write_text(text)
    config = databases.migrations(url)
    config.set_main_option("script_location", str(folder))
    return config


@pytest.mark.parametrize(
    ("was", "now", "allowed"),
    [
        ("kind IN ('a', 'b')", "kind IN ('a', 'b', 'c')", True),
        ("kind IN ('a', 'b')", "kind IN ('a', 'c')", False),
        ("kind IN ('a', 'b')", "topic IN ('a', 'b', 'c')", False),
        ("age > 0", "age > 1", False),
    ],
)
def test_a_rule_that_allows_more_is_nothing_to_stumble_over(was: str, now: str, allowed: bool):
    assert widened(was, now) is allowed


def test_a_shop_works_on_while_the_next_release_migrates(
    empty_database: str, tmp_path: Path
) -> None:
    databases.upgrade(empty_database)
    engine: Engine = databases.connect(empty_database)
    shop = Running(engine)

    with shop.working():
        time.sleep(0.7)
        databases.carry_out(next_release(tmp_path / "next", empty_database), "head")
        before = len(shop.line.taken)
        time.sleep(0.7)

    assert len(shop.line.taken) > before
    assert inspect(engine).has_table("news")
    books = shop.books()
    assert (books.lost, books.twice) == ({}, {})
    startup.check(engine)  # what is started anew is content, too
    engine.dispose()


@pytest.mark.parametrize("statements", [0, 5])
def test_a_migration_killed_half_way_keeps_the_data(
    request: pytest.FixtureRequest, database: str, statements: int
) -> None:
    wanted = schema(database)
    url = request.getfixturevalue("empty_database")
    databases.upgrade(url, BASELINE)
    engine = databases.connect(url)
    with engine.begin() as connection:
        connection.execute(text("INSERT INTO products (name, category) VALUES ('蜂蜜', '')"))
    old = schema(url)

    killed = subprocess.run(
        [sys.executable, "-c", DIES, url, str(statements)], cwd=ROOT, check=False
    )

    assert killed.returncode == -signal.SIGKILL
    assert schema(url) == old
    databases.upgrade(url)
    assert schema(url) == wanted
    with engine.connect() as connection:
        assert connection.scalars(text("SELECT name FROM products")).all() == ["蜂蜜"]
    engine.dispose()
