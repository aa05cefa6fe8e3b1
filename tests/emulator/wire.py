"""Requests over HTTP to a server of the test, to LINE's paths and to the control API."""

from __future__ import annotations

import http.client
from typing import Any

import orjson

from emulator.server import Server

JSON = {"Content-Type": "application/json"}
FORM = {"Content-Type": "multipart/form-data; boundary=cut"}


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


class Page:
    """What the page asks for."""

    def __init__(self, server: Server) -> None:
        self.server = server

    def get(self, path: str) -> Any:
        status, _, body = ask(self.server, "GET", f"/_emulator{path}")
        assert status == 200, body
        return orjson.loads(body)

    def post(self, path: str, body: Any = None) -> tuple[int, Any]:
        status, _, told = ask(self.server, "POST", f"/_emulator{path}", body, JSON)
        return status, orjson.loads(told)

    def upload(self, path: str, name: str, data: bytes, **fields: str) -> tuple[int, Any]:
        parts = [
            f'--cut\r\nContent-Disposition: form-data; name="{field}"\r\n\r\n{value}\r\n'.encode()
            for field, value in fields.items()
        ]
        head = f'Content-Disposition: form-data; name="file"; filename="{name}"'
        parts.append(f"--cut\r\n{head}\r\nContent-Type: image/png\r\n\r\n".encode() + data)
        body = b"".join(parts) + b"\r\n--cut--\r\n"
        status, _, told = ask(self.server, "POST", f"/_emulator{path}", body, FORM)
        return status, orjson.loads(told)
