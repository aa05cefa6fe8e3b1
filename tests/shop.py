"""The whole shop in this process, with LINE played in memory and a clock that can be set.

`Shop.phone(name)` is somebody with a phone: `says(words)` returns what they hear.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

import uvloop
from flask.testing import FlaskClient
from sqlalchemy import Engine
from sqlalchemy.orm import Session, sessionmaker

from app import create_app
from backoffice import imports
from backoffice.imports import Report
from bot import assembly
from bot.line import Line
from bot.profiles import Profiles
from bot.runtime import Runtime
from bot.sender import Tally
from bot.settings import Settings
from emulator.client import MemoryTransport
from emulator.platform import Platform
from models.base import TAIPEI
from models.people import roles
from models.people.roles import Role
from models.programme import Programme
from scheduler.tick import Ticked, tick

CHANNEL_SECRET = "channel-secret-of-the-tests"
TOKEN = "token-of-the-tests"


@cache  # one for all shops of a process: to make one takes longer than to send a reply
def _loop() -> asyncio.Runner:
    return asyncio.Runner(loop_factory=uvloop.new_event_loop)


class Clock:
    """The time it is, as far as the shop and LINE know."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def jump(self, to: datetime | timedelta) -> None:
        self.now = self.now + to if isinstance(to, timedelta) else to


class Heard(list[dict[str, Any]]):
    """Messages the bot sent; `words in heard` looks into what a person would read."""

    @property
    def text(self) -> str:
        return "\n".join(str(m.get("text") or m.get("altText") or "") for m in self)

    def __contains__(self, words: object) -> bool:
        return isinstance(words, str) and words in self.text

    @property
    def choices(self) -> list[str]:
        return [
            item["action"]["label"]
            for message in self
            for item in message.get("quickReply", {}).get("items", [])
        ]


class Phone:
    """Somebody with LINE."""

    def __init__(self, shop: Shop, name: str) -> None:
        self.shop, self.name = shop, name
        self.id = shop.platform.add_user(name)
        self._heard = 0

    def follows(self) -> Heard:
        return self._does(lambda: self.shop.platform.follow(self.id))

    def unfollows(self) -> Heard:
        return self._does(lambda: self.shop.platform.unfollow(self.id))

    def says(self, words: str, *, quotes: str | None = None) -> Heard:
        """Write in 1:1, in answer to the newest message there that says `quotes`."""
        quote = _newest(self.shop, self.id, quotes) if quotes is not None else None
        return self._does(lambda: self.shop.platform.say(self.id, words, quote=quote))

    def taps(self, label: str) -> Heard:
        """Tap the latest button or quick reply that says this."""
        action = next(a for a in _actions(self._seen()[::-1]) if a.get("label") == label)
        return self._does(lambda: self.shop.platform.tap(self.id, action))

    def sends_file(self, name: str, data: bytes) -> Heard:
        return self._does(lambda: self.shop.platform.send_file(self.id, name, data))

    def sends_sticker(self) -> Heard:
        return self._does(lambda: self.shop.platform.send_sticker(self.id, "446", "1988"))

    def sends_picture(self, data: bytes = b"a picture") -> Heard:
        return self._does(lambda: self.shop.platform.send_image(self.id, data))

    def says_in(self, group: Group, words: str, *, quotes: str | None = None) -> Heard:
        """Write in a group, in answer to the newest message there that says `quotes`."""
        quote = group.message(quotes) if quotes is not None else None
        return group.does(
            lambda: self.shop.platform.say(self.id, words, group=group.id, quote=quote)
        )

    def taps_in(self, group: Group, label: str) -> Heard:
        """Tap the latest button in a group that says this."""
        action = next(a for a in _actions(group.heard()[::-1]) if a.get("label") == label)
        return group.does(lambda: self.shop.platform.tap(self.id, action, group=group.id))

    def edits(self, group: Group, words: str, *, said: str | None = None) -> Heard:
        """Change the last message they wrote in a group, or the one that says `said`."""
        return group.does(lambda: self.shop.platform.edit(group.message(said, by=self), words))

    def unsends(self, group: Group) -> Heard:
        """Take back the last message they wrote in a group."""
        return group.does(lambda: self.shop.platform.unsend(group.message(None, by=self)))

    def hears(self) -> Heard:
        """What came since the last time they listened."""
        seen = self._seen()
        news, self._heard = seen[self._heard :], len(seen)
        return Heard(news)

    def _does(self, act: Callable[[], object]) -> Heard:
        self.hears()
        act()
        self.shop.settle()
        return self.hears()

    def _seen(self) -> list[dict[str, Any]]:
        return self.shop.platform.heard(self.id)


