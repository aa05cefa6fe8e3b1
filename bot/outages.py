"""What this process cannot do for the moment: told once when it begins, and once when it is over.

A database that is away, or a disk that is full, fails every part of a process
several times a second. One line says so, whoever met it first.
"""

from __future__ import annotations

import sqlite3
import threading
import time
from dataclasses import dataclass, field

import structlog
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from bot import metrics

log = structlog.get_logger()

SENTENCES = {
    "database": "the database cannot be reached; it is tried again until it can",
    "disk_full": "the disk under the database is full: make room; nothing is lost meanwhile",
}
FULL = {"53100"}  # PostgreSQL's code


@dataclass
class Outage:
    """Since when, by the machine's own timer, who meets it, and how often it was met."""

    since: float = field(default_factory=time.monotonic)
    parts: set[str] = field(default_factory=set)
    met: int = 0


class Outages:
    """The outages of one process, by kind: `database`, `disk_full`, or a part of ours."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._lasting: dict[str, Outage] = {}

    def failed(self, part: str, error: BaseException) -> None:
        """A part of this process could not do its work because of this."""
        kind = kind_of(error) or part
        with self._lock:
            first = kind not in self._lasting
            outage = self._lasting.setdefault(kind, Outage())
            outage.parts.add(part)
            outage.met += 1
        if first:
            metrics.count("outages", kind=kind)
            log.error(
                "alert",
                kind=kind,
                sentence=SENTENCES.get(kind, f"{part} fails and is tried again"),
                part=part,
                error=type(error).__name__,
                exc_info=None if kind in SENTENCES else error,
            )

    def worked(self, part: str) -> None:
        """This part does its work again; an outage that nobody meets any more is over."""
        if not self._lasting:
            return
        with self._lock:
            over = []
            for kind, outage in list(self._lasting.items()):
                outage.parts.discard(part)
                if not outage.parts:
                    over.append((kind, self._lasting.pop(kind)))
        for kind, outage in over:
            seconds = round(time.monotonic() - outage.since, 1)
            log.info("alert_over", kind=kind, seconds=seconds, failures=outage.met)

    @property
    def kinds(self) -> set[str]:
        """What cannot be done at present."""
        return set(self._lasting)


HERE = Outages()


def kind_of(error: BaseException | None) -> str | None:
    """`disk_full` or `database`, if one of them is behind the error."""
    while error is not None:
        if isinstance(error, DBAPIError) and _full(error):
            return "disk_full"
        if isinstance(error, OperationalError | PoolTimeout):
            return "database"
        if isinstance(error, DBAPIError) and error.connection_invalidated:
            return "database"
        error = error.__cause__ or error.__context__
    return None


def _full(error: DBAPIError) -> bool:
    if isinstance(error.orig, sqlite3.Error):
        code = getattr(error.orig, "sqlite_errorcode", None)
        return code in {sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR_WRITE}
    return getattr(error.orig, "sqlstate", None) in FULL
