"""flask worker, scheduler, serve: the processes."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable
from types import FrameType

import click
import structlog
from flask import Flask, current_app
from waitress import create_server

from backoffice.cli.terminal import plainly, runtime
from bot.assembly import Worker
from scheduler import timetable

log = structlog.get_logger()

WEB_THREADS = 16


@click.command()
@plainly
def worker() -> None:
    """Handle what members said and send what is due, until SIGTERM."""
    wired = runtime()
    stop = stop_on_signals()
    work = Worker(wired)
    work.start()
    log.info("worker_started")
    stop.wait()
    work.stop()
    wired.close()
    log.info("worker_stopped")


@click.command()
@plainly
def scheduler() -> None:
    """Plan what is due, every half minute, until SIGTERM."""
    wired = runtime()
    log.info("scheduler_started")
    timetable.run(wired, stop_on_signals())
    wired.close()
    log.info("scheduler_stopped")


@click.command()
@plainly
def serve() -> None:
    """Web, worker and scheduler in one process: enough for a small shop."""
    wired = runtime()
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    server = create_server(app, host="0.0.0.0", port=wired.settings.port, threads=WEB_THREADS)  # noqa: S104
    stop = stop_on_signals(server.close)
    work = Worker(wired)
    work.start()
    ticking = threading.Thread(target=timetable.run, args=[wired, stop], name="timetable")
    ticking.start()
    click.echo(
        f"serving on port {wired.settings.port}; LINE's webhook URL is "
        f"{wired.settings.public_url}/callback"
    )
    try:
        server.run()
    finally:
        stop.set()
        work.stop()
        ticking.join(timeout=9)
        wired.close()


def stop_on_signals(also: Callable[[], object] | None = None) -> threading.Event:
    """An event that SIGTERM and SIGINT set; they call `also`, too."""
    stop = threading.Event()

    def heard(_number: int, _frame: FrameType | None) -> None:
        stop.set()
        if also is not None:
            also()

    signal.signal(signal.SIGTERM, heard)
    signal.signal(signal.SIGINT, heard)
    return stop


COMMANDS = [worker, scheduler, serve]
