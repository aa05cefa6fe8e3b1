"""What everybody sees: people, groups, and the messages in each chat, in order.

`seq` numbers everything that happens in the emulator; an item's `changed` is the `seq`
of its last change, so whoever watches a chat also hears of edits and unsent messages.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass(slots=True)
class Person:
    """Somebody with LINE. `label` is for the chat page; `menu` was linked by the bot.

    Who did not consent is not named in what happens in groups.
    """

    id: str
    name: str
    label: str = ""
    language: str | None = "zh-TW"
    friend: bool = False
    blocked: bool = False
    consented: bool = True
    spoke_at: datetime | None = None
    menu: str | None = None
    switched_menu: str | None = None

    @property
    def reachable(self) -> bool:
        return self.friend and not self.blocked


@dataclass(slots=True)
class Group:
    """A group chat (C…) or a room (R…); `present` while the bot is in it."""

    id: str
    name: str
    members: list[str] = field(default_factory=list)
    present: bool = True

    @property
    def kind(self) -> str:
        return "room" if self.id.startswith("R") else "group"


@dataclass(slots=True)
class ChatItem:
    """`sender` is `user:<id>`, `bot` or `system`; `message` is as sent or received."""

    seq: int
    at: datetime
    sender: str
    id: str
    message: dict[str, Any]
    read: bool = True
    changed: int = 0


@dataclass(slots=True)
class Content:
    """A file, picture or recording somebody sent; `waits` requests find it unready."""

    data: bytes
    media_type: str
    waits: int = 0
    gone: bool = False


@dataclass(slots=True)
class Received:
    """Where a message of a person stands, for unsending, editing and quoting."""

    chat: str
    sender: str
    item: ChatItem
    content: Content | None = None
