"""Webhook calls as LINE makes them, by many people, as fast as they are answered.

Requests are made and signed beforehand, so that sending one costs 0.1 ms and
the machine is left to whoever is measured.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import itertools
import re
import socket
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import orjson

from tests.processes import SECRETS

CONNECTIONS = 32
LENGTH = re.compile(rb"content-length:\s*(\d+)", re.IGNORECASE)
_numbers = itertools.count(1)


class Call(NamedTuple):
    """One webhook call: its event's id and reply token, and the bytes to send."""

    event_id: str
    token: str
    request: bytes


@dataclass
class Answered:
    """What became of the calls, in the order of the answers; times in seconds."""

    sent_at: dict[str, float] = field(default_factory=dict)  # by token, of those answered 200
    events: list[str] = field(default_factory=list)
    latencies: list[float] = field(default_factory=list)
    errors: int = 0
    began: float = 0.0
    ended: float = 0.0

    @property
    def rate(self) -> float:
        """Answered 200 in a second."""
        return len(self.events) / (self.ended - self.began)

    def percentile(self, share: float) -> float:
        """Milliseconds within which this share of the calls was answered."""
        ordered = sorted(self.latencies)
        return ordered[min(len(ordered) - 1, int(len(ordered) * share))] * 1000


def people(count: int) -> list[str]:
    """LINE ids of so many people."""
    return [f"U{hashlib.md5(str(n).encode()).hexdigest()}" for n in range(count)]


def calls(users: Sequence[str], count: int, *, text: str, port: int) -> list[Call]:
    """So many webhook calls, by one person after another, each with one message."""
    return [_call(user, text, port) for user in itertools.islice(itertools.cycle(users), count)]


def _call(user: str, text: str, port: int) -> Call:
    number = next(_numbers)
    event_id, token = f"01JD{number:022d}", hashlib.md5(b"token %d" % number).hexdigest()
    event = {
        "type": "message",
        "message": {"type": "text", "id": f"{number}", "quoteToken": "q3Plxr4A", "text": text},
        "webhookEventId": event_id,
        "deliveryContext": {"isRedelivery": False},
        "timestamp": int(time.time() * 1000),
        "source": {"type": "user", "userId": user},
        "replyToken": token,
        "mode": "active",
    }
    body = orjson.dumps({"destination": "U" + "0" * 32, "events": [event]})
    digest = hmac.new(SECRETS["LINE_CHANNEL_SECRET"].encode(), body, hashlib.sha256).digest()
    head = (
        f"POST /callback HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n"
        "Content-Type: application/json; charset=utf-8\r\nUser-Agent: LineBotWebhook/2.0\r\n"
        f"X-Line-Signature: {base64.b64encode(digest).decode()}\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    return Call(event_id, token, head.encode() + body)


class Connection(asyncio.Protocol):
    """Sends one call after another until there are none or the time is over."""

    def __init__(self, calls: Iterator[Call], into: Answered, until: float) -> None:
        self._calls, self._into, self._until = calls, into, until
        self.over: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._buffer, self._call, self._at = b"", None, 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        transport.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._transport = transport
        self._next()

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        end = self._buffer.find(b"\r\n\r\n")
        if end < 0:
            return
        length = LENGTH.search(self._buffer, 0, end + 2)
        if len(self._buffer) < end + 4 + (int(length[1]) if length else 0):
            return
        self._note(good=self._buffer[9:12] == b"200")
        self._buffer = b""
        self._next()

    def connection_lost(self, exc: Exception | None) -> None:
        if not self.over.done():
            self._note(good=False)
            self.over.set_result(None)

    def _note(self, *, good: bool) -> None:
        now, call = time.monotonic(), self._call
        if not good or call is None:
            self._into.errors += 1
            return
        self._into.latencies.append(now - self._at)
        self._into.events.append(call.event_id)
        self._into.sent_at[call.token] = self._at
        self._into.ended = now

    def _next(self) -> None:
        self._at = time.monotonic()
        self._call = next(self._calls, None) if self._at < self._until else None
        if self._call is None:
            if not self.over.done():
                self.over.set_result(None)
            self._transport.close()
            return
        self._transport.write(self._call.request)


def press(port: int, calls: Sequence[Call], *, seconds: float) -> Answered:
    """Make the calls over 32 connections for so long, or until all are made."""
    return asyncio.run(_press(port, calls, seconds))


async def _press(port: int, calls: Sequence[Call], seconds: float) -> Answered:
    into, line = Answered(began=time.monotonic()), iter(calls)
    loop = asyncio.get_running_loop()
    until = into.began + seconds
    opened = [
        loop.create_connection(lambda: Connection(line, into, until), "127.0.0.1", port)
        for _ in range(CONNECTIONS)
    ]
    protocols = [protocol for _, protocol in await asyncio.gather(*opened)]
    await asyncio.gather(*(protocol.over for protocol in protocols))
    return into


def drip(port: int, calls: Sequence[Call], *, rate: float) -> Answered:
    """Make the calls at this many a second, whether or not earlier ones are answered."""
    return asyncio.run(_drip(port, calls, rate))


async def _drip(port: int, calls: Sequence[Call], rate: float) -> Answered:
    into, loop = Answered(began=time.monotonic()), asyncio.get_running_loop()
    free: list[Paced] = []
    running: set[Paced] = set()
    for number, call in enumerate(calls):
        await asyncio.sleep(max(0.0, into.began + number / rate - time.monotonic()))
        if not free:
            _, paced = await loop.create_connection(lambda: Paced(into, free), "127.0.0.1", port)
            running.add(paced)
        free.pop().send(call)
    deadline = time.monotonic() + 10
    while len(free) < len(running) and time.monotonic() < deadline:
        await asyncio.sleep(0.01)
    for paced in running:
        paced.close()
    return into


class Paced(Connection):
    """Sends a call when told to."""

    def __init__(self, into: Answered, free: list[Paced]) -> None:
        super().__init__(iter(()), into, 0.0)
        self._free = free

    def send(self, call: Call) -> None:
        self._at, self._call = time.monotonic(), call
        self._transport.write(call.request)

    def close(self) -> None:
        self.over.cancel()
        self._transport.close()

    def _next(self) -> None:
        self._free.append(self)
