"""GET /metrics: what was counted here, and how the shop stands by its database.

Not for the public: with METRICS_TOKEN set whoever asks must bring it; without,
only this machine and private networks may ask, and not by way of a proxy,
which brings everybody's requests.
"""

from __future__ import annotations

import hmac
import ipaddress
from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

from flask import Blueprint, Response, current_app, request
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from bot import metrics
from bot.health import free_space
from bot.heartbeat import STUCK_MARK
from bot.outages import HERE
from bot.runtime import Runtime
from models.talk import alerts, backlog, inbox, job_runs, outbox_holds, quota

TYPE = "text/plain; version=0.0.4; charset=utf-8"
PROXIED = ("X-Forwarded-For", "X-Forwarded-Host", "X-Real-Ip", "Forwarded", "Via")
NEAR = [
    ipaddress.ip_network(network)
    for network in (
        *("127.0.0.0/8", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"),
        *("::1/128", "fc00::/7"),
    )
]

blueprint = Blueprint("scrape", __name__)


class Gauge(NamedTuple):
    """One figure as it stands now."""

    name: str
    value: float
    labels: dict[str, str] = {}  # noqa: RUF012  a NamedTuple's default is never changed


HELP = {
    "up": "1 if the database could be asked",
    "inbox_waiting": "Webhook events waiting to be handled (at most 20000 are counted)",
    "inbox_oldest_seconds": "How long the oldest of them has waited",
    "outbox_waiting": "Messages waiting, by state (at most 20000 are counted)",
    "outbox_oldest_due_seconds": "How long the oldest overdue message has been due",
    "heartbeat_seconds": "How long ago a kind of process last showed that it is alive",
    "quota_limit": "Pushes that LINE takes in a month; absent if without a limit",
    "quota_used": "Pushes of this month that are used",
    "alert": "1 for each kind of fault that lasts",
    "held": "1 for each kind of hold on messages",
    "ledger_faults": "What the last nightly check of the books found",
    "disk_free_bytes": "What is left where SQLite keeps the database",
}


@blueprint.get("/metrics")
def scraped() -> Response:
    """In Prometheus' own form."""
    runtime: Runtime = current_app.extensions["runtime"]()
    if not _may_ask(runtime.settings.metrics_token):
        return Response("not for everybody\n", 403, mimetype="text/plain")
    standing = "\n".join(_written(list(gauges(runtime)))) + "\n"
    return Response(metrics.exposition() + standing.encode(), content_type=TYPE)


def gauges(runtime: Runtime) -> Iterator[Gauge]:
    """How the shop stands; the cost does not grow with what was done."""
    now = runtime.clock()
    for kind in HERE.kinds:
        yield Gauge("alert", 1, {"kind": kind})
    free = free_space(runtime)
    if free is not None:
        yield Gauge("disk_free_bytes", free * 1024 * 1024)
    try:
        with runtime.sessions() as session:
            session.connection(execution_options={"readonly": True})
            found = [*_waiting(session, now), *_processes(session, now), *_on_record(session)]
    except SQLAlchemyError:
        yield Gauge("up", 0)
        return
    yield Gauge("up", 1)
    yield from found


def _waiting(session: Session, now: datetime) -> Iterator[Gauge]:
    waits = backlog.waiting(session)
    yield Gauge("inbox_waiting", waits.events)
    yield Gauge("inbox_oldest_seconds", _age(inbox.oldest_waiting(session), now))
    for state in ("queued", "parked", "in_hand"):
        yield Gauge("outbox_waiting", getattr(waits, state), {"state": state})
    yield Gauge("outbox_oldest_due_seconds", _age(backlog.oldest_due(session, now=now), now))


def _processes(session: Session, now: datetime) -> Iterator[Gauge]:
    for name, at in job_runs.beats(session).items():
        if not name.startswith(STUCK_MARK):
            yield Gauge("heartbeat_seconds", _age(at, now), {"process": name})


def _on_record(session: Session) -> Iterator[Gauge]:
    told = quota.latest(session)
    if told is not None:
        yield Gauge("quota_used", told.used)
        if told.monthly is not None:
            yield Gauge("quota_limit", told.monthly)
    for kind in sorted({alert.kind.partition(":")[0] for alert in alerts.lasting(session)}):
        yield Gauge("alert", 1, {"kind": kind})
    for scope in sorted({hold.scope.partition(":")[0] for hold in outbox_holds.holds(session)}):
        yield Gauge("held", 1, {"scope": scope})
    note = (job_runs.last_note(session, "verify_ledger") or "").partition(" ")[0]
    if note.isdigit():
        yield Gauge("ledger_faults", int(note))


def _age(since: datetime | None, now: datetime) -> float:
    return 0.0 if since is None else max(0.0, (now - since).total_seconds())


def _written(found: list[Gauge]) -> Iterator[str]:
    for name, said in HELP.items():
        mine = {tuple(gauge.labels.items()): gauge.value for gauge in found if gauge.name == name}
        if not mine:
            continue
        yield f"# HELP {metrics.PREFIX}{name} {said}"
        yield f"# TYPE {metrics.PREFIX}{name} gauge"
        for labels, value in mine.items():
            yield f"{metrics.PREFIX}{name}{_listed(labels)} {value}"


def _listed(labels: tuple[tuple[str, str], ...]) -> str:
    listed = ",".join(f'{label}="{each}"' for label, each in labels)
    return f"{{{listed}}}" if listed else ""


def _may_ask(token: str | None) -> bool:
    if token is not None:
        given = request.headers.get("Authorization", "")
        return hmac.compare_digest(given.encode(), f"Bearer {token}".encode())
    if any(name in request.headers for name in PROXIED):
        return False
    try:
        address = ipaddress.ip_address(request.remote_addr or "")
    except ValueError:
        return False
    whole = getattr(address, "ipv4_mapped", None) or address
    return any(whole in network for network in NEAR if network.version == whole.version)
