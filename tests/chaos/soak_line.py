"""LINE for a soak: counts what it took, keeps little, and knocks at one of several webs."""

from __future__ import annotations

import random
from collections import Counter
from typing import Any

import orjson

from bot.line import Response
from bot.runtime import Clock, wall_clock
from emulator.calls import Call
from emulator.chats import ChatItem
from emulator.courier import Event
from emulator.platform import Platform
from emulator.posting import Poster
from tests.processes import SECRETS

PUSH = "/v2/bot/message/push"
REPLY = "/v2/bot/message/reply"
GIFT = "生日快樂"  # its coupon's code is another each time, so its words would be too
KEPT_ITEMS, KEPT_MESSAGES = 10, 2000
LONG = 300  # items of a chat that is watched
FAULTS = {"fail_before": 0.01, "fail_after": 0.01, "drop": 0.01, "rate_limited": 0.005}


class CountingLine(Platform):
    """`made` are events LINE had to tell; `taken` those that were answered with 200, and
    whether they were messages, which are always replied to.

    `pushes` counts what was accepted by person and body, `keys` by retry key.
    `watched` are chats of which more than the end is kept.
    """

    def __init__(self, ports: list[int], clock: Clock = wall_clock) -> None:
        super().__init__(
            clock=clock,
            secret=SECRETS["LINE_CHANNEL_SECRET"],
            token=SECRETS["LINE_CHANNEL_ACCESS_TOKEN"],
            quota=None,
            log_size=2000,
        )
        self.redelivery = True
        self.webhook = Poster(lambda: f"http://127.0.0.1:{random.choice(ports)}/callback")
        self.watched: set[str] = set()
        self.made: dict[str, str] = {}
        self.taken: dict[str, bool] = {}
        self.pushes: Counter[tuple[str, str]] = Counter()
        self.keys: Counter[str] = Counter()
        self.replies = 0
        self.webhooks: Counter[int | None] = Counter()

    def deliver(self, event: Event) -> str:
        self.made[event["webhookEventId"]] = event["source"]["userId"]
        return super().deliver(event)

    def call_webhook(self, events: list[Event]) -> tuple[int | None, float]:
        status, seconds = super().call_webhook(events)
        with self.lock:
            self.webhooks[status] += 1
            if status == 200:
                said = {each["webhookEventId"]: each["type"] == "message" for each in events}
                self.taken.update(said)
        return status, seconds

    @property
    def untold(self) -> int:
        """Webhooks that LINE still wants to bring."""
        with self.lock:
            return len(self._failed) + len(self._held)

    def show(
        self, chat: str, sender: str, message: dict[str, Any], *, read: bool = True
    ) -> ChatItem:
        """Keep the end of each chat only: a soak is not to fill the memory of LINE."""
        with self.lock:
            item = super().show(chat, sender, message, read=read)
            del self._chats[chat][: -(LONG if chat in self.watched else KEPT_ITEMS)]
            for kept in (self.received, self.read_tokens):
                while len(kept) > KEPT_MESSAGES:
                    del kept[next(iter(kept))]
            return item

    def _answer(self, call: Call, data: bool | None) -> Response:
        response = super()._answer(call, data)
        if response.status == 200 and call.path in (PUSH, REPLY):
            with self.lock:
                self._count(call)
        return response

    def _count(self, call: Call) -> None:
        if call.path == REPLY:
            self.replies += 1
            return
        body = orjson.loads(call.body)
        said = orjson.dumps(body["messages"]).decode()
        self.pushes[body["to"], GIFT if GIFT in said else said] += 1
        self.keys[call.headers.get("x-line-retry-key", "")] += 1
