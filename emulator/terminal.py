"""Somebody with a phone, in the terminal: what they do and what they hear is printed."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import click

from emulator.embedded import EmbeddedShop

PATIENCE = 10.0  # seconds to wait for an answer
WIDTH = 72  # columns; a Chinese character takes two
LONGEST = 12  # lines of one message
NO_LINE_START = "，。、；：！？」）"
SENTENCES = re.compile(r"(?<=[。；！？])")


class Phone:
    """One person of the demo; what was `told` to anybody is not printed at length again."""

    def __init__(self, shop: EmbeddedShop, name: str, label: str, told: set[str]) -> None:
        self.shop, self.name, self.told = shop, name, told
        self.id = shop.platform.add_user(name, label=label)
        self._heard = 0

    def follows(self) -> str:
        """Add the shop as a friend."""
        return self._does("（加入好友）", lambda: self.shop.platform.follow(self.id))

    def says(self, words: str) -> str:
        """Type something; what was heard in answer."""
        return self._does(words, lambda: self.shop.platform.say(self.id, words))

    def sends(self, name: str, text: str) -> str:
        """Send a file."""
        file = text.encode("utf-8-sig")
        return self._does(
            f"（傳送檔案 {name}）", lambda: self.shop.platform.send_file(self.id, name, file)
        )

    def hears(self) -> str:
        """Whatever has come since the last time, printed and returned."""
        seen = self.shop.platform.heard(self.id)
        news, self._heard = seen[self._heard :], len(seen)
        for message in news:
            for line in transcript(message, brief=_said(message) in self.told):
                click.echo(line)
            self.told.add(_said(message))
        return "\n".join(_said(message) for message in news)

    def listens(self) -> str:
        """As `hears`, for what the shop sends of its own accord."""
        if len(self.shop.platform.heard(self.id)) > self._heard:
            click.echo(f"\n{self.name} 收到")
        return self.hears()

    def taps(self, label: str) -> str:
        """Tap the newest button or quick reply that says this."""
        seen = self.shop.platform.heard(self.id)
        action = next(each for each in actions(seen[::-1]) if each.get("label") == label)
        return self._does(f"［{label}］", lambda: self.shop.platform.tap(self.id, action))

    def _does(self, shown: str, act: Callable[[], object]) -> str:
        click.echo(f"\n{self.name} ▸ {shown}")
        before = len(self.shop.platform.heard(self.id))
        act()
        deadline = time.monotonic() + PATIENCE
        while len(self.shop.platform.heard(self.id)) == before and time.monotonic() < deadline:
            time.sleep(0.01)
        return self.hears()


class GroupChat:
    """A LINE group with the shop's account in it; what it says there, everybody reads."""

    def __init__(self, shop: EmbeddedShop, name: str, members: Sequence[str]) -> None:
        self.shop, self.name = shop, name
        self.id = shop.platform.add_group(name, members)
        self._heard = 0
        click.echo(f"\n（{name}：{len(members)} 位成員和團購小幫手）")
        self.hears()

    def hears(self) -> str:
        """What the account says there next, printed and returned."""
        deadline = time.monotonic() + PATIENCE
        while len(self._seen()) == self._heard and time.monotonic() < deadline:
            time.sleep(0.01)
        news, self._heard = self._seen()[self._heard :], len(self._seen())
        for message in news:
            for line in transcript(message):
                click.echo(line)
        return "\n".join(_said(message) for message in news)

    def hears_from(self, phone: Phone, words: str) -> str:
        """Somebody writes something there; what is heard in answer."""
        click.echo(f"\n{phone.name}（在 {self.name}）▸ {words}")
        self.shop.platform.say(phone.id, words, group=self.id)
        return self.hears()

    def _seen(self) -> list[dict[str, Any]]:
        return self.shop.platform.heard(self.id)


def actions(block: Any) -> Iterator[dict[str, Any]]:
    """Everything in these messages that can be tapped, in order."""
    if isinstance(block, list):
        for part in block:
            yield from actions(part)
    elif isinstance(block, dict):
        if isinstance(block.get("action"), dict):
            yield block["action"]
        for name, part in block.items():
            if name != "action":
                yield from actions(part)


def transcript(message: dict[str, Any], *, brief: bool = False) -> Iterator[str]:
    """A message as lines: a fact on each, long ones folded, quick replies at the end."""
    lines = [line for fact in _facts(_said(message)) for line in _folded(fact)]
    most = 1 if brief else LONGEST
    shown = lines if len(lines) <= most + 1 else [*lines[:most], "……"]
    for number, line in enumerate(shown):
        yield f"    {'│ ' if number else '┌ '}{line}"
    choices = [item["action"]["label"] for item in message.get("quickReply", {}).get("items", [])]
    if choices:
        yield f"    └ 〔{'〕〔'.join(choices)}〕"


def _said(message: dict[str, Any]) -> str:
    return str(message.get("text") or message.get("altText") or f"（{message.get('type')}）")


def _facts(words: str) -> Iterator[str]:
    """Sentences and items of a list, each for itself."""
    for paragraph in words.splitlines():
        for fact in SENTENCES.split(paragraph):
            if fact:
                yield fact.rstrip("；。")


def _folded(words: str) -> Iterator[str]:
    """Lines of at most WIDTH columns; no line begins with a closing mark."""
    line, width = "", 0
    for character in words:
        wide = 1 if character.isascii() else 2
        if width + wide > WIDTH and character not in NO_LINE_START:
            yield line
            line, width = "", 0
        line, width = line + character, width + wide
    yield line
