"""A LINE that costs next to nothing: it takes messages, answers after 80 ms, and remembers when.

`python -m tests.benchmarks.line SECONDS` prints its port. It has TCP_NODELAY,
without which every answer of a kept connection would come 40 ms late.
"""

from __future__ import annotations

import asyncio
import contextlib
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator

import orjson

from tests.processes import ROOT, ask, environment

DELAY = 0.08
TOKEN = re.compile(rb'"replyToken":\s*"([^"]+)"')
LENGTH = re.compile(rb"content-length:\s*(\d+)", re.IGNORECASE)
TAKEN = b'{"sentMessages":[{"id":"1","quoteToken":"q3Plxr4A"}]}'


class Wire(asyncio.Protocol):
    """One connection: requests one after another, each answered after the delay."""

    replies: dict[str, list[float]]  # by token: when each call for it came
    others = 0

    def __init__(self, seen: dict[str, list[float]], delay: float) -> None:
        self.replies, self._delay, self._buffer = seen, delay, b""
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        transport.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        while (end := self._buffer.find(b"\r\n\r\n")) >= 0:
            head = self._buffer[: end + 2]
            found = LENGTH.search(head)
            whole = end + 4 + (int(found[1]) if found else 0)
            if len(self._buffer) < whole:
                return
            body, self._buffer = self._buffer[end + 4 : whole], self._buffer[whole:]
            self._answer(head, body)

    def _answer(self, head: bytes, body: bytes) -> None:
        if head.startswith(b"GET /seen"):
            self._write(_answer(orjson.dumps(self.replies)))
            return
        if token := TOKEN.search(body):
            self.replies.setdefault(token[1].decode(), []).append(time.monotonic())
        asyncio.get_running_loop().call_later(self._delay, self._write, ACCEPTED)

    def _write(self, answer: bytes) -> None:
        if self._transport is not None and not self._transport.is_closing():
            self._transport.write(answer)


@contextlib.contextmanager
def line(delay: float = DELAY) -> Iterator[int]:
    """The port of a LINE in a process of its own."""
    command = [sys.executable, "-m", "tests.benchmarks.line", str(delay)]
    with subprocess.Popen(
        command, cwd=ROOT, env=environment(), stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        try:
            yield int(process.stdout.readline())
        finally:
            process.kill()


def seen(port: int) -> dict[str, list[float]]:
    """When calls came for each reply token, by this machine's monotonic clock."""
    found: dict[str, list[float]] = ask(port, "GET", "/seen")[1]
    return found


def _answer(body: bytes) -> bytes:
    head = (
        "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nx-line-request-id: 1\r\n"
        f"content-length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


ACCEPTED = _answer(TAKEN)


async def _serve(delay: float) -> None:
    replies: dict[str, list[float]] = {}
    server = await asyncio.get_running_loop().create_server(
        lambda: Wire(replies, delay), "127.0.0.1", 0, backlog=1024
    )
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(_serve(float(sys.argv[1])))
