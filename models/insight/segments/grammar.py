"""The grammar: 非 binds tightest, then 且 (which need not be written), then 或; brackets first.

    expression = all, { 或, all } ;
    all        = one, { [ 且 ], one } ;
    one        = 非, one | "(", expression, ")" | condition ;

Pure: what a condition is, `reads` decides.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from models.insight.segments import refusals
from models.insight.segments.refusals import BadSegment
from models.insight.segments.tree import And, Not, Or, Tree
from models.insight.segments.writing import COMMAS, Word, key

DEEPEST = 20
ANDS = frozenset({"且", "并且", "而且", "以及", "and", "&", "&&"})
ORS = frozenset({"或", "或者", "或是", "or", "|", "||"})
NOTS = frozenset({"非", "不是", "不含", "排除", "not", "!"})
OPERATORS = ANDS | ORS | NOTS

Reads = Callable[[Word], Tree]


class Grammar:
    """Reads a list of words once, from left to right."""

    def __init__(self, words: Sequence[Word], reads: Reads) -> None:
        self._words, self._reads = words, reads
        self._at = 0
        self._depth = 0

    def read(self) -> Tree:
        """The whole of it.

        Raises:
            BadSegment: a word stands where it cannot.
        """
        tree = self._any()
        if self._at < len(self._words):
            raise self._bad(refusals.NOT_OPENED, self._words[self._at])
        return tree

    def _any(self) -> Tree:
        parts = [self._all()]
        while self._next() in ORS:
            self._at += 1
            parts.append(self._all())
        return _flat(Or, parts) if len(parts) > 1 else parts[0]

    def _all(self) -> Tree:
        parts = [self._one()]
        while (following := self._next()) not in ORS and following not in ("", ")"):
            if following in ANDS:
                self._at += 1
            parts.append(self._one())
        return _flat(And, parts) if len(parts) > 1 else parts[0]

    def _one(self) -> Tree:
        if self._at >= len(self._words):
            raise self._bad(refusals.NOTHING_AFTER, self._words[-1])
        word, kind = self._words[self._at], self._next()
        if kind in ANDS | ORS:
            first = self._at == 0 or self._words[self._at - 1].text == "("
            missing = refusals.NOTHING_BEFORE if first else refusals.NOTHING_AFTER
            raise self._bad(missing, word if first else self._words[self._at - 1])
        if kind == ")":
            before = self._words[self._at - 1] if self._at else None
            if before is None:
                raise self._bad(refusals.NOT_OPENED, word)
            empty = before.text == "("
            missing = refusals.NOTHING_WITHIN if empty else refusals.NOTHING_AFTER
            raise self._bad(missing, before)
        self._at += 1
        if kind in NOTS:
            return Not(self._deeper(word, self._one))
        if kind == "(":
            return self._deeper(word, lambda: self._closed(word))
        if word.text in COMMAS:
            raise self._bad(refusals.COMMA, word)
        return self._reads(word)

    def _closed(self, opening: Word) -> Tree:
        if self._at >= len(self._words):
            raise self._bad(refusals.NOT_CLOSED, opening)
        tree = self._any()
        if self._next() != ")":
            raise self._bad(refusals.NOT_CLOSED, opening)
        self._at += 1
        return tree

    def _deeper(self, word: Word, read: Callable[[], Tree]) -> Tree:
        self._depth += 1
        if self._depth > DEEPEST:
            raise self._bad(refusals.TOO_DEEP, word, most=DEEPEST)
        tree = read()
        self._depth -= 1
        return tree

    def _next(self) -> str:
        return operator(self._words[self._at]) if self._at < len(self._words) else ""

    def _bad(self, msgid: str, word: Word, **values: object) -> BadSegment:
        return BadSegment(msgid, word.position, word.text, **values)


def operator(word: Word) -> str:
    """The operator or bracket that a word is; anything else is itself."""
    return key(word.text) if len(word.text) <= len("and ") else word.text


def _flat(kind: type[And] | type[Or], parts: list[Tree]) -> Tree:
    """A row of the same operator is one: brackets within it change nothing."""
    flat: list[Tree] = []
    for part in parts:
        if isinstance(part, kind):
            flat += part.parts
        else:
            flat.append(part)
    return kind(tuple(flat))
