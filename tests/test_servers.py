"""The tests' own ground: databases of their own, real servers, no way off the machine."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psycopg
import pytest
import redis
from sqlalchemy import Engine, inspect, text

from tests import network, servers


@pytest.mark.parametrize("turn", [1, 2])
def test_what_one_test_makes_the_next_does_not_find(engine: Engine, turn: int) -> None:
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE left_behind (id INTEGER)"))

    assert inspect(engine).has_table("left_behind")


def test_a_test_begins_with_every_table_and_no_row(engine: Engine) -> None:
    with engine.begin() as connection:
        assert connection.scalar(text("SELECT count(*) FROM members")) == 0


def test_the_empty_database_has_no_table(empty_database: str) -> None:
    from models.database import connect

    engine = connect(empty_database)

    assert inspect(engine).get_table_names() == []
    engine.dispose()


@pytest.mark.parametrize("turn", [1, 2])
def test_redis_begins_empty(redis_url: str, turn: int) -> None:
    with redis.Redis.from_url(redis_url) as client:
        assert client.keys() == []
        client.set("left behind", turn)


@pytest.mark.parametrize("mode", ["fast", "immediate"])
def test_postgresql_keeps_what_was_committed_through_a_restart(folder: Path, mode: str) -> None:
    server = servers.Postgres(folder / f"restarted-{mode}")
    server.start()
    with psycopg.connect(server.url()) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 1 AS n")

    server.restart(mode)

    with psycopg.connect(server.url()) as connection:
        assert connection.execute("SELECT n FROM kept").fetchone() == (1,)
    server.close()
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(server.url())


def test_redis_can_hang_and_come_back_empty(folder: Path) -> None:
    server = servers.Redis(folder / "hanging")
    server.start()
    with redis.Redis.from_url(server.url, socket_timeout=0.1) as client:
        client.set("key", "value")
        server.pause()
        with pytest.raises(redis.TimeoutError):
            client.get("key")
        server.resume()
    with redis.Redis.from_url(server.url) as client:
        assert client.get("key") == b"value"
        server.stop()
        with pytest.raises(redis.ConnectionError):
            client.get("key")
        server.start()
        assert client.get("key") is None
    server.close()


def test_the_server_ends_with_whoever_started_it(folder: Path) -> None:
    program = (
        "import sys, time; from pathlib import Path; from tests.servers import Redis\n"
        "server = Redis(Path(sys.argv[1])); server.start(); print(server.url, flush=True)\n"
        "time.sleep(60)"
    )
    command = [sys.executable, "-c", program, str(folder / "orphan")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as owner:
        assert owner.stdout is not None
        url = owner.stdout.readline().strip()
        os.kill(owner.pid, signal.SIGKILL)
    deadline = time.monotonic() + 10
    with redis.Redis.from_url(url) as client:
        while answers(client) and time.monotonic() < deadline:
            time.sleep(0.05)

        assert not answers(client)


def answers(client: redis.Redis) -> bool:
    try:
        return bool(client.ping())
    except redis.ConnectionError:
        return False


@pytest.mark.parametrize(
    ("event", "arguments"),
    [
        ("socket.connect", (None, ("203.0.113.1", 443))),
        ("socket.connect", (None, ("2001:db8::1", 443, 0, 0))),
        ("socket.sendto", (None, ("203.0.113.1", 53))),
        ("socket.getaddrinfo", ("api.line.me", 443, 0, 0, 0)),
        ("socket.gethostbyname", ("api.line.me",)),
    ],
)
def test_a_way_out_is_refused_and_remembered(event: str, arguments: tuple[object, ...]) -> None:
    watch = network.Watch()

    with pytest.raises(network.LeftTheMachine):
        watch(event, arguments)

    assert len(watch.attempts) == 1


@pytest.mark.parametrize(
    ("event", "arguments"),
    [
        ("socket.connect", (None, ("127.0.0.1", 8000))),
        ("socket.connect", (None, ("::1", 8000, 0, 0))),
        ("socket.connect", (None, "/run/postgresql/.s.PGSQL.5432")),
        ("socket.getaddrinfo", ("localhost", 8000, 0, 0, 0)),
        ("socket.getaddrinfo", (b"127.0.0.1", 8000, 0, 0, 0)),
        ("open", ("/etc/hosts", "r", 0)),
    ],
)
def test_this_machine_may_be_reached(event: str, arguments: tuple[object, ...]) -> None:
    watch = network.Watch()

    watch(event, arguments)

    assert watch.attempts == []
