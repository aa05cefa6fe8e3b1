"""Many who do the same at the same time, in several processes, behind a barrier.

Processes are forked from one that has imported everything and opened nothing,
because a connection must not be shared; what they do is a function of a module.
"""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from functools import partial
from multiprocessing.synchronize import Barrier
from threading import BrokenBarrierError
from typing import Any, TypeVar

from sqlalchemy import event
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session, sessionmaker

import models.database

SECONDS = 1700
Answer = TypeVar("Answer")
Meet = Callable[[], object]
Work = Callable[..., Answer]

_barrier: Barrier | None = None


def rush(work: Work[Answer], crowd: tuple[int, int], *given: Any) -> list[Answer]:
    """What `work(number, meet, *given)` answers to each of a crowd: (processes, threads in each).

    `meet()` waits for all the others. One that fails fails the test.
    """
    processes, threads = crowd
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.chaos.limited", "tests.chaos.effects"])
    barrier = context.Barrier(processes * threads)
    with ProcessPoolExecutor(processes, context, initializer=_join, initargs=(barrier,)) as pool:
        asked = [
            pool.submit(_work, work, range(first, first + threads), given)
            for first in range(0, processes * threads, threads)
        ]
        errors = [process.exception(SECONDS) for process in asked]
        for error in errors:
            if error is not None and not isinstance(error, BrokenBarrierError):
                raise error
        return [answer for process in asked for answer in process.result()]


def shop(url: str, secret: str) -> sessionmaker[Session]:
    """Sessions of one of the crowd; the disk need not survive a power cut."""
    engine = models.database.connect(url)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _quick)
    return models.database.sessions(engine, secret)


def _quick(connection: Any, _record: object) -> None:
    connection.execute("PRAGMA synchronous = OFF")


def _join(barrier: Barrier) -> None:
    global _barrier  # noqa: PLW0603 - a barrier is inherited, it cannot be sent
    _barrier = barrier


def _work(work: Work[Answer], numbers: range, given: tuple[Any, ...]) -> list[Answer]:
    assert _barrier is not None
    meet = partial(_barrier.wait, SECONDS)

    def one(number: int) -> Answer:
        try:
            return work(number, meet, *given)
        except BaseException:
            _barrier.abort()  # or the others would wait for this one
            raise

    with ThreadPoolExecutor(len(numbers)) as threads:
        return list(threads.map(one, numbers))


def patiently(sessions: sessionmaker[Session], act: Callable[[Session], Answer]) -> Answer:
    """What `act` answers in a session of its own; again if it waited too long for a lock.

    So many processes on one SQLite file, or on a busy machine, may wait longer
    than a shop has them wait; then nothing was done, and whoever asked asks again.
    """
    while True:
        with sessions() as session:
            try:
                return act(session)
            except OperationalError:
                session.rollback()
