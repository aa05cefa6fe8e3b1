"""PostgreSQL restarted, gone for a while or cutting everybody off: nothing lost or twice."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import Engine

from models import database
from tests import servers
from tests.chaos.infrastructure import Running

EVERYBODY = """
    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE pid <> pg_backend_pid() AND backend_type = 'client backend'
"""


@pytest.fixture(scope="module")
def server(folder: Path) -> Iterator[servers.Postgres]:
    found = servers.Postgres(folder / "in-trouble")
    found.start()
    yield found
    found.close()


@pytest.fixture
def engine(server: servers.Postgres) -> Iterator[Engine]:
    """On a server that may be stopped, with every table and nothing else."""
    with psycopg.connect(server.url(), autocommit=True) as admin:
        admin.execute("DROP SCHEMA public CASCADE")
        admin.execute("CREATE SCHEMA public")
    made = database.connect(server.url())
    database.create_all(made)
    yield made
    made.dispose()


def in_order(shop: Running) -> None:
    books = shop.books()
    assert (books.lost, books.twice) == ({}, {})
    assert len(shop.line.taken) > 10


def test_everybody_cut_off_again_and_again_loses_nothing(
    server: servers.Postgres, engine: Engine
) -> None:
    shop, cut = Running(engine), 0

    with shop.working(), psycopg.connect(server.url(), autocommit=True) as admin:
        for _ in range(6):
            time.sleep(0.3)
            cut += len(admin.execute(EVERYBODY).fetchall())

    assert cut >= 6
    in_order(shop)


@pytest.mark.parametrize("mode", ["immediate", pytest.param("fast", marks=pytest.mark.slow)])
def test_a_restart_loses_nothing(server: servers.Postgres, engine: Engine, mode: str) -> None:
    shop = Running(engine)

    with shop.working():
        time.sleep(0.7)
        server.restart(mode)
        time.sleep(0.7)

    in_order(shop)


@pytest.mark.parametrize("seconds", [3, pytest.param(30, marks=pytest.mark.slow)])
def test_line_is_told_to_come_again_while_it_is_away(
    server: servers.Postgres, engine: Engine, seconds: int
) -> None:
    shop = Running(engine)

    with shop.working():
        time.sleep(0.7)
        server.stop("immediate")
        time.sleep(0.5)
        shop.answers()
        time.sleep(seconds)
        assert shop.answers() == {503}
        server.start()

    assert shop.answers() >= {200}
    in_order(shop)
