"""Somebody with a phone, in the terminal: what they do and what they hear is printed."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any

import click

from emulator.embedded import EmbeddedShop

PATIENCE = 10.0  # seconds to wait for an answer
WIDTH = 72


class Phone:
    """One person of the demo."""

    def __init__(self, shop: EmbeddedShop, name: str) -> None:
        self.shop, self.name = shop, name
        self.id = shop.platform.add_user(name)
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
        words = "\n".join(_words(message) for message in news)
        for line in _wrapped(words):
            click.echo(f"    團友→{self.name} │ {line}")
        return words

    def _does(self, shown: str, act: Callable[[], object]) -> str:
        click.echo(f"\n{self.name} ▸ {shown}")
        before = len(self.shop.platform.heard(self.id))
        act()
        deadline = time.monotonic() + PATIENCE
        while len(self.shop.platform.heard(self.id)) == before and time.monotonic() < deadline:
            time.sleep(0.01)
        return self.hears()


def _words(message: dict[str, Any]) -> str:
    choices = [item["action"]["label"] for item in message.get("quickReply", {}).get("items", [])]
    said = str(message.get("text") or message.get("altText") or f"（{message.get('type')}）")
    return f"{said}\n〔{'〕〔'.join(choices)}〕" if choices else said


def _wrapped(words: str) -> Iterator[str]:
    """Lines of at most WIDTH columns; a Chinese character takes two."""
    for paragraph in words.splitlines():
        line, width = "", 0
        for character in paragraph:
            wide = 1 if character.isascii() else 2
            if width + wide > WIDTH:
                yield line
                line, width = "", 0
            line, width = line + character, width + wide
        yield line
