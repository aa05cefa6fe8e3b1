"""Reply tokens: used once, within a minute of the webhook that brought them.

A redelivered webhook renews the minute, unless the token was used or the event is more
than 20 minutes old.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

ALIVE = timedelta(seconds=60)
RENEWABLE = timedelta(minutes=20)


@dataclass(slots=True)
class ReplyToken:
    """`chat` is where a reply goes; `happened` is when the event was, `received` its webhook."""

    chat: str
    happened: datetime
    received: datetime
    used: bool = False


class ReplyTokens:
    def __init__(self) -> None:
        self._tokens: dict[str, ReplyToken] = {}

    def issue(self, token: str, chat: str, now: datetime) -> None:
        self._tokens[token] = ReplyToken(chat, now, now)

    def deliver(self, token: str, now: datetime) -> None:
        """A webhook carries the token: its minute begins (again)."""
        found = self._tokens[token]
        if now - found.happened <= RENEWABLE:
            found.received = now

    def find(self, token: str, now: datetime) -> ReplyToken | None:
        """The token, if it can still be used."""
        found = self._tokens.get(token)
        if found is None or found.used or now - found.received > ALIVE:
            return None
        return found
