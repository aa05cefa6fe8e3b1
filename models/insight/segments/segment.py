"""A segment: an expression that was understood, and whom it means at a moment."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from models.insight.segments import compiling, operators, reading, refusals, tree
from models.insight.segments.grammar import Grammar
from models.insight.segments.known import Known
from models.insight.segments.refusals import BadSegment
from models.insight.segments.tree import Condition, Leaf, Named, Own, Tree, When
from models.insight.segments.writing import Typed, Word, bare, key, words
from models.programme import Programme
from models.wholesale import wholesale

MOST_CONDITIONS = 30


class Answer(NamedTuple):
    """A condition as it is written, whether it is so of a member, and what they have there."""

    text: str
    holds: bool
    own: Own


@dataclass(frozen=True)
class Segment:
    """An expression in its canonical form, which reads as the same again."""

    tree: Tree

    @property
    def text(self) -> str:
        return str(self.tree)

    @property
    def conditions(self) -> list[Condition]:
        """Each of its conditions once, those of saved segments too."""
        return list(dict.fromkeys(tree.leaves(self.tree)))

    def members(self, now: datetime) -> Select[int]:
        """One column of member ids: everybody of whom it is true and who was not erased."""
        return compiling.members(self.tree, When(now))

    def count(self, session: Session, now: datetime) -> int:
        """How many members it means."""
        with wholesale(session):
            return session.scalar(compiling.counted(self.members(now))) or 0

    def holds(self, session: Session, member_id: int, now: datetime) -> bool:
        """Whether it is true of this member."""
        meant = self.members(now).subquery()
        return session.scalar(select(meant.c.id).where(meant.c.id == member_id)) is not None

    def explain(self, session: Session, member_id: int, now: datetime) -> Sequence[Answer]:
        """Each condition's answer for this member, found as `members` finds it."""
        when, conditions = When(now), self.conditions
        row = session.execute(compiling.answers(conditions, member_id, when)).one()
        return [
            Answer(each.text, bool(so), each.own(session, member_id, when))
            for each, so in zip(conditions, row, strict=True)
        ]


def parse(
    session: Session, text: str, programme: Programme, *, saving: str | None = None
) -> Segment:
    """What an expression means in this shop.

    `saving` is the name it is about to be saved under, which it may not use.

    Raises:
        EmptySegment: there is nothing in it.
        SegmentTooLong: there is too much.
        BadSegment: a word is not understood; it says which and where.
    """
    known = Known(session, programme)
    return Segment(_Reading(known, () if saving is None else (key(saving),)).tree(text))


class _Reading:
    """Reads one expression, and the saved ones that it uses."""

    def __init__(self, known: Known, using: tuple[str, ...], conditions: int = 0) -> None:
        self._known, self._using = known, using
        self.conditions = conditions

    def tree(self, text: str) -> Tree:
        typed = Typed(text)
        cut = list(operators.cut(self._few(words(typed)), typed, self._check))
        return Grammar(cut, self._read).read()

    def _few(self, found: list[Word]) -> list[Word]:
        """Refuse what is far too long before anything is looked up for it."""
        most = MOST_CONDITIONS * 4
        if len(found) > most:
            word = found[most]
            raise BadSegment(
                refusals.TOO_MANY,
                word.position,
                word.text,
                count=most + 1,
                most=MOST_CONDITIONS,
            )
        return found

    def _check(self, word: Word) -> object:
        """Whether a word reads at all; what it says then is not asked."""
        name = key(bare(word.text))
        return self._known.saved.get(name) or reading.condition(word, self._known)

    def _read(self, word: Word) -> Tree:
        self.conditions += 1
        if self.conditions > MOST_CONDITIONS:
            raise BadSegment(
                refusals.TOO_MANY,
                word.position,
                word.text,
                count=self.conditions,
                most=MOST_CONDITIONS,
            )
        name = key(bare(word.text))
        if name in self._using:
            raise BadSegment(refusals.ROUND, word.position, word.text)
        if name not in self._known.saved:
            return Leaf(reading.condition(word, self._known))
        return self._named(word, name)

    def _named(self, word: Word, name: str) -> Tree:
        saved = self._known.saved[name]
        within = _Reading(self._known, (*self._using, name), self.conditions - 1)
        try:
            inner = within.tree(saved.text)
        except BadSegment as bad:
            if bad.msgid in (refusals.ROUND, refusals.TOO_MANY):
                raise BadSegment(bad.msgid, word.position, word.text, **_rest(bad)) from None
            raise BadSegment(
                refusals.BROKEN, word.position, word.text, within=bad.word[:30]
            ) from None
        self.conditions = within.conditions
        return Named(saved.name, inner)


def _rest(bad: BadSegment) -> dict[str, object]:
    return {name: value for name, value in bad.values.items() if name not in ("position", "word")}
