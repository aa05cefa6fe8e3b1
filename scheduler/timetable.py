"""The APScheduler process: ticks only. What is due, the database knows.

Jobs live in memory with explicit ids and run one at a time; a tick that comes
late is run, and several that are late are run once.
"""

from __future__ import annotations

import random
import threading

import structlog
from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.jobstores.memory import MemoryJobStore
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.interval import IntervalTrigger

from bot.runtime import Runtime
from models.base import TAIPEI
from scheduler.tick import tick

log = structlog.get_logger()

TICK_SECONDS = 30


def run(runtime: Runtime, stop: threading.Event) -> None:
    """Tick until `stop`, then let the tick at hand finish."""
    scheduler = build(runtime)
    scheduler.start()
    stop.wait()
    scheduler.shutdown(wait=True)


def build(runtime: Runtime) -> BackgroundScheduler:
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
        args=[runtime],
        next_run_time=runtime.clock().astimezone(TAIPEI),
    )
    return scheduler


def strike(runtime: Runtime) -> None:
    """One tick; a database that is away is told of and tried again with the next."""
    try:
        done = tick(runtime.sessions, now=runtime.clock(), programme=runtime.programme)
    except Exception as error:
        log.exception("tick_failed", error=type(error).__name__)
        return
    if done.plans:
        runtime.wakeups.ring("outbox")
