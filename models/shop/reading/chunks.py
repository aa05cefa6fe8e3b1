"""Runs of Latin letters and digits, as in A1B2, 2XL or x3, cut into what they are made of.

Digits that stand together are one number, never part of two.
"""

from __future__ import annotations

import re

from models.shop.reading.lexicon import Lexicon
from models.shop.reading.measures import UNITS
from models.shop.reading.parts import Part, Ref

LONGEST = 24
DIGITS = re.compile(r"\d+")
NUMBERED_SIZE = re.compile(r"[2-6]x?l(?![a-z])")
SIZES = {"s", "m", "l", "xl"}
PIECE = tuple[str, str, frozenset[Ref]]
LATIN_UNITS = frozenset(unit for unit in UNITS if unit.isascii())


def cut(run: str, lexicon: Lexicon) -> list[PIECE] | None:
    """The pieces of `run` as (kind, text, refs); None if it cannot be cut up whole."""
    if len(run) > LONGEST or _size_not_offered(run, lexicon):
        return None
    made = _cut(run, 0, lexicon)
    return list(made) if made is not None else None


def _size_not_offered(run: str, lexicon: Lexicon) -> bool:
    """3xl is a size where there are sizes, not three of xl."""
    size = NUMBERED_SIZE.match(run)
    sized = size is not None and lexicon.choices & SIZES
    return bool(sized) and size is not None and size[0] not in lexicon.choices


def _cut(run: str, at: int, lexicon: Lexicon) -> tuple[PIECE, ...] | None:
    """Longest words first; a run of three or more letters must not be made of single ones."""
    reached: dict[int, tuple[PIECE, ...] | None] = {len(run): ()}
    for start in range(len(run) - 1, at - 1, -1):
        reached[start] = None
        for piece in _pieces(run, start, lexicon):
            rest = reached.get(start + len(piece[1]))
            if rest is not None:
                reached[start] = (piece, *rest)
                break
    return reached[at]


def _pieces(run: str, start: int, lexicon: Lexicon) -> list[PIECE]:
    inside = start > 0 and run[start - 1].isdigit() and run[start].isdigit()
    if inside:
        return []
    found: list[PIECE] = []
    for word, meaning in lexicon.words.get(run[start], ()):
        end = start + len(word)
        if meaning.refs and run.startswith(word, start):
            splits = word[-1].isdigit() and end < len(run) and run[end].isdigit()
            if not splits:
                found.append((meaning.kind, word, meaning.refs))
    digits = DIGITS.match(run, start)
    padded = digits is not None and start > 0 and digits[0].startswith("0") and digits[0] != "0"
    if digits and not padded and len(digits[0]) <= (3 if digits[0] == run else 2):
        found.append((Part.NUMBER, digits[0], frozenset()))
    if run[start] == "x" and start + 1 < len(run) and run[start + 1].isdigit():
        found.append((Part.TIMES, "x", frozenset()))
    if start and run[start - 1].isdigit() and run[start:] in LATIN_UNITS:
        found.append((Part.UNIT, run[start:], frozenset()))
    return found
