"""接龍: whose line of a reposted list may be the writer's. It is asked about, never counted."""

from __future__ import annotations

import re
from typing import NamedTuple

from models.shop.reading.lists import reposted
from models.shop.reading.writing import Folded, fold

NUMBERED = re.compile(r"\s*[(（]?(\d{1,3})[.、)）\]:：,，\s]?\s*")
ORDER = re.compile(r"[A-Za-z]{0,2}\d{0,2}\s*[+＋*×xX]\s*[0-9０-９]{1,2}")


class Relayed(NamedTuple):
    """A line of a list: its number, and what it orders."""

    number: int
    order: str


def own_line(text: str, writer: str) -> Relayed | None:
    """The line that bears the writer's name, else the last one; None for what is no list."""
    if not reposted(Folded(text).text, fold(writer)):
        return None
    lines = [line for line in text.split("\n") if line.strip()]
    orders = [line for line in lines if ORDER.search(line) or NUMBERED.match(line)] or lines
    named = [line for line in orders if writer and fold(writer) in fold(line)]
    line = (named or orders)[-1]
    numbered = NUMBERED.match(line)
    number = int(numbered[1]) if numbered else orders.index(line) + 1
    found = ORDER.findall(line)
    return Relayed(number, found[-1].strip() if found else "+1")
