"""What a sender process of a chaos test does, with a clock that runs faster than ours."""

from __future__ import annotations

import json
import threading
import time
from datetime import UTC, datetime, timedelta

import aiohttp  # noqa: F401 - loaded before the forks, who would take half a second each

from bot.http import HttpTransport
from bot.line import Accepted, Line, Messages, accepted
from bot.sender import Sender
from bot.sender_delivery import Options
from models import database
from models.talk import outbox_facts
from models.talk.policy import Send, SendRules

TOKEN, SECRET = "token", "secret"
FASTER = 10  # the test's clock runs this much faster, so that leases and waits are short
OPTIONS = Options(lease=20.0, call=10.0, pause=0.05, at_once=40, reserved=0, poll=0.1)


def clock(started: float) -> datetime:
    """A time that runs faster than ours, the same in each process of a test."""
    noon = datetime(2026, 11, 24, 4, tzinfo=UTC)
    return noon + timedelta(seconds=(time.time() - started) * FASTER)


class WithoutRetryKeys(Line):
    """The control: what a sender does that knows no retry keys."""

    async def push(self, to: str, messages: Messages, *, retry_key: str) -> Accepted:
        body = f'{{"to":{json.dumps(to)},"messages":{messages}}}'.encode()
        return accepted(await self._call("POST", "/v2/bot/message/push", body))


def send(
    _number: int,
    *,
    url: str,
    line: str,
    started: float,
    retry_keys: bool = True,
    asks: bool = True,
) -> None:
    """Send until killed. Without `retry_keys` and who does not ask are the controls."""
    sessions = database.sessions(database.connect(url), SECRET)
    kind = Line if retry_keys else WithoutRetryKeys
    if not asks:
        outbox_facts.decide = lambda *_: Send()
    caller = kind(HttpTransport(api_base=line, timeout=2.0), TOKEN)
    rules = SendRules(quiet=None)
    Sender(sessions, caller, lambda: clock(started), rules, options=OPTIONS).run(threading.Event())
