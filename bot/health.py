"""GET /healthz: the process answers. GET /readyz: the shop works, or says what does not."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from flask import Blueprint, Response, current_app, jsonify
from sqlalchemy.exc import SQLAlchemyError

from bot.runtime import Runtime
from models.talk import inbox, job_runs, outbox

BACKLOG = timedelta(seconds=60)
SILENCE = timedelta(seconds=90)

blueprint = Blueprint("health", __name__)


@blueprint.get("/healthz")
def healthz() -> Response:
    """Alive."""
    return Response("ok\n", mimetype="text/plain")


@blueprint.get("/readyz")
def readyz() -> tuple[Response, int]:
    """200 if nothing is wrong, else 503 and what is."""
    runtime: Callable[[], Runtime] = current_app.extensions["runtime"]
    faults = check(runtime())
    return jsonify({"ready": not faults, "faults": faults}), 503 if faults else 200


def check(runtime: Runtime) -> list[str]:
    """What is wrong, as sentences."""
    now = runtime.clock()
    try:
        with runtime.sessions() as session:
            event = inbox.oldest_waiting(session)
            message = outbox.waiting(session, now=now - BACKLOG)
            beat = job_runs.last_beat(session, "scheduler")
    except SQLAlchemyError as error:
        return [f"database: cannot be reached ({type(error).__name__})"]
    faults = []
    if event is not None and now - event > BACKLOG:
        faults.append(
            f"inbox: an event has waited since {event.isoformat()}; is a worker running?"
        )
    if message.since is not None:
        faults.append(f"outbox: messages overdue since {message.since.isoformat()}")
    if beat is None or now - beat > SILENCE:
        faults.append("scheduler: silent; is `flask scheduler` running?")
    return faults
