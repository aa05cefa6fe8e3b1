"""The shop's own web application behind the emulator's port.

A WSGI application is called in a thread; requests and answers are held whole.
"""

from __future__ import annotations

import io
import sys
from collections.abc import Callable, Iterable
from typing import Any, TypeAlias
from urllib.parse import unquote

from aiohttp import web

Environ: TypeAlias = dict[str, Any]
WsgiApp: TypeAlias = Callable[[Environ, Callable[..., Any]], Iterable[bytes]]
HOP_BY_HOP = {"connection", "keep-alive", "transfer-encoding", "upgrade", "content-length"}


def environ(request: web.Request, body: bytes) -> Environ:
    """A request in WSGI's terms."""
    path, _, query = request.raw_path.partition("?")
    made: Environ = {
        "REQUEST_METHOD": request.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote(path, "latin-1"),
        "QUERY_STRING": query,
        "CONTENT_TYPE": request.headers.get("Content-Type", ""),
        "CONTENT_LENGTH": str(len(body)),
        "SERVER_NAME": request.host.partition(":")[0],
        "SERVER_PORT": str(request.url.port or 80),
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": request.remote or "",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": request.scheme,
        "wsgi.input": io.BytesIO(body),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
    for name, value in request.headers.items():
        key = f"HTTP_{name.upper().replace('-', '_')}"
        if key not in ("HTTP_CONTENT_TYPE", "HTTP_CONTENT_LENGTH"):
            made[key] = f"{made[key]},{value}" if key in made else value
    return made


def call(application: WsgiApp, asked: Environ) -> web.Response:
    """Let the application answer, and take the answer apart."""
    started: list[Any] = []

    def start_response(status: str, headers: list[tuple[str, str]], *_: object) -> Any:
        started[:] = [status, headers]
        return lambda data: None

    chunks = application(asked, start_response)
    try:
        body = b"".join(chunks)
    finally:
        if hasattr(chunks, "close"):
            chunks.close()
    status, headers = started
    response = web.Response(status=int(status[:3]), reason=status[4:], body=body)
    # aiohttp has already put its own type there
    response.headers.popall("Content-Type", None)
    for name, value in headers:
        if name.lower() not in HOP_BY_HOP:
            response.headers.add(name, value)
    return response
