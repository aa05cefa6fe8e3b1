"""How long the embedded shop takes from its start to its first answer.

The peer is what every shop on LINE's SDK has to wait for: importing the SDK,
Flask and SQLAlchemy. `python -m tests.benchmarks.first_answer` prints the ratio.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.processes import Phone, Processes, ask, emulator

ROUNDS = 5
PEER = "import linebot.v3.messaging, linebot.v3, flask, sqlalchemy"


def first_answer(folder: Path) -> float:
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
            return until_answered(mei) - began
        finally:
            processes.stop()


def until_answered(mei: Phone) -> float:
    mei.says("會員卡", hears="銅級")
    return time.perf_counter()


def imports() -> float:
    """Seconds to import what the peer stands on."""
    began = time.perf_counter()
    subprocess.run([sys.executable, "-c", PEER], check=True)
    return time.perf_counter() - began


def main() -> None:
    ours, peers = [], []
    for _ in range(ROUNDS):
        with tempfile.TemporaryDirectory() as folder:
            ours.append(first_answer(Path(folder)))
        peers.append(imports())
    one, other = statistics.median(ours), statistics.median(peers)
    print(f"first answer after {one:.2f} s, the imports alone {other:.2f} s: {one / other:.2f}x")


if __name__ == "__main__":
    main()
