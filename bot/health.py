"""GET /healthz: the process answers. GET /readyz: the shop works, or says what does not.

Whether it works is read from the database alone, where every process writes
what it knows; LINE is not asked, and nothing here waits for a writer.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from flask import Blueprint, Response, current_app, jsonify
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from bot.heartbeat import STUCK, STUCK_MARK
from bot.runtime import Runtime
from models import database
from models.talk import alerts, backlog, inbox, job_runs, outbox_holds, quota

BACKLOG = timedelta(seconds=60)
SILENCE = timedelta(seconds=45)
# faults that somebody found and put on record until they are over
TOLD = {"token", "clock", "ledger"}
MEBI = 1024 * 1024

blueprint = Blueprint("health", __name__)


class Fault(NamedTuple):
    """What is wrong: a code for programs, which never changes, and a sentence for people."""

    code: str
    sentence: str

    def __str__(self) -> str:
        return f"{self.code}: {self.sentence}"


@blueprint.get("/healthz")
def healthz() -> Response:
    """Alive."""
    return Response("ok\n", mimetype="text/plain")


@blueprint.get("/readyz")
def readyz() -> tuple[Response, int]:
    """200 if nothing is wrong, else 503 and what is."""
    runtime: Callable[[], Runtime] = current_app.extensions["runtime"]
    faults = check(runtime())
    told = {
        "ready": not faults,
        "faults": [str(fault) for fault in faults],
        "codes": [fault.code for fault in faults],
    }
    return jsonify(told), 503 if faults else 200


def check(runtime: Runtime) -> list[Fault]:
    """What is wrong."""
    now = runtime.clock()
    try:
        with runtime.sessions() as session:
            session.connection(execution_options={"readonly": True})
            faults = [
                *_schema(session),
                *_backlog(session, now),
                *_processes(session, now),
                *_on_record(session, now),
                *_quota(session, runtime.programme.messages.reserve_percent),
            ]
    except SQLAlchemyError as error:
        return [Fault("database", f"cannot be reached ({type(error).__name__})")]
    return faults + list(_disk(runtime))


def free_space(runtime: Runtime) -> int | None:
    """MiB left where SQLite keeps the database; None for one that is somewhere else."""
    path = runtime.engine.url.database
    if runtime.engine.dialect.name != "sqlite" or not path:
        return None
    return shutil.disk_usage(Path(path).resolve().parent).free // MEBI


def _schema(session: Session) -> Iterator[Fault]:
    found = database.version(session.connection())
    # a newer one is served: the next release migrates while this one still runs
    if found is not None and found < database.newest():
        yield Fault("schema", "the tables are of an earlier release: run `flask db upgrade`")


def _backlog(session: Session, now: datetime) -> Iterator[Fault]:
    event = inbox.oldest_waiting(session)
    if event is not None and now - event > BACKLOG:
        since = event.isoformat()
        yield Fault("inbox", f"an event has waited since {since}; is a worker running?")
    message = backlog.oldest_due(session, now=now - BACKLOG)
    if message is not None and now - message > BACKLOG:
        yield Fault("outbox", f"messages overdue since {message.isoformat()}")


def _processes(session: Session, now: datetime) -> Iterator[Fault]:
    beats = job_runs.beats(session)
    for name in ("scheduler", "worker"):
        last = beats.get(name)
        if last is None or abs(now - last) > SILENCE:
            yield Fault(name, f"silent; is `flask {name}` running?")
    for name, at in sorted(beats.items()):
        if name.startswith(STUCK_MARK) and abs(now - at) <= SILENCE:
            job = name.removeprefix(STUCK_MARK)
            yield Fault("job", f"{job} has not ended for more than {STUCK / 60:.0f} minutes")


def _on_record(session: Session, now: datetime) -> Iterator[Fault]:
    for alert in alerts.lasting(session):
        if alert.kind in TOLD:
            yield Fault(alert.kind, f"{alert.sentence} (since {alert.since.isoformat()})")
    for hold in outbox_holds.holds(session):
        if hold.scope == outbox_holds.PUSHES:
            yield Fault(
                "held", "restored from a backup: nothing is pushed until `flask release pushes`"
            )
        elif hold.used_up(now):
            yield Fault("quota_used_up", "LINE takes no more pushes this month; replies go on")


def _quota(session: Session, reserve: int) -> Iterator[Fault]:
    told = quota.latest(session)
    if told is not None and told.monthly is not None and told.below(reserve):
        left = max(0, told.monthly - told.used)
        yield Fault("quota", f"{left} of {told.monthly} pushes left: less than {reserve} percent")


def _disk(runtime: Runtime) -> Iterator[Fault]:
    free, least = free_space(runtime), runtime.settings.disk_reserve
    if free is not None and free < least:
        yield Fault("disk", f"{free} MiB left under the database, less than {least}: make room")
