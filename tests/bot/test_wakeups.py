"""Wake-ups: a hint that comes at once where it can, and is never missed where it cannot."""

from __future__ import annotations

import statistics
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import redis
from sqlalchemy import Engine, create_engine

from bot.wakeup_channels import PostgresChannel, RedisChannel, channel
from bot.wakeups import Channel, Wakeups
from tests import servers

SOON = 0.05  # seconds, at the median
NEVER = 0.3
Process = Callable[[], Wakeups]


@pytest.fixture(params=["redis", "postgresql"])
def carried(request: pytest.FixtureRequest) -> Iterator[Callable[[], Channel]]:
    """Makes the channel of one more process."""
    if request.param == "redis":
        url = request.getfixturevalue("redis_url")
        yield lambda: RedisChannel(url)
        return
    made: list[Engine] = []

    def connect() -> Channel:
        from models import database

        made.append(database.connect(url))
        return PostgresChannel(made[-1])

    with request.getfixturevalue("cluster").fresh() as url:
        yield connect
        for engine in made:
            engine.dispose()


@pytest.fixture
def process(carried: Callable[[], Channel]) -> Iterator[Process]:
    """Makes the wake-ups of one more process."""
    made: list[Wakeups] = []

    def make() -> Wakeups:
        made.append(Wakeups(carried()))
        return made[-1]

    yield make
    for wakeups in made:
        wakeups.close()


@pytest.fixture
def own(tmp_path: Path) -> Iterator[servers.Redis]:
    """A Redis that may be broken."""
    server = servers.Redis(tmp_path / "redis")
    server.start()
    yield server
    server.close()


def listening(web: Wakeups, worker: Wakeups, seconds: float = 20.0) -> bool:
    """Ring until it is heard: whoever waits for the first time has yet to subscribe."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        web.ring("inbox")
        if worker.wait("inbox", 0.1):
            worker.wait("inbox", 0.1)
            return True
    return False


def test_a_bell_rung_in_one_process_is_heard_at_once_in_another(process: Process) -> None:
    web, worker = process(), process()
    assert listening(web, worker)
    took = []
    for _ in range(20):
        began = time.monotonic()
        web.ring("inbox")
        assert worker.wait("inbox", 5)
        took.append(time.monotonic() - began)

    print(f"woken after {statistics.median(took) * 1000:.1f} ms at the median")
    assert statistics.median(took) < SOON


def test_every_bell_is_its_own(process: Process) -> None:
    web, worker = process(), process()
    assert listening(web, worker)

    web.ring("outbox")

    assert not worker.wait("inbox", NEVER)
    assert worker.wait("outbox", 5)


def test_what_is_rung_here_wakes_nobody_elsewhere(process: Process) -> None:
    one, other = process(), process()
    assert listening(one, other)

    one.ring_here("outbox")

    assert one.wait("outbox", 5)
    assert not other.wait("outbox", NEVER)


def test_a_command_that_ends_at_once_has_told_the_others(process: Process) -> None:
    web, worker = process(), process()
    assert listening(web, worker)
    command = process()

    command.ring("outbox")
    command.close()

    assert worker.wait("outbox", 5)


def test_without_a_channel_a_bell_is_heard_in_its_own_process() -> None:
    wakeups = Wakeups()

    threading.Timer(0.05, wakeups.ring, ["inbox"]).start()

    assert wakeups.wait("inbox", 5)
    assert not wakeups.wait("inbox", 0.05)


@pytest.mark.parametrize("fault", ["stopped", "hung"])
def test_a_broken_redis_delays_nobody(own: servers.Redis, fault: str) -> None:
    web, worker = Wakeups(RedisChannel(own.url)), Wakeups(RedisChannel(own.url))
    assert listening(web, worker)
    own.pause() if fault == "hung" else own.stop()

    began = time.monotonic()
    for _ in range(100):
        web.ring("inbox")
    assert time.monotonic() - began < 0.5
    assert web.wait("inbox", 5)
    assert not worker.wait("inbox", NEVER)
    assert time.monotonic() - began < 2

    if fault == "hung":
        own.resume()
    for wakeups in (web, worker):
        wakeups.close()


def test_a_redis_that_comes_back_is_used_again(
    own: servers.Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.wakeups.REST", 0.2)
    web, worker = Wakeups(RedisChannel(own.url)), Wakeups(RedisChannel(own.url))
    assert listening(web, worker)

    own.stop()
    web.ring("inbox")
    own.start()

    assert listening(web, worker)
    with redis.Redis.from_url(own.url) as client:
        client.flushall()
    assert listening(web, worker)
    for wakeups in (web, worker):
        wakeups.close()


def test_a_shop_on_sqlite_needs_no_channel_and_any_shop_uses_its_redis() -> None:
    sqlite = create_engine("sqlite://")

    assert channel(None, sqlite) is None
    assert isinstance(channel("redis://127.0.0.1:1/0", sqlite), RedisChannel)
    sqlite.dispose()
