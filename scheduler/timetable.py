"""The APScheduler process: ticks only. What is due, the database knows.

Jobs live in memory with explicit ids and run one at a time; a tick that comes
late is run, and several that are late are run once. That the process is alive
is shown by a timer beside them, so that a long tick is no silence.
"""

from __future__ import annotations

import random
import threading

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.jobstores.memory import MemoryJobStore
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.interval import IntervalTrigger

from bot.heartbeat import Heartbeat, Progress
from bot.outages import HERE
from bot.runtime import Runtime
from models.base import TAIPEI
from scheduler.tick import tick

TICK_SECONDS = 30


def run(runtime: Runtime, stop: threading.Event) -> None:
    """Tick until `stop`, then let the tick at hand finish."""
    progress = Progress()
    beating = Heartbeat(runtime.sessions, runtime.clock, "scheduler", stuck=lambda: progress.stuck)
    heart = threading.Thread(target=beating.run, args=[stop], name="heartbeat", daemon=True)
    scheduler = build(runtime, progress)
    scheduler.start()
    heart.start()
    stop.wait()
    scheduler.shutdown(wait=True)
    heart.join()


def build(runtime: Runtime, progress: Progress | None = None) -> BackgroundScheduler:
    """A scheduler with the one tick; the first comes at once."""
    scheduler = BackgroundScheduler(
        jobstores={"default": MemoryJobStore()},
        executors={"default": ThreadPoolExecutor(1)},
        job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
        timezone=TAIPEI,
    )
    # several schedulers should not all knock at the same second
    jitter = random.uniform(0, 5)  # noqa: S311
    scheduler.add_job(
        strike,
        IntervalTrigger(seconds=TICK_SECONDS, jitter=jitter, timezone=TAIPEI),
        id="tick",
        args=[runtime, progress],
        next_run_time=runtime.clock().astimezone(TAIPEI),
    )
    return scheduler


def strike(runtime: Runtime, progress: Progress | None = None) -> None:
    """One tick; a database that is away is told of and tried again with the next."""
    try:
        done = tick(
            runtime.sessions,
            now=runtime.clock(),
            programme=runtime.programme,
            progress=progress,
            quiet=runtime.settings.quiet_hours,
        )
    except Exception as error:
        HERE.failed("tick", error)
        return
    HERE.worked("tick")
    if done.plans:
        runtime.wakeups.ring("outbox")
