"""Each web request: counted, and bound by an id to every line that is logged on its way.

The id is the caller's `X-Request-Id` if it is a sane one, and goes back with the answer.
"""

from __future__ import annotations

import re
import secrets
import time

from flask import Flask, Response, g, request
from structlog.contextvars import bind_contextvars, reset_contextvars

from bot import metrics

SANE = re.compile(r"[A-Za-z0-9._-]{8,64}", re.ASCII)
HEADER = "X-Request-Id"


def watch(app: Flask) -> None:
    """Do so for every request to this app."""
    app.before_request(_begin)
    app.after_request(_answered)
    app.teardown_request(_end)


def request_id(given: str | None) -> str:
    """The caller's id, or a new one."""
    return given if given and SANE.fullmatch(given) else secrets.token_hex(8)


def _begin() -> None:
    g.began = time.perf_counter()
    g.request_id = request_id(request.headers.get(HEADER))
    g.bound = bind_contextvars(request_id=g.request_id)


def _answered(response: Response) -> Response:
    # by the rule, not the path: paths are many and may name somebody
    route = request.url_rule.rule if request.url_rule else "none"
    metrics.count("http_requests", route=route, status=str(response.status_code))
    metrics.observe("http_seconds", time.perf_counter() - g.began, route=route)
    response.headers[HEADER] = g.request_id
    return response


def _end(_error: BaseException | None) -> None:
    bound = g.pop("bound", None)
    if bound is not None:
        reset_contextvars(**bound)
