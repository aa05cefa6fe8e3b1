"""A grown shop for benchmarks: its processes as the Procfile starts them, members in its books."""

from __future__ import annotations

import contextlib
import signal
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import psutil
import psycopg

from tests.benchmarks import shop_data
from tests.benchmarks.frame import Bench
from tests.processes import Processes, procfile


def members(url: str, *, members: int, orders: int) -> None:
    """Fill a database with members who have bought before; nothing is due to be sent."""
    shop_data.fill(url, members=members, orders=orders, now=datetime.now(UTC))
    with psycopg.connect(url) as connection:
        connection.execute("UPDATE members SET name = 'M' || id WHERE name = ''")


def friends(url: str, count: int) -> list[str]:
    """LINE ids of members who were told what the shop does with their data."""
    query = (
        "SELECT line_user_id FROM members WHERE is_friend AND line_user_id IS NOT NULL"
        " AND noticed_version IS NOT NULL ORDER BY line_user_id LIMIT %s"
    )
    with psycopg.connect(url) as connection:
        return [row[0] for row in connection.execute(query, [count])]


@contextlib.contextmanager
def shop(folder: Path, *, workers: int = 0, **settings: str) -> Iterator[Processes]:
    """Web and so many workers from the Procfile's commands, ready to be called."""
    processes, commands = Processes(folder, QUIET_HOURS="", **settings), procfile()
    processes.start("web", commands["web"])
    for number in range(workers):
        processes.start(f"worker{number}", commands["worker"])
    try:
        processes.listening()
        yield processes
        processes.stop()
    finally:
        processes.close()


def kill(processes: Processes, name: str) -> None:
    """SIGKILL for a process and for all that it started."""
    process = processes.running.pop(name)
    family = [psutil.Process(process.pid), *psutil.Process(process.pid).children(recursive=True)]
    for each in family:
        with contextlib.suppress(psutil.NoSuchProcess):
            each.send_signal(signal.SIGKILL)
    process.wait()


def line_setting(port: int) -> dict[str, str]:
    return {"LINE_API_BASE": f"http://127.0.0.1:{port}"}


__all__ = ["Bench", "friends", "kill", "line_setting", "members", "shop"]
