"""Finding `@name` in what somebody writes in a group.

LINE does not say how it counts positions; here they are UTF-16 units, as elsewhere.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from emulator.validation.lengths import utf16

EVERYBODY = "@All"
MOST = 20


def mentionees(text: str, names: Mapping[str, str], *, bot_id: str) -> list[dict[str, Any]]:
    """Who is mentioned, in the order of the text; longer names are tried first."""
    words = sorted(((f"@{name}", person) for person, name in names.items()), key=longest_first)
    found: list[dict[str, Any]] = []
    at = text.find("@")
    while at >= 0 and len(found) < MOST:
        word, mentionee = named_at(text, at, words, bot_id)
        if mentionee:
            place = {"index": utf16(text[:at]), "length": utf16(word)}
            found.append(place | mentionee)
        at = text.find("@", at + max(len(word), 1))
    return found


def named_at(
    text: str, at: int, words: list[tuple[str, str]], bot_id: str
) -> tuple[str, dict[str, Any]]:
    """The mention at this place, if it is one."""
    for word, person in words:
        if text.startswith(word, at):
            return word, {"type": "user", "userId": person, "isSelf": person == bot_id}
    if text.startswith(EVERYBODY, at):
        return EVERYBODY, {"type": "all"}
    return "", {}


def longest_first(word: tuple[str, str]) -> tuple[int, str]:
    return -len(word[0]), word[1]
