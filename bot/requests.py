"""Each web request: counted, and bound by an id to every line that is logged on its way.

The id is the caller's `X-Request-Id` if it is a sane one, and goes back with the answer.
"""

from __future__ import annotations

import re
import secrets
import time
from typing import Any

from flask import Flask, Response, g, request
from structlog.contextvars import bind_contextvars, reset_contextvars

from bot import metrics

SANE = re.compile(r"[A-Za-z0-9._-]{8,64}", re.ASCII)
HEADER = "X-Request-Id"


class Followed:
    """A request on its way: from when it is made until `leave`."""

    def __init__(self, given: str | None) -> None:
        self.id = request_id(given)
        self._began = time.perf_counter()
        self._bound: dict[str, Any] = dict(bind_contextvars(request_id=self.id))

    def answered(self, route: str, status: int) -> None:
        """Count it, by its rule and not its path: paths are many and may name somebody."""
        metrics.count("http_requests", route=route, status=str(status))
        metrics.observe("http_seconds", time.perf_counter() - self._began, route=route)

    def leave(self) -> None:
        """Lines that are logged from now on are not about it."""
        reset_contextvars(**self._bound)


def watch(app: Flask) -> None:
    """Follow every request to this app."""
    app.before_request(_begin)
    app.after_request(_answered)
    app.teardown_request(_end)


def request_id(given: str | None) -> str:
    """The caller's id, or a new one."""
    return given if given and SANE.fullmatch(given) else secrets.token_hex(8)


def _begin() -> None:
    g.followed = Followed(request.headers.get(HEADER))


def _answered(response: Response) -> Response:
    followed: Followed = g.followed
    followed.answered(request.url_rule.rule if request.url_rule else "none", response.status_code)
    response.headers[HEADER] = followed.id
    return response


def _end(_error: BaseException | None) -> None:
    followed: Followed | None = g.pop("followed", None)
    if followed is not None:
        followed.leave()
