"""One night of the shop in a process of its own: `python -m tests.benchmarks.nightly_run URL NOW`.

Prints as JSON how many seconds it took from the first statement to the last
commit, and the most memory the process ever had, in MB.
"""

from __future__ import annotations

import sys
import time
from datetime import datetime
from pathlib import Path

import orjson
from sqlalchemy.orm import Session, sessionmaker

import models.database
from models.programme import Programme, load
from scheduler import jobs
from tests.benchmarks.shop_data import SECRET

CHORES = (jobs.review_tiers, jobs.review_members)


def night(sessions: sessionmaker[Session], *, now: datetime, programme: Programme) -> float:
    """Both chores part by part, each part committed, as a tick does it; the seconds it took."""
    began = time.perf_counter()
    for chore in CHORES:
        note = None
        while note is None:
            with sessions.begin() as session:
                note = chore(session, now, programme)
    return time.perf_counter() - began


def peak_memory() -> float:
    """The most that this process ever held, in MB; getrusage would tell its parent's too."""
    status = Path("/proc/self/status").read_text()
    [line] = [line for line in status.splitlines() if line.startswith("VmHWM")]
    return int(line.split()[1]) / 1024


def main() -> None:
    url, now = sys.argv[1], datetime.fromisoformat(sys.argv[2])
    engine = models.database.connect(url)
    programme = load(None)
    engine.connect().close()
    seconds = night(models.database.sessions(engine, SECRET), now=now, programme=programme)
    engine.dispose()
    most = peak_memory()
    print(orjson.dumps({"seconds": seconds, "megabytes": most}).decode())


if __name__ == "__main__":
    main()
