"""The processes as whoever looks after them sees them: their lines, and what they count."""

from __future__ import annotations

import contextlib
import os
import re
import signal
from pathlib import Path

import orjson

from models import database as databases
from tests.processes import Processes, ask, eventually, procfile
from tests.servers import free_port

LOOKS = 40


def test_all_lines_are_json_and_all_workers_of_the_web_count_together(tmp_path: Path) -> None:
    address = f"sqlite:///{tmp_path / 'shop.db'}"
    databases.upgrade(address)
    processes = Processes(tmp_path, DATABASE_URL=address, LOG_FORMAT="json", TMPDIR=str(tmp_path))
    with contextlib.closing(processes):
        processes.start("web", procfile()["web"])
        processes.listening()
        started = counted(processes.port)
        for _ in range(LOOKS):
            assert ask(processes.port, "GET", "/healthz")[0] == 200
        assert counted(processes.port) == started + LOOKS
        [made] = tmp_path.glob("tuanyou-metrics-*")

        lines = [orjson.loads(line) for line in processes.logs().splitlines()]
        booted = [re.search(r"Booting worker with pid: (\d+)", each["event"]) for each in lines]
        pids = [int(match[1]) for match in booted if match]
        assert len(pids) == 2
        os.kill(pids[0], signal.SIGKILL)
        eventually(lambda: processes.logs().count("Booting worker") == 3, "another worker")
        assert counted(processes.port) >= started + LOOKS
        processes.stop()

    assert not made.exists()
    assert all("event" in orjson.loads(line) for line in processes.logs().splitlines())


def test_a_worker_tells_what_it_counts_on_a_port_of_its_own(tmp_path: Path) -> None:
    address = f"sqlite:///{tmp_path / 'shop.db'}"
    databases.upgrade(address)
    port = free_port()
    processes = Processes(tmp_path, DATABASE_URL=address, METRICS_PORT=str(port))
    with contextlib.closing(processes):
        processes.start("worker", procfile()["worker"])
        eventually(lambda: "worker_started" in processes.logs(), "it starts")
        assert ask(port, "GET", "/metrics")[0] == 200

        processes.start("scheduler", procfile()["scheduler"])
        eventually(lambda: "metrics_port_taken" in processes.logs(), "the second one says so")
        ended = processes.stop()

    assert {status for status, _ in ended.values()} == {0}


def counted(port: int) -> float:
    """How many requests to /healthz the web knows of."""
    _, page = ask(port, "GET", "/metrics")
    wanted = 'tuanyou_http_requests_total{route="/healthz",status="200"} '
    [line] = [line for line in page.splitlines() if line.startswith(wanted)]
    return float(line.removeprefix(wanted))
