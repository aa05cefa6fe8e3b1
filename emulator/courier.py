"""Webhooks: events signed and brought to the bot, as unreliably as the faults want.

No lock is held while the bot is spoken to: it may answer through the API before it
answers the webhook.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeAlias

import orjson

from emulator.ids import milliseconds
from emulator.world import World

Event: TypeAlias = dict[str, Any]
Webhook: TypeAlias = Callable[[bytes, Mapping[str, str]], int | None]
SECONDS_TO_ANSWER = 2.0
MOST_TRIES = 5
SECONDS_BETWEEN_TRIES = 10.0


@dataclass(slots=True)
class Failed:
    """A webhook that was not answered with 2xx; `due` is a tick."""

    events: list[Event]
    tries: int
    due: float


def nowhere(body: bytes, headers: Mapping[str, str]) -> int | None:
    """Nobody listens yet."""
    del body, headers
    return None


class Courier(World):
    """A world that tells the bot what happens.

    `webhook` gets a body and its headers and returns the HTTP status, None if there
    was no answer. `redelivery` is the console's switch: off, as with LINE.
    """

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self.webhook: Webhook = nowhere
        self.redelivery = False
        self._batch: list[Event] | None = None
        self._held: list[list[Event]] = []
        self._failed: list[Failed] = []

    def event(
        self, kind: str, source: dict[str, str], *, reply_to: str | None = None, **more: Any
    ) -> Event:
        """An event of now; with `reply_to` (a chat) it brings a reply token."""
        with self.lock:
            now = self.clock()
            made: Event = {"type": kind, **more}
            made["source"] = source
            made["timestamp"] = milliseconds(now)
            made["mode"] = "standby" if self.faults.standby else "active"
            made["webhookEventId"] = self.ids.ulid(now)
            made["deliveryContext"] = {"isRedelivery": False}
            if reply_to is not None and not self.faults.standby:
                made["replyToken"] = self.ids.token()
                self.reply_tokens.issue(made["replyToken"], reply_to, now)
            return made

    def deliver(self, event: Event) -> str:
        """Bring an event to the bot, or hold it back for a moment; returns its id."""
        event_id: str = event["webhookEventId"]
        if self._batch is not None:
            self._batch.append(event)
            return event_id
        with self.lock:
            self._held.append([event])
            hold = self.faults.shuffle and len(self._held) < 4 and self.random.random() < 0.6
        if not hold:
            self.flush()
        return event_id

    @contextmanager
    def batch(self) -> Iterator[None]:
        """Bring everything that happens meanwhile in one webhook."""
        self._batch = []
        try:
            yield
        finally:
            events, self._batch = self._batch, None
        if events:
            with self.lock:
                self._held.append(events)
            self.flush()

    def flush(self) -> None:
        """Bring what was held back, in any order if the faults want it so."""
        with self.lock:
            held, self._held = self._held, []
            if self.faults.shuffle:
                self.random.shuffle(held)
        for events in held:
            self._bring(events)

    def redeliver(self, *, due_only: bool = False) -> int:
        """Bring unanswered webhooks again; returns how many were tried."""
        tick = self.ticker()
        with self.lock:
            again = [each for each in self._failed if not due_only or each.due <= tick]
            self._failed = [each for each in self._failed if each not in again]
        for each in again:
            self._try(each.events, each.tries, again=True)
        return len(again)

    def call_webhook(self, events: list[Event]) -> tuple[int | None, float]:
        """Post once; returns the status (None: no answer in time) and the seconds taken."""
        body = orjson.dumps({"destination": self.bot_id, "events": events})
        started = self.ticker()
        status = self.webhook(body, self._headers(body))
        seconds = self.ticker() - started
        answered = status if seconds <= SECONDS_TO_ANSWER else None
        self.record(
            "webhook",
            "POST",
            self.webhook_url,
            status=answered,
            ms=seconds * 1000,
            sent=body,
            answered=b"",
        )
        return answered, seconds

    def _bring(self, events: list[Event]) -> None:
        if not self.webhook_active:
            return
        self._try(events, 0, again=False)
        if self.faults.duplicate:
            self.call_webhook(events)
        if self.faults.redeliver:
            self.call_webhook(redelivered(events))

    def _try(self, events: list[Event], tries: int, *, again: bool) -> None:
        with self.lock:
            for event in events:
                if "replyToken" in event:
                    self.reply_tokens.deliver(event["replyToken"], self.clock())
        status, _ = self.call_webhook(redelivered(events) if again else events)
        answered = status is not None and 200 <= status < 300
        if not answered and self.redelivery and tries + 1 < MOST_TRIES:
            due = self.ticker() + SECONDS_BETWEEN_TRIES * 2**tries
            with self.lock:
                self._failed.append(Failed(events, tries + 1, due))

    def _headers(self, body: bytes) -> dict[str, str]:
        digest = hmac.new(self.secret.encode(), body, hashlib.sha256).digest()
        return {
            "Content-Type": "application/json; charset=utf-8",
            "User-Agent": "LineBotWebhook/2.0",
            "x-line-signature": base64.b64encode(digest).decode(),
        }


def redelivered(events: list[Event]) -> list[Event]:
    """The same events, marked as brought again."""
    return [{**event, "deliveryContext": {"isRedelivery": True}} for event in events]