class Group:
    """A LINE group into which the bot was invited; what it says there, everybody hears."""

    def __init__(self, shop: Shop, name: str, *phones: Phone, room: bool = False) -> None:
        self.shop = shop
        self.id = shop.platform.add_group(name, [phone.id for phone in phones], room=room)
        self._heard = 0

    def joins(self, phone: Phone) -> Heard:
        return self.does(lambda: self.shop.platform.join_group(self.id, phone.id))

    def hears(self) -> Heard:
        """What the bot said since the last time somebody asked."""
        seen = self.heard()
        news, self._heard = seen[self._heard :], len(seen)
        return Heard(news)

    def heard(self) -> list[dict[str, Any]]:
        return self.shop.platform.heard(self.id)

    def does(self, act: Callable[[], object]) -> Heard:
        self.hears()
        act()
        self.shop.settle()
        return self.hears()

    def message(self, words: str | None, *, by: Phone | None = None) -> str:
        """The id of the newest message that says this, of this phone or of anybody."""
        return _newest(self.shop, self.id, words, f"user:{by.id}" if by is not None else "")


class Shop:
    """A shop on one database, driven by hand: nothing happens but by a call here."""

    def __init__(
        self,
        engine: Engine,
        sessions: sessionmaker[Session],
        programme: Programme,
        now: datetime,
        **settings: Any,
    ) -> None:
        self.clock = Clock(now)
        self.platform = Platform(clock=self.clock, secret=CHANNEL_SECRET, token=TOKEN)
        self.sessions, self.programme = sessions, programme
        self.runtime = Runtime(
            settings=Settings(
                channel_secrets=(CHANNEL_SECRET,),
                access_token=TOKEN,
                secret_key="secret-key-of-the-tests",
                database_url="given",
                public_url="http://localhost:8000",
                **settings,
            ),
            engine=engine,
            sessions=sessions,
            line=Line(MemoryTransport(self.platform), TOKEN),
            programme=programme,
            clock=self.clock,
        )
        app = create_app(self.runtime)
        self.client: FlaskClient = app.test_client()
        self._intake = app.extensions["intake"]
        self.platform.webhook = self._call_back
        self._loop = assembly.Loop()
        self.worker = assembly.inbox_worker(self.runtime, self._loop)
        self.profiles: Profiles = assembly.profiles(self.runtime, self._loop)
        # alone, so that it need not ask before each message who else sends
        self.sender = assembly.sender(self.runtime, shared=False)

    def phone(self, name: str, *, role: Role = Role.MEMBER) -> Phone:
        phone = Phone(self, name)
        if role is not Role.MEMBER:
            with self.sessions.begin() as session:
                roles.grant(session, phone.id, role, by="test", now=self.clock())
        return phone

    def group(self, name: str, *phones: Phone, room: bool = False) -> Group:
        """A group of these people; the account knows by then how it is found."""
        self.profiles.introduce()
        group = Group(self, name, *phones, room=room)
        self.settle()
        return group

    def settle(self) -> Tally:
        """Let the worker and the sender do what there is to do."""
        while self.worker.drain():
            pass
        return self.send()

    def send(self) -> Tally:
        """Let the sender do what there is to do."""
        return _loop().run(self.sender.draining(self.clock()))

    def tick(self) -> Ticked:
        return tick(self.sessions, now=self.clock(), programme=self.programme)

    def imports(self, kind: str, text: str) -> Report:
        with self.sessions.begin() as session:
            return imports.run(
                session,
                kind,
                text.encode(),
                f"{kind}.csv",
                now=self.clock(),
                programme=self.programme,
                commit=True,
            )

    def close(self) -> None:
        self._intake().close()
        self._loop.close()

    def _call_back(self, body: bytes, headers: Any) -> int | None:
        return self.client.post("/callback", data=body, headers=dict(headers)).status_code


def taipei(*parts: int) -> datetime:
    """A time in Taipei."""
    return datetime(*parts, tzinfo=TAIPEI).astimezone(UTC)  # type: ignore[misc,arg-type]


def _newest(shop: Shop, chat: str, words: str | None, sender: str = "") -> str:
    """The id of the newest message in a chat that says this."""
    return next(
        item.id
        for item in reversed(shop.platform.chat(chat))
        if item.sender.startswith(sender) and (words is None or words in Heard([item.message]))
    )


def _actions(block: Any) -> list[dict[str, Any]]:
    if isinstance(block, list):
        return [action for part in block for action in _actions(part)]
    if not isinstance(block, dict):
        return []
    own = [block["action"]] if isinstance(block.get("action"), dict) else []
    return own + [
        a for part in block.values() if part is not block.get("action") for a in _actions(part)
    ]


__all__ = ["Clock", "Group", "Heard", "Phone", "Shop", "taipei"]
