"""flask worker, scheduler, serve: the processes."""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Callable
from types import FrameType
from typing import Any

import click
import structlog
from flask import current_app

from backoffice.cli.terminal import plainly, runtime
from bot import metrics, startup
from bot.runtime import Runtime
from models import database

log = structlog.get_logger()

WEB_THREADS = 16
# A stop is over within ten seconds on a busy machine too; what is at hand then survives a kill
LAST_SECOND = 8.0


@click.command()
@plainly
def worker() -> None:
    """Handle what members said and send what is due, until SIGTERM."""
    from bot.assembly import Worker

    # who waits for a database's answer is not to wait 5 ms more for whoever is drawing cards
    sys.setswitchinterval(0.001)
    wired = checked()
    tell_metrics(wired)
    stop = stop_on_signals()
    work = Worker(wired)
    work.start(watching=True)
    log.info("worker_started")
    stop.wait()
    work.stop()
    log.info("worker_stopped")


@click.command()
@plainly
def scheduler() -> None:
    """Plan what is due, every half minute, until SIGTERM."""
    from scheduler import timetable

    wired = checked()
    tell_metrics(wired)
    log.info("scheduler_started")
    timetable.run(wired, stop_on_signals())
    log.info("scheduler_stopped")


@click.command()
@plainly
def serve() -> None:
    """Web, worker and scheduler in one process: enough for a small shop."""
    from bot.assembly import Worker
    from scheduler import timetable

    wired = runtime()
    if (startup.version(wired.engine) or "") < database.newest():
        database.upgrade(wired.settings.database_url)
    server = _server(wired.settings.port)
    work = Worker(wired)
    stop = stop_on_signals(_interrupt)
    ticking = threading.Thread(target=timetable.run, args=[wired, stop], name="timetable")
    try:
        ticking.start()
        work.start(watching=True)
        click.echo(
            f"serving on port {wired.settings.port}; LINE's webhook URL is "
            f"{wired.settings.public_url}/callback"
        )
        server.run()
    except KeyboardInterrupt:  # before the server ran; later it takes it for its end
        pass
    finally:
        stop.set()
        work.stop()
        if ticking.is_alive():
            ticking.join()


def checked() -> Runtime:
    """The runtime, once its database was seen to be there and new enough."""
    wired = runtime()
    startup.check(wired.engine)
    return wired


def tell_metrics(wired: Runtime) -> None:
    """On a port of its own, if it has been given one."""
    port = wired.settings.metrics_port
    if port is not None and not metrics.serve(port):
        log.warning("metrics_port_taken", port=port)


def stop_on_signals(also: Callable[[], object] | None = None) -> threading.Event:
    """An event that SIGTERM and SIGINT set; the first one calls `also`, too.

    Whatever then still runs when the last second is over ends with the process.
    """
    stop = threading.Event()

    def heard(_number: int, _frame: FrameType | None) -> None:
        if stop.is_set():
            return
        stop.set()
        deadline = threading.Timer(LAST_SECOND, _leave)
        deadline.daemon = True
        deadline.start()
        if also is not None:
            also()

    signal.signal(signal.SIGTERM, heard)
    signal.signal(signal.SIGINT, heard)
    return stop


def _interrupt() -> None:
    """End waitress: it understands nothing else that may come in the middle of a wait."""
    raise KeyboardInterrupt


def _leave() -> None:
    log.error("stopped_in_the_middle")
    os._exit(1)


def _server(port: int) -> Any:
    from waitress import create_server

    app = current_app._get_current_object()  # type: ignore[attr-defined]
    try:
        return create_server(app, host="0.0.0.0", port=port, threads=WEB_THREADS)  # noqa: S104
    except OSError as error:
        raise click.ClickException(
            f"PORT: {port} cannot be used ({error.strerror}): is the shop running already?"
        ) from None


COMMANDS = [worker, scheduler, serve]
