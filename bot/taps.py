"""Marks on the buttons of a broadcast's cards, by which taps on them are told from the same words.

A marked button still says a command that somebody could have typed: the mark
stands behind it and is taken off before anybody reads what was said.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from bot.views.kit import Message

LONGEST = 300  # LINE's limit of what a button says
UNMARKED = frozenset({"通知設定"})  # who wants to hear less was not won by it

_mark = re.compile(r"(?P<said>.*) ~b(?P<number>[1-9]\d{0,8})", re.DOTALL | re.ASCII)


def marked(
    messages: Sequence[Message], number: int, *, before: Message | None = None
) -> list[Message]:
    """The same messages, every button marked with the broadcast's number.

    What is within `before` was marked already; a card that many are sent is marked once.
    """
    done = None if before is None else before["contents"]
    return [_marked(each, f" ~b{number}", done) for each in messages]


def parted(data: str) -> tuple[str, int | None]:
    """What a button says, and the broadcast that it stood on, if it did."""
    found = _mark.fullmatch(data)
    return (data, None) if found is None else (found["said"], int(found["number"]))


def _marked(part: Any, mark: str, done: Any) -> Any:
    if isinstance(part, list):
        return [_marked(each, mark, done) for each in part]
    if not isinstance(part, dict) or part is done:
        return part
    found = {name: _marked(each, mark, done) for name, each in part.items()}
    if found.get("type") == "postback":
        said = str(found["data"])
        if said not in UNMARKED and len(said) + len(mark) <= LONGEST:
            found["data"] = said + mark
    return found
