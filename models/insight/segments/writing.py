"""An expression as it is written: folded to half width and cut into words that know their place.

Pure. Positions are those of the text as it was typed, counted from 1 in what
people see as characters, so that an emoji of five code points is one.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterator
from typing import NamedTuple

import regex

from models.characters import simplified
from models.insight.segments import refusals
from models.insight.segments.refusals import BadSegment, EmptySegment, SegmentTooLong

LONGEST = 2_000
QUOTES = {'"': '"', "「": "」", "『": "』", "“": "”"}
BRACKETS = str.maketrans("[]{}【】〔〕", "()()()()")
SIGNS = {"≥": ">=", "≤": "<=", "≧": ">=", "≦": "<=", "⩾": ">=", "⩽": "<=", "～": "~"}
COMMAS = ",、;"
# a comma between digits parts thousands, within quotes anything goes
WORD = re.compile(
    r"""(?: "[^"]*" | 「[^」]*」 | 『[^』]*』 | “[^”]*”
          | (?<=\d),(?=\d{3}(?!\d))
          | [^\s()&|!,、;"「」『』“”] )+""",
    re.VERBOSE,
)
SIGN = re.compile(r"[()]|&&?|\|\|?|!|[,、;]")
OPEN_END = re.compile(r"(?:[:<>=]|^\#)$")
OPEN_START = re.compile(r"[:<>=]")


class Word(NamedTuple):
    """Folded text, and where in the typed text each of its characters stands (from 0)."""

    text: str
    places: tuple[int, ...]
    position: int

    def part(self, start: int, end: int, typed: Typed) -> Word:
        """The characters from `start` to `end` as a word of their own."""
        return typed.word(self.text[start:end], self.places[start:end])


class Typed:
    """The text as it was typed."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._seen: list[int] = [found.start() for found in regex.finditer(r"\X", text)]

    def position(self, place: int) -> int:
        """Which character, from 1, the code point at `place` belongs to."""
        return max(bisect_right(self._seen, place), 1)

    def word(self, text: str, places: tuple[int, ...]) -> Word:
        return Word(text, places, self.position(places[0]))


def words(typed: Typed) -> list[Word]:
    """The words, brackets and signs of an expression, from left to right.

    Raises:
        EmptySegment: there are none.
        SegmentTooLong: there is more text than anybody reads.
        BadSegment: a quotation mark stands alone.
    """
    if len(typed.text) > LONGEST:
        raise SegmentTooLong(LONGEST)
    found = list(_joined(list(_cut(typed)), typed))
    if not found:
        raise EmptySegment
    return found


def key(text: str) -> str:
    """The same for every way of writing a name: half width, simplified, lower case, no spaces."""
    folded = unicodedata.normalize("NFKC", text)
    return simplified("".join(folded.split())).casefold()


def bare(text: str) -> str:
    """Without quotation marks around it."""
    if len(text) > 1 and QUOTES.get(text[0]) == text[-1]:
        return text[1:-1].strip()
    return text.strip()


def quoted(name: str) -> str:
    """A name as it is written into an expression: quoted where it would fall apart."""
    whole = WORD.fullmatch(_folded(name)[0])
    return name if whole and not any(mark in name for mark in QUOTES) else f'"{name}"'


def _folded(text: str) -> tuple[str, list[int]]:
    out: list[str] = []
    places: list[int] = []
    for place, character in enumerate(text):
        if unicodedata.category(character) in ("Cc", "Cs"):
            half = " "
        else:
            half = SIGNS.get(character) or unicodedata.normalize("NFKC", character)
        half = half.translate(BRACKETS)
        out.append(half)
        places += [place] * len(half)
    return "".join(out), places


def _cut(typed: Typed) -> Iterator[Word]:
    text, places = _folded(typed.text)
    at = 0
    while at < len(text):
        if text[at].isspace():
            at += 1
            continue
        found = WORD.match(text, at) or SIGN.match(text, at)
        if found is None:
            raise BadSegment(refusals.NOT_QUOTED, typed.position(places[at]), text[at])
        yield typed.word(found[0], tuple(places[at : found.end()]))
        at = found.end()


def _joined(found: list[Word], typed: Typed) -> Iterator[Word]:
    """`R > 30` and `生日: 本月` as one word each."""
    at = 0
    while at < len(found):
        word = found[at]
        at += 1
        while at < len(found) and _go_together(word, found[at]):
            after = found[at]
            word = typed.word(word.text + after.text, word.places + after.places)
            at += 1
        yield word


def _go_together(word: Word, after: Word) -> bool:
    if SIGN.fullmatch(word.text) or SIGN.fullmatch(after.text):
        return False
    return bool(OPEN_END.search(word.text) or OPEN_START.match(after.text))
