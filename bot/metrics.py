"""What the processes count, for Prometheus: made at first use, so that nobody waits for it.

Several processes of one service share a folder (`settings.share_metrics`), and
each of them then tells what all of them counted. Labels take few values, none
of them personal.
"""

from __future__ import annotations

import threading
from functools import cache
from typing import TYPE_CHECKING

from bot import settings

if TYPE_CHECKING:
    from prometheus_client import CollectorRegistry, Counter, Histogram

PREFIX = "tuanyou_"
COUNTERS: dict[str, tuple[str, tuple[str, ...]]] = {
    "http_requests": ("Requests answered, LINE's webhooks at /callback", ("route", "status")),
    "events": ("Webhook events by what became of them", ("kind", "outcome")),
    "refusals": ("Members told no, by the reason", ("refusal",)),
    "sends": ("Tries to send a message by what became of them", ("kind", "outcome")),
    "unsent": ("Messages that ended without a try, by the state they ended in", ("state",)),
    "late_replies": ("Answers that missed their moment, by what became of them", ("outcome",)),
    "line_answers": ("Calls to LINE by the answer", ("call", "status")),
    "line_limits": ("Times LINE said that it was too much", ("limit",)),
    "job_runs": ("Jobs of the scheduler by what became of them", ("job", "outcome")),
    "outages": ("Times this process lost its database, or its disk was full", ("kind",)),
    "alerts": ("Alerts told", ("kind",)),
}
QUICK = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 5)
SLOW = (0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10, 30, 60, 300)
HISTOGRAMS: dict[str, tuple[str, tuple[str, ...], tuple[float, ...]]] = {
    "http_seconds": ("How long a request took", ("route",), QUICK),
    "handling_delay_seconds": ("From an event's arrival until it was handled", (), SLOW),
    "line_seconds": ("How long LINE took to answer", ("call",), QUICK),
}
_making = threading.RLock()  # two threads may count a thing for the first time at once


def count(name: str, amount: float = 1, **labels: str) -> None:
    """Add to a counter of `COUNTERS`."""
    _counter(name, *(labels[label] for label in COUNTERS[name][1])).inc(amount)


def observe(name: str, seconds: float, **labels: str) -> None:
    """Add to a histogram of `HISTOGRAMS`."""
    _histogram(name, *(labels[label] for label in HISTOGRAMS[name][1])).observe(max(0.0, seconds))


def prepare() -> None:
    """Do now what would take a tenth of a second at the first count."""
    with _making:
        _counters("http_requests")


def exposition() -> bytes:
    """What was counted, as Prometheus reads it: by all processes that share the folder."""
    from prometheus_client import CollectorRegistry, generate_latest
    from prometheus_client.multiprocess import MultiProcessCollector

    folder = settings.metrics_folder()
    if folder is None:
        with _making:
            registry = _registry()
        return generate_latest(registry)
    whole = CollectorRegistry()
    MultiProcessCollector(whole, path=folder)  # type: ignore[no-untyped-call]
    return generate_latest(whole)


def forget(pid: int) -> None:
    """A process of this service has ended; what it counted stays."""
    from prometheus_client.multiprocess import mark_process_dead

    if settings.metrics_folder() is not None:
        mark_process_dead(pid)  # type: ignore[no-untyped-call]


def serve(port: int) -> bool:
    """Tell on a port of one's own, for processes without a web; False if it is taken."""
    from wsgiref.simple_server import WSGIServer, make_server

    from prometheus_client.exposition import ThreadingWSGIServer, _SilentHandler

    def answer(environ: object, start: object) -> list[bytes]:
        headers = [("Content-Type", "text/plain; version=0.0.4; charset=utf-8")]
        start("200 OK", headers)  # type: ignore[operator]
        return [exposition()]

    kind: type[WSGIServer] = ThreadingWSGIServer
    try:
        server = make_server("0.0.0.0", port, answer, kind, handler_class=_SilentHandler)  # noqa: S104
    except OSError:
        return False
    threading.Thread(target=server.serve_forever, name="metrics", daemon=True).start()
    return True


@cache
def _registry() -> CollectorRegistry:
    from prometheus_client import CollectorRegistry, disable_created_metrics

    disable_created_metrics()  # type: ignore[no-untyped-call]
    return CollectorRegistry()


@cache
def _counters(name: str) -> Counter:
    from prometheus_client import Counter

    said, labels = COUNTERS[name]
    return Counter(PREFIX + name, said, labels, registry=_registry())


@cache
def _histograms(name: str) -> Histogram:
    from prometheus_client import Histogram

    said, labels, buckets = HISTOGRAMS[name]
    return Histogram(PREFIX + name, said, labels, buckets=buckets, registry=_registry())


@cache
def _counter(name: str, *values: str) -> Counter:
    with _making:
        made = _counters(name)
    return made.labels(*values) if values else made


@cache
def _histogram(name: str, *values: str) -> Histogram:
    with _making:
        made = _histograms(name)
    return made.labels(*values) if values else made
