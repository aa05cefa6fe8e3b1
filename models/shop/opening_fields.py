"""The words an organiser opens a group-buy with, each as what it says: 限50箱, 12/20 21:00結單.

Pure. A line is cut into fields and words that are none; what the words are
(a name, a place) is decided where the whole line is known (`opening`).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from models.programme import Programme
from models.shop.opening_patterns import Kind, Patterns, patterns


class Field(NamedTuple):
    """One field: its text as written, and the named parts of it that were found."""

    kind: Kind
    text: str
    parts: Mapping[str, str] = {}

    @property
    def number(self) -> int:
        return int(self.parts["n"])


def fold(text: str) -> str:
    """Half width, single spaces, none around colons and between the values of a list."""
    half = unicodedata.normalize("NFKC", text).replace("\r", "\n")
    half = re.sub(r"[^\S\n]+", " ", half)
    return re.sub(r" ?(:(?!//)|、) ?", r"\1", re.sub(r" ?, ?", ",", half))


def fields(segment: str, programme: Programme) -> list[Field]:
    """A line cut up, from left to right; the longest reading of each place counts."""
    return list(_cut(segment, patterns(_tier_words(programme))))


def tiers(programme: Programme) -> dict[str, str]:
    """What tiers are called, with and without 級, by what they are called; lower case."""
    called: dict[str, str] = {}
    for tier in programme.tiers:
        for word in (tier.key, tier.name, tier.name.removesuffix("級")):
            called.setdefault(word.lower(), tier.key)
    return called


def _tier_words(programme: Programme) -> tuple[str, ...]:
    return tuple(sorted(tiers(programme), key=lambda word: (-len(word), word)))


def _cut(segment: str, known: Patterns) -> Iterator[Field]:
    at = 0
    while at < len(segment):
        if segment[at] in " ,\n":
            at += 1
            continue
        found = _longest(segment, at, known)
        if found.kind is Kind.OPTIONS:
            found = _ended(segment, at, found, known)
        yield found
        at += len(found.text)


def _longest(segment: str, at: int, known: Patterns) -> Field:
    """The longest field that begins here, else the word that does."""
    word = re.compile(r"[^\s,]+").match(segment, at)
    best, longest = Field(Kind.WORD, word[0] if word else segment[at]), 0
    for kind, pattern in known:
        found = pattern.match(segment, at)
        if found and found.end() - at > longest:
            longest = found.end() - at
            parts = {name: said for name, said in found.groupdict().items() if said}
            best = Field(kind, found[0], parts)
    return best


def _ended(segment: str, at: int, choices: Field, known: Patterns) -> Field:
    """A list of choices, ended where a field comes after one of its commas."""
    for comma in re.finditer(",", choices.text):
        following = _longest(segment, at + comma.end(), known)
        if following.kind is not Kind.WORD and following.parts.keys() != {"bare"}:
            text = choices.text[: comma.start()]
            dropped = len(choices.text) - len(text)
            values = choices.parts["values"][:-dropped]
            return Field(choices.kind, text, {**choices.parts, "values": values})
    return choices
