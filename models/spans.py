"""A table in parts, so that a check of everything is many short statements, however much there is.

The parts are ranges of a column of ids, and together all ids there can be: rows
of nobody's are found too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import cache
from itertools import pairwise
from typing import Any, NamedTuple, TypeAlias

from sqlalchemy import ColumnElement, Row, func, select, true
from sqlalchemy.orm import Session

SIZE = 10_000  # ids in one part
MOST = 10_000  # parts, should ids be far apart


class Span(NamedTuple):
    """The ids from one on and before another; None is no bound."""

    start: int | None = None
    end: int | None = None

    def holds(self, column: Any) -> ColumnElement[bool]:
        """Whether a column of such ids is within."""
        within: ColumnElement[bool] = true()
        if self.start is not None:
            within &= column >= self.start
        if self.end is not None:
            within &= column < self.end
        return within


Parts: TypeAlias = Callable[[Any], Iterable[Span]]  # the spans of a column
Tell: TypeAlias = Callable[[int, int], None]  # how many parts are done, and of how many


def whole(_column: Any) -> Iterable[Span]:
    """Everything at once."""
    return (Span(),)


def parts(session: Session, tell: Tell) -> Parts:
    """Everything in parts, of which is told when they are done."""

    @cache
    def bounds(column: Any) -> Row[Any, Any]:
        return session.execute(select(func.min(column), func.max(column))).one()

    def told(column: Any) -> Iterator[Span]:
        least, most = bounds(column)
        if least is None:
            return  # no rows, nothing that could be wrong with them
        spans = _between(least, most)
        for done, span in enumerate(spans, 1):
            yield span
            tell(done, len(spans))

    return told


def _between(least: int, most: int) -> list[Span]:
    size = max(SIZE, (most - least) // MOST + 1)
    bounds = [None, *range(least + size, most + 1, size), None]
    return [Span(*each) for each in pairwise(bounds)]
