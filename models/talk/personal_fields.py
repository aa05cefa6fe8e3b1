"""Fields in a text that differ from member to member: {稱呼}, {點數}, {等級}.

Pure. A text is checked before anything is queued: with every field, and every
link, as long as it can be, it still fits into one message.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from difflib import get_close_matches
from enum import StrEnum

from models.base import N_, Refusal
from models.talk import tracked_links

LIMIT = 5000  # UTF-16 units, LINE's limit of a text message
NAMELESS = "團友"


class Field(StrEnum):
    """What of a member a text can name."""

    NAME = "name"
    POINTS = "points"
    TIER = "tier"


WORDS: Mapping[str, Field] = {
    "稱呼": Field.NAME,
    "名字": Field.NAME,
    "姓名": Field.NAME,
    "name": Field.NAME,
    "點數": Field.POINTS,
    "points": Field.POINTS,
    "等級": Field.TIER,
    "會員等級": Field.TIER,
    "tier": Field.TIER,
}
# as long as each can come out, in UTF-16 units: a name as it is kept, 9,999,999, a tier's name
LONGEST = {Field.NAME: 200, Field.POINTS: 9, Field.TIER: 40}
SHOWN = "{稱呼}、{點數}、{等級}"

_field = re.compile(r"[{｛]([^{}｛｝\n]{0,40})[}｝]")
_said = "|".join(sorted(WORDS, key=len, reverse=True))
_half = re.compile(rf"[{{｛]\s*({_said})|({_said})\s*[}}｝]", re.IGNORECASE)  # a brace is missing


class UnknownField(Refusal):
    """A field that no member has."""

    def __init__(self, word: str, meant: str) -> None:
        super().__init__(
            N_("不認得「{word}」。可以用的欄位是 {known}，請改好再送一次。"),
            word=word,
            known=meant or SHOWN,
        )


class TooLong(Refusal):
    """More than one message holds."""

    def __init__(self, units: int) -> None:
        super().__init__(
            N_("文字太長了：最多 {limit} 個字，現在多了 {over} 個，請縮短後再送一次。"),
            limit=f"{LIMIT:,}",
            over=f"{units - LIMIT:,}",
        )


def check(text: str) -> None:
    """Look whether the text can be sent to anybody.

    Raises:
        UnknownField: it names a field that there is not.
        TooLong: with its fields and links filled in it may be longer than a message.
    """
    rest = _field.sub("", text)
    if (half := _half.search(rest)) is not None:
        raise UnknownField(half[0].strip(), f"{{{half[1] or half[2]}}}")
    longest = units(rest) + tracked_links.longer(text)
    for found in _field.finditer(text):
        named = _named(found[1])
        if named is None:
            raise UnknownField(found[0], _meant(found[1]))
        longest += LONGEST[named]
    if longest > LIMIT:
        raise TooLong(longest)


def used(text: str) -> frozenset[Field]:
    """The fields a text names."""
    return frozenset(named for found in _field.finditer(text) if (named := _named(found[1])))


def filled(text: str, values: Mapping[Field, str]) -> str:
    """The text as one member reads it; a name nobody knows is 團友."""

    def value(found: re.Match[str]) -> str:
        named = _named(found[1])
        if named is None:
            return found[0]
        said = values.get(named, "")
        return said or (NAMELESS if named is Field.NAME else said)

    return _field.sub(value, text)


def units(text: str) -> int:
    """Its length in UTF-16 units, as LINE counts."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def _named(word: str) -> Field | None:
    return WORDS.get(word.strip().lower())


def _meant(word: str) -> str:
    near = get_close_matches(word.strip().lower(), WORDS, n=1, cutoff=0.5)
    return f"{{{near[0]}}}" if near else ""
