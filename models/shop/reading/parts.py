"""Tokens, and the parts they play: one letter each.

Those of general words are in `vocabulary.KINDS`; items, values and units have theirs
in `lexicon`.
"""

from __future__ import annotations

from typing import NamedTuple

from models.shop.reading.lexicon import Ref

NUMBER, FRACTION, UNKNOWN, GAP, LINE_END, STOP = "9", "8", "Z", "_", "/", "."
MINUS, PLUS, TIMES, COLON, OPEN, CLOSE = "-", "+", "*", ":", "(", ")"
OTHER, NAME, NO_SUCH, RANGE, PARTICLE, ASKS = "R", "W", "E", "&", "k", "?"
MENTIONED, SOMEBODY, MAYBE_NAME = "@", "B", "%"


class Token(NamedTuple):
    """A piece of the text: its part, where it is, and what it can stand for."""

    kind: str
    start: int
    end: int
    text: str = ""
    refs: frozenset[Ref] = frozenset()
    number: int = 0
