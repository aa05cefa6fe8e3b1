"""LINE's side of the shop: who is there, what was said, and what the bot may still do.

Everything is in memory and guarded by one lock; nothing here speaks to the bot.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from random import Random
from typing import Any

from emulator.chats import ChatItem, Group, Person, Received
from emulator.faults import Faults
from emulator.ids import Ids
from emulator.journal import Journal, LogEntry
from emulator.menus import RichMenus
from emulator.quota import Quota
from emulator.rates import Rates
from emulator.retries import RetryKeys
from emulator.tokens import ReplyTokens

STRANGER_WINDOW = timedelta(days=7)


class Impossible(ValueError):
    """Something no phone can do, said in a sentence for the chat page."""


class World:
    """The state of one channel.

    `clock` tells LINE's time; `ticker` counts real seconds. `verified`
    accounts may list their followers; with `chat_mode` "chat" messages stay unread
    until the bot marks them.
    """

    def __init__(
        self,
        *,
        clock: Callable[[], datetime],
        secret: str,
        token: str,
        quota: int | None = 3000,
        name: str = "團友小舖",
        seed: int = 0,
        ticker: Callable[[], float] = time.monotonic,
        log_size: int = 20_000,
    ) -> None:
        self.clock, self.secret, self.token, self.name = clock, secret, token, name
        self.ticker = ticker
        self.lock = threading.RLock()
        self.random = Random(seed)  # noqa: S311 - repeatable, not secret
        self.ids = Ids(seed, self.random)
        self.bot_id = self.ids.named("U", f"bot {name}")
        self.verified = False
        self.chat_mode = "bot"
        self.webhook_url, self.webhook_active = "", True
        self.faults = Faults()
        self.rates = Rates(clock, ticker)
        self.monthly = Quota(quota)
        self.retry_keys = RetryKeys()
        self.reply_tokens = ReplyTokens()
        self.menus = RichMenus()
        self.coupons: dict[str, dict[str, Any]] = {}
        self.narrowcasts: dict[str, dict[str, Any]] = {}
        self.people: dict[str, Person] = {}
        self.groups: dict[str, Group] = {}
        self.received: dict[str, Received] = {}
        self.read_tokens: dict[str, str] = {}
        self.typing: dict[str, datetime] = {}
        self.log = Journal(maxlen=log_size)
        self.seq = 0
        self.listeners: list[Callable[[], None]] = []
        self._chats: dict[str, list[ChatItem]] = {}

    @property
    def quota(self) -> int | None:
        """Messages a month; None: no limit."""
        return self.monthly.limit

    @quota.setter
    def quota(self, limit: int | None) -> None:
        self.monthly.limit = limit

    @property
    def quota_used(self) -> int:
        """Messages of this month so far."""
        return self.monthly.used(self.clock())

    def changed(self) -> int:
        """Number the next thing that happens, and tell whoever watches."""
        with self.lock:
            self.seq += 1
            for listener in self.listeners:
                listener()
            return self.seq

    def show(
        self, chat: str, sender: str, message: dict[str, Any], *, read: bool = True
    ) -> ChatItem:
        """Put a message into a chat."""
        with self.lock:
            now, seq = self.clock(), self.changed()
            item = ChatItem(seq, now, sender, self.ids.message(now), message, read, seq)
            self._chats.setdefault(chat, []).append(item)
            if sender == "bot":
                self.typing.pop(chat, None)
            return item

    def chat(self, chat_id: str) -> list[ChatItem]:
        """Everything seen in a chat (a person's id, or a group's), in order."""
        with self.lock:
            return list(self._chats.get(chat_id, ()))

    def heard(self, user_id: str, after: int = 0) -> list[dict[str, Any]]:
        """What the bot sent to a person since `after` (a `seq`), groups left aside."""
        items = self.chat(user_id)
        return [item.message for item in items if item.sender == "bot" and item.seq > after]

    def reaches(self, user_id: str, now: datetime) -> bool:
        """Whether a push arrives: friends, and strangers who wrote within seven days."""
        person = self.people[user_id]
        if person.blocked:
            return False
        spoke = person.spoke_at
        return person.friend or (spoke is not None and now - spoke < STRANGER_WINDOW)

    def record(self, direction: str, method: str, path: str, **what: Any) -> None:
        """Write down a request or a webhook: `status`, `ms`, `sent`, `answered`."""
        with self.lock:
            self.log.append(
                LogEntry(self.changed(), self.clock(), direction, method, path, **what)
            )

    def person(self, user_id: str) -> Person:
        """Somebody by id.

        Raises:
            Impossible: there is nobody of this id.
        """
        if user_id not in self.people:
            raise Impossible(f"沒有這個人：{user_id}")
        return self.people[user_id]

    def group(self, group_id: str) -> Group:
        """A group or room by id.

        Raises:
            Impossible: there is none of this id.
        """
        if group_id not in self.groups:
            raise Impossible(f"沒有這個群組：{group_id}")
        return self.groups[group_id]
