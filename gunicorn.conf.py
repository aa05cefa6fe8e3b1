"""How `web` is served; the port is PORT, as gunicorn itself reads it."""

from __future__ import annotations

import gc

wsgi_app = "app:create_app()"
worker_class = "gthread"
workers = 2
threads = 8
# A stop must be over within ten seconds
graceful_timeout = 8
# Nobody steers it from outside, and the socket would stand in the way of a second shop
control_socket_disable = True


def post_worker_init(_worker: object) -> None:
    """Take what is loaded by now out of the garbage collector's rounds.

    One round over all of it takes 130 ms, in the middle of somebody's request,
    and there are several when the process ends.
    """
    gc.collect()
    gc.freeze()
