"""How `web` is served. A wrong setting ends it here, before there are workers to respawn."""

from __future__ import annotations

import gc
from typing import Any

from bot import startup

bind = f"0.0.0.0:{startup.read().port}"
wsgi_app = "app:create_app()"
# Read once, before the workers are made from it; what it opens, each opens for itself
preload_app = True
worker_class = "gthread"
workers = 2
threads = 8
# A stop must be over within ten seconds
graceful_timeout = 8
# Nobody steers it from outside, and the socket would stand in the way of a second shop
control_socket_disable = True


def post_worker_init(worker: Any) -> None:
    """Make ready what the first request would wait for; spare what is loaded the collector.

    One round of the garbage collector over all of it takes 130 ms, in the middle
    of somebody's request, and there are several when the process ends.
    """
    worker.wsgi.extensions["intake"]()
    gc.collect()
    gc.freeze()
