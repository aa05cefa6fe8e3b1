"""且, 或, 非 and the like written without spaces: `金級或銀級`, `非沉睡`, `不是沉睡`.

A word that reads as a condition stays whole (買過:非洲豆); only one that does
not is cut at these words, where every piece then reads.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise

from models.insight.segments.grammar import OPERATORS, operator
from models.insight.segments.refusals import BadSegment
from models.insight.segments.writing import COMMAS, Typed, Word

NOTS = "非", "不是", "不含", "排除"
MOST_CUTS = 40

_places = re.compile("|".join(["且", "或", *NOTS]))

Check = Callable[[Word], object]


def cut(words: Sequence[Word], typed: Typed, check: Check) -> Iterator[Word]:
    """The words with these operators as words of their own."""
    for word in words:
        plain = operator(word) in OPERATORS or word.text in COMMAS or word.text in "()"
        if plain or not _places.search(word.text):
            yield word
        else:
            yield from _cut(word, typed, check)


def _cut(word: Word, typed: Typed, check: Check) -> Sequence[Word]:
    at = [found.span() for found in _places.finditer(word.text)]
    if _reads(word, check) or len(word.text) == 1 or len(at) > MOST_CUTS:
        return [word]
    whole = _pieces(word, 0, typed, check, {})
    if whole is not None:
        return whole
    # something in it is not known: show which piece, if cutting makes sense of the others
    ends = [(0, 0), *at, (len(word.text), 0)]
    pieces = [word.part(a, b, typed) for (_, a), (b, _) in pairwise(ends) if b > a]
    if not any(_reads(piece, check) for piece in pieces):
        return [word]
    every = [*pieces, *(word.part(start, end, typed) for start, end in at)]
    return sorted(every, key=lambda piece: piece.places)


def _pieces(
    word: Word, start: int, typed: Typed, check: Check, seen: dict[int, list[Word] | None]
) -> list[Word] | None:
    """The words from `start` on, the longest conditions first; None if they do not read."""
    if start in seen:
        return seen[start]
    seen[start] = None
    text = word.text
    for said in NOTS:
        end = start + len(said)
        if text.startswith(said, start):
            after = _pieces(word, end, typed, check, seen)
            if after is not None:
                seen[start] = [word.part(start, end, typed), *after]
                return seen[start]
    ends = [place for place in range(start + 1, len(text)) if text[place] in "且或"]
    for end in [len(text), *reversed(ends)]:
        if end <= start or not _reads(piece := word.part(start, end, typed), check):
            continue
        if end == len(text):
            seen[start] = [piece]
            break
        after = _pieces(word, end + 1, typed, check, seen)
        if after is not None:
            seen[start] = [piece, word.part(end, end + 1, typed), *after]
            break
    return seen[start]


def _reads(word: Word, check: Check) -> bool:
    try:
        check(word)
    except BadSegment:
        return False
    return True
