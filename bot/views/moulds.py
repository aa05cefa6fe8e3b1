"""Cards drawn once and filled many times, where only their words differ.

A card is drawn with marks for words, and where the marks come out the words are
put in from then on: into strings of a message, never into JSON. Words that
could be cut, or change what stands beside them, are drawn as ever.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import lru_cache
from operator import itemgetter
from typing import Any

from bot.texts import language
from bot.views.alt_text import PAUSES
from bot.views.kit import Message

Fill = Callable[[Sequence[str]], Any]

SHORT = 30  # characters, a telling that every figure, row and title has room for
# letters of nobody's script, of two UTF-16 units each: a mark takes as much room as can be
FIRST, PAD, END = 0xF0001, "\U000f0000", "\U000fffff"
MARK = re.compile(f"([{chr(FIRST)}-{chr(FIRST + 98)}]){PAD}*{END}")
MARKED = re.compile(f"[{PAD}-{END}]")


class TooNarrow(Exception):
    """A place in which words as long as they may be would be cut."""


class Mould:
    """A drawing whose words are filled in.

    `draw` is called with what shapes the card, and with words by name, of which
    its shape must not depend. `longer` are lengths of words that may be long.
    """

    def __init__(self, draw: Callable[..., Message], **longer: int) -> None:
        self._draw, self._longer = draw, longer
        self._cast = lru_cache(maxsize=1024)(self._cast_once)

    def __call__(self, *shape: Any, **words: str) -> Message:
        for name, said in words.items():
            if not is_plain(said, self._longer.get(name, SHORT)):
                return self._draw(*shape, **words)
        fill = self._cast(language(), shape, tuple(words))
        message: Message = fill(list(words.values())) if fill else self._draw(*shape, **words)
        return message

    def _cast_once(
        self, _language: str, shape: tuple[Any, ...], names: tuple[str, ...]
    ) -> Fill | None:
        marks = {name: mark(at, self._longer.get(name, SHORT)) for at, name in enumerate(names)}
        try:
            return _filler(self._draw(*shape, **marks))
        except TooNarrow:
            return None


def mark(number: int, longest: int) -> str:
    """What stands for a word, as long as any that is filled in; two characters at the least."""
    return f"{chr(FIRST + number)}{PAD * (longest - 2)}{END}"


def is_plain(said: str, longest: int) -> bool:
    """Whether it comes out as it went in, and leaves its neighbours as they are."""
    return (
        0 < len(said) <= longest
        and said.isprintable()
        and said[-1] not in PAUSES
        and said[0] not in " ・"
        and said[-1] != " "
    )


def _filler(part: Any) -> Fill | None:
    """What makes this part of a message from words; None where it has none, and is shared."""
    if isinstance(part, str):
        return _text(part)
    if isinstance(part, dict):
        return _copier(part, list(part.items()))
    if isinstance(part, list):
        return _copier(part, list(enumerate(part)))
    return None


def _copier(part: Any, items: list[tuple[Any, Any]]) -> Fill | None:
    fills = [(key, fill) for key, value in items if (fill := _filler(value)) is not None]
    if not fills:
        return None

    def copied(words: Sequence[str]) -> Any:
        made = part.copy()
        for key, fill in fills:
            made[key] = fill(words)
        return made

    return copied


def _text(part: str) -> Fill | None:
    pieces: list[Any] = MARK.split(part)
    if any(MARKED.search(piece) for piece in pieces[::2]):
        raise TooNarrow(part)
    if len(pieces) == 1:
        return None
    pieces[1::2] = [ord(mark) - FIRST for mark in pieces[1::2]]
    if len(pieces) == 3 and not pieces[0] and not pieces[2]:
        return itemgetter(pieces[1])
    places = list(enumerate(pieces))[1::2]

    def text(words: Sequence[str]) -> str:
        filled = pieces.copy()
        for at, number in places:
            filled[at] = words[number]
        return "".join(filled)

    return text
