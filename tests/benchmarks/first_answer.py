"""How long the embedded shop takes from its start to its first answer.

The peer is what every shop on LINE's SDK has to wait for: importing the SDK,
Flask and SQLAlchemy.
"""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

from tests.benchmarks.frame import Bench, benchmark
from tests.benchmarks.table import Row, ratio_at_most, rounds
from tests.processes import Processes, ask, emulator

PEER = "import linebot.v3.messaging, linebot.v3, flask, sqlalchemy"


@benchmark("first_answer")
def first_answer(bench: Bench) -> list[Row]:
    def measure() -> tuple[float, float]:
        return answered(bench.room("first_answer")), imported()

    if not bench.short:
        measure()  # so that nobody has to read the disk for the first time
    ours, peer = rounds(bench.rounds, measure)
    what = "start to first answer, embedded"
    against = "importing line-bot-sdk, Flask, SQLAlchemy"
    return [Row(what, " s", ours, [ratio_at_most(1.5)], peer=peer, against=against)]


def answered(folder: Path) -> float:
    """Seconds from the start of a shop that has its tables to the card a member reads."""
    processes = Processes(folder, DATABASE_URL=f"sqlite:///{folder / 'shop.db'}")
    with emulator(processes.port) as (port, phone):
        processes.settings["LINE_API_BASE"] = f"http://127.0.0.1:{port}"
        processes.run("flask db upgrade")
        mei = phone("小美")
        ask(port, "POST", f"/_emulator/people/{mei.id}/follow", {})
        mei.hears()
        began = time.perf_counter()
        processes.start("serve", "flask --app app serve")
        try:
            processes.listening()
            mei.says("會員卡", hears="銅級")
            return time.perf_counter() - began
        finally:
            processes.stop()


def imported() -> float:
    """Seconds to import what the peer stands on."""
    began = time.perf_counter()
    subprocess.run([sys.executable, "-c", PEER], check=True)
    return time.perf_counter() - began
