"""Webhook calls as LINE makes them, and as it never would."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import itertools
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from bot.front import Front
from models.talk.inbox import InboxEvent
from tests.shop import CHANNEL_SECRET, Shop

SOMEBODY = "U" + "5" * 32
_numbers = itertools.count(1)


def sign(body: bytes, secret: str = CHANNEL_SECRET) -> str:
    digest = hmac.new(secret.encode(), body, hashlib.sha256).digest()
    return base64.b64encode(digest).decode()


def call(shop: Shop, body: bytes, signature: str | None = None, **headers: str) -> TestResponse:
    """Post these bytes, signed unless a signature is given."""
    sent = {"x-line-signature": sign(body) if signature is None else signature}
    return shop.client.post("/callback", data=body, headers=sent | headers)


def bring(shop: Shop, *events: dict[str, Any]) -> int:
    """One webhook with these events; the status of its answer."""
    body = orjson.dumps({"destination": "U" + "0" * 32, "events": events})
    return call(shop, body).status_code


def made(at: datetime, kind: str = "message", **more: Any) -> dict[str, Any]:
    """An event as LINE writes it; `more` replaces its properties, None leaves one out."""
    number = next(_numbers)
    event = {
        "type": kind,
        "mode": "active",
        "timestamp": int(at.timestamp() * 1000),
        "source": {"type": "user", "userId": SOMEBODY},
        "webhookEventId": f"01JD{number:022d}",
        "deliveryContext": {"isRedelivery": False},
        "replyToken": f"{number:032x}",
    }
    return {name: value for name, value in (event | more).items() if value is not None}


def said(text: str, at: datetime, **more: Any) -> dict[str, Any]:
    """Somebody writes this."""
    number = next(_numbers)
    message = {"type": "text", "id": f"{number}", "quoteToken": "q", "text": text}
    return made(at, message=message, **more)


def stored(shop: Shop) -> int:
    """How many events the inbox holds."""
    with shop.sessions() as session:
        return session.scalar(select(func.count()).select_from(InboxEvent)) or 0


def call_front(
    shop: Shop, *parts: bytes | None, headers: Sequence[tuple[str, str]] = ()
) -> tuple[int, dict[str, str], str]:
    """Post a body in these parts the way past Flask; None is where the caller hangs up."""
    sent: list[dict[str, Any]] = []
    gone = {"type": "http.disconnect"}
    received = iter(
        gone
        if part is None
        else {"type": "http.request", "body": part, "more_body": number < len(parts)}
        for number, part in enumerate(parts, 1)
    )

    async def receive() -> dict[str, Any]:
        return next(received, gone)

    async def send(message: Any) -> None:
        sent.append(message)

    raw = [(name.lower().encode(), value.encode("latin-1")) for name, value in headers]
    scope = {"type": "http", "method": "POST", "path": "/callback", "headers": raw}
    asyncio.run(Front(shop.client.application)(scope, receive, send))
    told = {name.decode().lower(): value.decode() for name, value in sent[0]["headers"]}
    return sent[0]["status"], told, b"".join(each["body"] for each in sent[1:]).decode()
