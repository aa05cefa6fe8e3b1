"""A process that dies at a chosen moment: at a statement, before a commit, or after it.

What was open is rolled back, as a database does for a client that is gone;
nothing else of the work goes on.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Engine, event
from sqlalchemy.orm import Session, sessionmaker


class Died(BaseException):
    """No `except Exception` gets to see it, as nothing sees a kill."""


class Crashes:
    """Counts the moments at which the work of this thread could end, and ends it at one.

    `committed` tells whether the last work that was killed had got past a commit.
    """

    def __init__(self, engine: Engine, sessions: sessionmaker[Session]) -> None:
        self._moment, self._fatal, self._thread = 0, 0, 0
        self.committed = False
        event.listen(engine, "before_cursor_execute", self._execute)
        event.listen(engine, "commit", self._pass)
        event.listen(sessions, "after_commit", self._commit)

    def moments(self, work: Callable[[], object]) -> int:
        """How many moments the work has."""
        with self._watching(0):
            work()
        return self._moment

    def kill(self, work: Callable[[], object], moment: int) -> bool:
        """Do the work up to a moment; whether it died of it."""
        try:
            with self._watching(moment):
                work()
        except Died:
            return True
        return False

    @contextmanager
    def _watching(self, fatal: int) -> Iterator[None]:
        self._moment, self._fatal, self._thread = 0, fatal, threading.get_ident()
        self.committed = False
        try:
            yield
        finally:
            self._thread = 0

    def _execute(self, _connection: object, cursor: Any, *_: object) -> None:
        try:
            self._pass()
        except Died:
            cursor.close()
            raise

    def _commit(self, *_: object) -> None:
        self.committed = self.committed or threading.get_ident() == self._thread
        self._pass()

    def _pass(self, *_: object) -> None:
        if threading.get_ident() != self._thread:
            return
        self._moment += 1
        if self._moment == self._fatal:
            raise Died
