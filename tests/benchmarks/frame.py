"""Where benchmarks join, and what each is given: sizes, servers of its own, a folder.

A benchmark is one decorated function in a module of this folder:

    @benchmark("planning")
    def planning(bench: Bench) -> list[Row]: ...

It runs in two sizes: in full, and in a short form that a test runs so that the
code keeps working. It starts its peers itself, in the same run.
"""

from __future__ import annotations

import contextlib
import importlib
import os
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

import psycopg

import models.database
from tests import databases, servers
from tests.benchmarks.table import Row

# As a shop would run it on a machine of its own; every answered event is on the disk
DURABLE = {
    "fsync": "on",
    "full_page_writes": "on",
    "synchronous_commit": "on",
    "wal_level": "replica",
    "shared_buffers": "2GB",
    "effective_cache_size": "8GB",
    "work_mem": "32MB",
    "maintenance_work_mem": "256MB",
    "max_wal_size": "8GB",
    "random_page_cost": "1.1",
    "autovacuum": "on",
    "dynamic_shared_memory_type": "posix",
}
ROUNDS = 3
Size = TypeVar("Size", int, float)
Benchmark = Callable[["Bench"], list[Row]]
BENCHMARKS: dict[str, Benchmark] = {}


def benchmark(name: str) -> Callable[[Benchmark], Benchmark]:
    """Register what measures some rows of the table."""

    def register(function: Benchmark) -> Benchmark:
        known = BENCHMARKS.get(name)
        assert known is None or known.__module__ == function.__module__, f"two called {name}"
        BENCHMARKS[name] = function
        return function

    return register


def load() -> None:
    """Import every module of this folder, so that all have registered."""
    for path in sorted(Path(__file__).parent.glob("*.py")):
        if not path.stem.startswith(("__", "test_")):
            importlib.import_module(f"tests.benchmarks.{path.stem}")


class Bench:
    """What a benchmark works with. Servers start with the first that asks for them."""

    def __init__(
        self,
        folder: Path,
        *,
        short: bool = False,
        rounds: int = ROUNDS,
        postgres: str | None = None,
        redis: str | None = None,
    ) -> None:
        """`postgres` and `redis` are urls of servers that run already."""
        self.folder, self.short, self.rounds = folder, short, 1 if short else rounds
        self._opened = contextlib.ExitStack()
        self._postgres, self._redis = postgres, redis
        self._cluster: databases.Cluster | None = None
        self._shared: dict[str, str] = {}

    def size(self, full: Size, short: Size) -> Size:
        """How many, or how long: in full, and in the short form."""
        return short if self.short else full

    @contextlib.contextmanager
    def database(self) -> Iterator[str]:
        """The url of an empty PostgreSQL database with every table; dropped afterwards."""
        with self.cluster.fresh() as url:
            yield url

    def shared(self, name: str, fill: Callable[[str], None]) -> str:
        """The url of a database that is filled once and kept until all benchmarks are done."""
        if name not in self._shared:
            url = self._opened.enter_context(self.cluster.fresh())
            fill(url)
            self._shared[name] = url
        return self._shared[name]

    @property
    def cluster(self) -> databases.Cluster:
        if self._cluster is None:
            if self._postgres is None:
                own = servers.Postgres(self.folder / "pg", DURABLE)
                self._opened.callback(own.close)
                own.start()
                self._postgres = own.url()
            opened = databases.Cluster(self._postgres, f"bench_{os.getpid()}")
            self._cluster = self._opened.enter_context(contextlib.closing(opened))
            # as a release would, so that real processes may start on it
            models.database.upgrade(opened.url(opened.template))
        return self._cluster

    @property
    def redis(self) -> str:
        """The url of a Redis."""
        if self._redis is None:
            own = servers.Redis(self.folder / "redis")
            self._opened.callback(own.close)
            own.start()
            self._redis = own.url
        return self._redis

    def postgres_version(self) -> str:
        """What the cluster's server calls itself."""
        with psycopg.connect(self.cluster.url("postgres")) as connection:
            return connection.execute("SHOW server_version").fetchone()[0]  # type: ignore[index]

    def room(self, name: str) -> Path:
        """A folder of its own, emptied."""
        path = self.folder / name
        shutil.rmtree(path, ignore_errors=True)
        path.mkdir()
        return path

    def say(self, sentence: str) -> None:
        """Progress, for whoever waits."""
        if not self.short:
            print(sentence, file=sys.stderr, flush=True)

    def close(self) -> None:
        self._opened.close()


@contextlib.contextmanager
def opened(*, rounds: int = ROUNDS, short: bool = False) -> Iterator[Bench]:
    """A bench with servers of its own, whose data lies on a disk."""
    folder = servers.temporary_folder(on_disk=True)
    bench = Bench(folder, short=short, rounds=rounds)
    try:
        yield bench
    finally:
        bench.close()
        shutil.rmtree(folder, ignore_errors=True)
