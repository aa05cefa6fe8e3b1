"""Numbers as people say them: 兩, 十二, 廿, 半打, 2, 0.5 and 兩三.

All forms here are folded ones (`writing`).
"""

from __future__ import annotations

import re

DIGITS = {
    **dict(zip("零一二三四五六七八九", range(10), strict=True)),
    "〇": 0,
    "两": 2,
    "仨": 3,
}
DOZEN = 12
LONGEST_DIGITS = 6  # beyond them nothing is counted
SPOKEN = re.compile(r"[零〇一二两三四五六七八九十百廿卅仨]+")
DOZENS = re.compile(r"(\d{1,2}|[一二两三四五六七八九十])打(?![折开电扫算烊])")
DECIMAL = re.compile(r"\d+\.\d+(?![\d.])")
ENGLISH = dict(
    zip(
        ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"),
        range(1, 11),
        strict=True,
    )
)


def value(spoken: str) -> int | None:
    """What a run of Chinese numerals comes to; None if it is none, or more than one (兩三)."""
    total = current = 0
    unit_seen = 1000
    for at, character in enumerate(spoken):
        if character in DIGITS:
            if at and spoken[at - 1] in DIGITS:
                return None
            current = DIGITS[character]
            continue
        if character in "廿卅":
            if current:
                return None
            total, unit_seen = total + (20 if character == "廿" else 30), 10
            continue
        unit = 10 if character == "十" else 100
        if unit >= unit_seen:
            return None
        total, current, unit_seen = total + (current or 1) * unit, 0, unit
    return total + current
