"""SQLite held by another process, or on a disk that is full: a named answer, nothing lost."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, event, text

from models import database
from tests.chaos.infrastructure import Running

HOLDS = """
import sqlite3, sys, time
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute("BEGIN IMMEDIATE")
print("held", flush=True)
time.sleep(float(sys.argv[2]))
connection.execute("ROLLBACK")
"""
MEGABYTE = 2**20


class Disk:
    """A small one: `fill` leaves no room on it, `clear` makes room again.

    Mounted in memory where we may mount; else SQLite itself refuses to grow,
    with the same error.
    """

    def __init__(self, folder: Path) -> None:
        self.folder, self.filler = folder, folder / "filler"
        self.full = False
        folder.mkdir()
        mount = ["mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", str(folder)]
        self.mounted = (
            os.geteuid() == 0
            and not subprocess.run(mount, capture_output=True, check=False).returncode
        )

    def fill(self, engine: Engine) -> None:
        self.full = True
        if not self.mounted:
            engine.dispose()  # the limit is each connection's own
            return
        with contextlib.suppress(OSError), self.filler.open("wb", buffering=0) as filler:
            while True:
                filler.write(bytes(4096))

    def clear(self, engine: Engine) -> None:
        self.full = False
        if self.mounted:
            self.filler.unlink()
        else:
            engine.dispose()

    def limit(self, connection: object, _record: object) -> None:
        if self.full and not self.mounted:
            pages = connection.execute("PRAGMA page_count").fetchone()[0]  # type: ignore[attr-defined]
            connection.execute(f"PRAGMA max_page_count = {pages}")  # type: ignore[attr-defined]

    def close(self) -> None:
        if self.mounted:
            subprocess.run(["umount", "-l", str(self.folder)], check=True)


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Disk]:
    made = Disk(tmp_path / "disk")
    yield made
    made.close()


@pytest.fixture
def path(sqlite_template: Path, disk: Disk) -> Path:
    return Path(shutil.copy(sqlite_template, disk.folder / "shop.db"))


@pytest.fixture
def engine(path: Path, disk: Disk) -> Iterator[Engine]:
    made = database.connect(f"sqlite:///{path}")
    event.listen(made, "connect", disk.limit)
    yield made
    made.dispose()


def in_order(shop: Running, engine: Engine) -> None:
    books = shop.books()
    assert (books.lost, books.twice) == ({}, {})
    assert len(shop.line.taken) > 10
    with engine.connect() as connection:
        assert connection.scalar(text("PRAGMA integrity_check")) == "ok"


@pytest.mark.parametrize("seconds", [3, pytest.param(10, marks=pytest.mark.slow)])
def test_held_by_another_process_it_is_waited_for(
    path: Path, engine: Engine, seconds: int
) -> None:
    shop = Running(engine)

    with shop.working():
        time.sleep(0.7)
        command = [sys.executable, "-c", HOLDS, str(path), str(seconds)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as holder:
            assert holder.stdout is not None
            holder.stdout.readline()
            before = len(shop.line.taken)
        time.sleep(0.7)

    assert shop.answers() <= {200, 503}
    assert len(shop.line.taken) > before
    in_order(shop, engine)


def test_a_full_disk_is_said_and_the_shop_goes_on_when_there_is_room(
    engine: Engine, disk: Disk
) -> None:
    shop = Running(engine)

    with shop.working():
        time.sleep(0.7)
        disk.fill(engine)
        time.sleep(0.7)
        shop.answers()
        time.sleep(1.5)
        assert 503 in shop.answers()
        disk.clear(engine)
        time.sleep(0.7)

    assert 200 in shop.answers()
    in_order(shop, engine)
