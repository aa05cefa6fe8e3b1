"""How `web` is served. A wrong setting ends it here, before there are workers to respawn."""

from __future__ import annotations

import gc
import shutil
from typing import Any

from bot import logs, metrics, settings, startup

found = startup.read()
logs.configure(found.log_format)
bind = f"0.0.0.0:{found.port}"
logger_class = logs.ServerLog
wsgi_app = "app:create_web()"
# Read once, before the workers are made from it; what it opens, each opens for itself
preload_app = True
worker_class = "bot.server.Web"
asgi_loop = "uvloop"
asgi_lifespan = "off"
workers = 2
# Seconds for which a caller may keep a connection for the next call; none costs a thread
keepalive = 15
# A call is answered for by its own time limit, even if the caller has given up
asgi_disconnect_grace_period = 10
# A stop must be over within ten seconds
graceful_timeout = 8
# Where its workers count together; made anew with each start
counted = ""
# Nobody steers it from outside, and the socket would stand in the way of a second shop
control_socket_disable = True


def post_worker_init(worker: Any) -> None:
    """Make ready what the first request would wait for; spare what is loaded the collector.

    One round of the garbage collector over all of it takes 130 ms, in the middle
    of somebody's request, and there are several when the process ends.
    """
    worker.asgi.prepare()
    gc.collect()
    gc.freeze()


def on_starting(_server: Any) -> None:
    """Before there are workers: a folder for what they count."""
    global counted  # noqa: PLW0603  gunicorn calls functions and keeps nothing for them
    counted = settings.share_metrics() or ""


def child_exit(_server: Any, worker: Any) -> None:
    """A worker has ended; what it counted stays."""
    metrics.forget(worker.pid)


def on_exit(_server: Any) -> None:
    """The service is over."""
    if counted:
        shutil.rmtree(counted, ignore_errors=True)
