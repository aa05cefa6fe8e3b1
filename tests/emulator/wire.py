"""One request over HTTP to a server of the test."""

from __future__ import annotations

import http.client
from typing import Any

import orjson

from emulator.server import Server


def ask(
    server: Server, method: str, path: str, body: Any = None, headers: Any = None
) -> tuple[int, dict[str, str], bytes]:
    connection = http.client.HTTPConnection(server.host, server.port, timeout=10)
    sent = body if body is None or isinstance(body, bytes) else orjson.dumps(body)
    try:
        connection.request(method, path, sent, headers or {})
        answer = connection.getresponse()
        told = {name.lower(): value for name, value in answer.getheaders()}
        return answer.status, told, answer.read()
    finally:
        connection.close()
