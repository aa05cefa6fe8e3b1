"""Segments under names of their own, usable by name in other expressions.

What is kept is the expression, not who it meant: it is read anew whenever it
is used. A name is no condition's, and no circle can be made of names.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from models.base import N_, Refusal, insert
from models.insight.segments import tree
from models.insight.segments.grammar import OPERATORS
from models.insight.segments.known import Known
from models.insight.segments.reading import condition
from models.insight.segments.refusals import BadSegment
from models.insight.segments.saved_records import SavedSegment
from models.insight.segments.segment import Segment, parse
from models.insight.segments.writing import WORD, Typed, Word, key
from models.people.tags import MemberTag
from models.programme import Programme

LONGEST_NAME = 30
MOST = 200
NOT_IN_NAMES = frozenset("#:<>=且或非")


class BadSegmentName(Refusal):
    """A name that could not be told from a condition, or is too long."""

    def __init__(self, name: str) -> None:
        super().__init__(
            N_("「{name}」不能當分群的名稱，請用 30 個字內、不是條件也沒有符號的名稱，例如：常客"),
            name=name[:LONGEST_NAME],
        )


class TooManySegments(Refusal):
    buttons = ("/分群",)

    def __init__(self) -> None:
        super().__init__(
            N_("最多存 {most} 個分群，請先用「/分群 刪 名稱」刪掉不用的。"), most=MOST
        )


class NoSuchSegment(Refusal):
    buttons = ("/分群",)

    def __init__(self, name: str) -> None:
        super().__init__(N_("沒有存過「{name}」這個分群。"), name=name[:LONGEST_NAME])


class SegmentInUse(Refusal):
    """Another saved segment is made of it."""

    def __init__(self, name: str, by: str) -> None:
        super().__init__(N_("「{by}」用到「{name}」，請先改「{by}」再刪。"), name=name, by=by)


def every(session: Session) -> Sequence[SavedSegment]:
    """All of them by name."""
    return session.scalars(select(SavedSegment).order_by(SavedSegment.name)).all()


def save(
    session: Session, name: str, text: str, programme: Programme, *, by: str, now: datetime
) -> Segment:
    """Keep an expression under a name, in place of what had it before.

    Raises:
        BadSegmentName: the name means something else, or cannot be one.
        TooManySegments: there are as many as anybody can look through.
        EmptySegment, SegmentTooLong, BadSegment: as for `parse`.
    """
    called = _name(session, name, programme)
    segment = parse(session, text, programme, saving=called)
    known = session.scalar(select(SavedSegment.id).where(SavedSegment.key == key(called)))
    if known is None and len(every(session)) >= MOST:
        raise TooManySegments
    row = {"key": key(called), "name": called, "text": segment.text, "by": by, "saved_at": now}
    put = insert(session, SavedSegment).values(row)
    session.execute(put.on_conflict_do_update(index_elements=["key"], set_=row))
    session.expire_all()
    return segment


def remove(session: Session, name: str, programme: Programme) -> str:
    """Forget a saved segment and the tags it gave; its name as it was kept.

    Raises:
        NoSuchSegment: none is called like this.
        SegmentInUse: another one is made of it.
    """
    found = session.scalar(select(SavedSegment).where(SavedSegment.key == key(name)))
    if found is None:
        raise NoSuchSegment(name)
    for other in every(session):
        if other is not found and found.key in _used(session, other, programme):
            raise SegmentInUse(found.name, other.name)
    if found.as_tag:
        given = delete(MemberTag).where(MemberTag.tag == found.name, MemberTag.by_rule)
        session.execute(given, execution_options={"synchronize_session": False})
    session.execute(delete(SavedSegment).where(SavedSegment.id == found.id))
    return found.name


def _used(session: Session, saved: SavedSegment, programme: Programme) -> set[str]:
    try:
        return {key(name) for name in tree.names(parse(session, saved.text, programme).tree)}
    except BadSegment:
        return set()  # it cannot be used anyway


def _name(session: Session, name: str, programme: Programme) -> str:
    called = "".join(name.split())
    whole = WORD.fullmatch(called)
    if whole is None or len(called) > LONGEST_NAME or NOT_IN_NAMES & set(called):
        raise BadSegmentName(name)
    if not key(called) or len(key(called)) > 2 * LONGEST_NAME or key(called) in OPERATORS:
        raise BadSegmentName(name)
    typed = Typed(called)
    word = Word(called, tuple(range(len(called))), 1)
    try:
        condition(typed.word(word.text, word.places), Known(session, programme))
    except BadSegment:
        return called
    raise BadSegmentName(name)
