"""接龍: lists of many people that go from hand to hand, and are never counted.

They grow by being posted again, each time with all that was there before.
"""

from __future__ import annotations

import re

from models.shop.reading.parts import BREAKS, GOODS, Part, Token
from models.shop.reading.writing import pattern

NUMBERED = re.compile(
    r"^\s*\(?\d{1,3}(?:[.、)\]:,]\s*|\s+|(?=[\u4e00-\u9fff])(?![号款箱包盒袋盘件份条杯个种]))(?=\D)(.*?\d|.*[一二两三四五六七八九十].*)"
)
CALLED = re.compile(r"^\s*[^\s\d+*:]{1,12}\s*[:]?\s*[a-z]{0,2}\d{0,2}\s*[+*]\s*\d{1,2}\S{0,3}\s*$")
SAID = pattern("接龍|往下加|往下接|請接著|請複製|自行往下")
PEOPLE = 2
MANY = 3


def reposted(text: str, writer: str) -> bool:
    """Whether the folded `text` is such a list; `writer` is who posted it, if known."""
    if "\n" not in text:
        return False
    lines = [line for line in text.split("\n") if line.strip()]
    numbered = [match[1] for match in map(NUMBERED.match, lines) if match]
    if len(numbered) >= PEOPLE and _people(numbered) >= PEOPLE and _counts_up(lines):
        return True
    called = [line for line in lines if CALLED.match(line)]
    if SAID.search(text) and len(called) + len(numbered) >= 1:
        return True
    named = [line for line in called if not line.lstrip().startswith(("我", "帮", "替", "代"))]
    if writer and len(named) >= PEOPLE and any(line.lstrip().startswith(writer) for line in named):
        return True
    return len(named) > MANY and len(named) == len(called) and _people(called) > MANY


def unnumbered(found: list[Token]) -> list[Token]:
    """1. 高麗菜+2 / 2. 玉米+1: one's own list, of goods and not of people, without its numbers."""
    starts = [0, *(at + 1 for at, token in enumerate(found) if token.kind == Part.LINE_END)]
    heads = [at for at in starts if _is_numbered(found, at)]
    if len(heads) < PEOPLE or [found[at].number for at in heads] != list(range(1, len(heads) + 1)):
        return found
    gone = set()
    for at in heads:
        first = next(n for n in range(at, len(found)) if found[n].kind in GOODS)
        gone |= set(range(at, first))
    return [token for at, token in enumerate(found) if at not in gone]


def _is_numbered(found: list[Token], at: int) -> bool:
    """A number, what parts it, a thing, and how many of it."""
    line = []
    for token in found[at:]:
        if token.kind == Part.LINE_END:
            break
        line.append(token)
    solid = [token.kind for token in line if token.kind not in BREAKS | {Part.CLOSE, Part.OPEN}]
    parted = len(line) > 1 and line[1].kind in {Part.STOP, Part.GAP, Part.CLOSE, Part.COLON}
    counted = Part.NUMBER in solid[2:]
    return parted and counted and solid[0] == Part.NUMBER and solid[1] in GOODS


def _people(lines: list[str]) -> int:
    """Lines that begin with a word of letters, as a name does, each once."""
    heads = {
        match[0] for match in (re.match(r"\s*[^\W\d_]{2,12}", line) for line in lines) if match
    }
    return len(heads)


def _counts_up(lines: list[str]) -> bool:
    numbers = [
        int(match[1]) for match in (re.match(r"\s*\(?(\d{1,3})", x) for x in lines) if match
    ]
    return numbers == list(range(numbers[0], numbers[0] + len(numbers))) if numbers else False
