"""What the web server calls: webhooks are taken on its event loop, all else goes to Flask.

A webhook is a signature and a row, and comes by the thousand; Flask and a thread
of its own would cost five times as much. Everything else is served by Flask in
threads, as if it were alone.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from typing import Any, cast

from a2wsgi import WSGIMiddleware
from flask import Flask

from bot import metrics, webhook
from bot.intake import Intake, Overrun
from bot.requests import HEADER, Followed
from bot.webhook import MAX_BODY, PATH, STORE_WITHIN, STORED, TOO_LARGE, Answer

THREADS = 8
# bytes of calls under way that this process has room for; LINE's are a thousandth of one MAX_BODY
ROOM = 64 * MAX_BODY
Message = MutableMapping[str, Any]
Headers = Iterable[tuple[bytes, bytes]]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
CUT_OFF = Answer(400, "body cut off")
ASKED_FOR = HEADER.lower().encode()


class Front:
    """An ASGI application around the Flask one."""

    def __init__(self, app: Flask) -> None:
        self._app = app
        self._rest: Any = WSGIMiddleware(cast("Any", app), workers=THREADS)
        self._held = 0

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Answer one request."""
        # spelt any other way it is Flask's, and answered alike
        if scope.get("path") == PATH and scope.get("method") == "POST":
            await self._callback(scope["headers"], receive, send)
        else:
            await self._rest(scope, receive, send)

    def prepare(self) -> None:
        """Make ready what the first request would wait for."""
        self._intake()
        metrics.prepare()

    def _intake(self) -> Intake:
        intake: Intake = self._app.extensions["intake"]()
        return intake

    async def _callback(self, headers: Headers, receive: Receive, send: Send) -> None:
        followed = Followed(_header(headers, ASKED_FOR))
        try:
            answer = await self._read(headers, receive)
            followed.answered(PATH, answer.status)
            await _told(answer, followed.id, send)
        finally:
            followed.leave()

    async def _read(self, headers: Headers, receive: Receive) -> Answer:
        announced = _header(headers, b"content-length")
        if announced.isdecimal() and int(announced) > MAX_BODY:
            return TOO_LARGE
        parts: list[bytes] = []
        length, more = 0, True
        try:
            while more and length <= MAX_BODY:
                if self._held > ROOM:
                    return webhook.not_stored(Overrun())
                message = await receive()
                if message["type"] != "http.request":
                    return CUT_OFF
                part, more = message.get("body", b""), message.get("more_body", False)
                parts.append(part)
                length += len(part)
                self._held += len(part)
            return await self._take(b"".join(parts), _header(headers, b"x-line-signature"))
        finally:
            self._held -= length

    async def _take(self, body: bytes, signature: str) -> Answer:
        intake = self._intake()
        found = webhook.read(body, signature, intake)
        if isinstance(found, Answer):
            return found
        try:
            async with asyncio.timeout(STORE_WITHIN):
                await intake.stored(found)
        except Exception as error:
            return webhook.not_stored(error)
        return STORED


def _header(headers: Headers, name: bytes) -> str:
    """What is said under a name, all of it if several times, as WSGI has it."""
    return b",".join(value for each, value in headers if each == name).decode("latin-1")


async def _told(answer: Answer, request_id: str, send: Send) -> None:
    said = f"{answer.sentence}\n".encode()
    headers: Headers = [
        (b"content-type", b"text/plain; charset=utf-8"),
        (b"content-length", str(len(said)).encode()),
        (ASKED_FOR, request_id.encode()),
    ]
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    await send({"type": "http.response.body", "body": said})
