"""Tags that say who is in a saved segment, kept every night: `/開團 … 限#常客` goes by them.

Set-based, and only rows that change are written: who comes in is tagged, who
is in no longer loses the tag. What a person tagged by hand stays.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import delete, exists, func, literal, select, true
from sqlalchemy.orm import Session

from models.base import N_, Refusal, UtcDateTime, dialect, insert
from models.insight.segments.refusals import BadSegment
from models.insight.segments.saved import NoSuchSegment
from models.insight.segments.saved_records import SavedSegment
from models.insight.segments.segment import parse
from models.insight.segments.writing import key
from models.people.tags import MemberTag
from models.programme import Programme

COUNTED = {"synchronize_session": False, "preserve_rowcount": True}


class TagHasRule(Refusal):
    """The programme gives this tag by a rule of its own."""

    def __init__(self, name: str) -> None:
        super().__init__(
            N_("#{name} 已經由會員制度的規則自動給了，請把分群存成別的名稱。"), name=name
        )


def begin(session: Session, name: str, programme: Programme, *, now: datetime) -> SavedSegment:
    """From now on keep a saved segment's members tagged with its name.

    Raises:
        NoSuchSegment: none is called like this.
        TagHasRule: the programme gives this tag.
        BadSegment: it cannot be read any more.
    """
    found = session.scalar(select(SavedSegment).where(SavedSegment.key == key(name)))
    if found is None:
        raise NoSuchSegment(name)
    if found.name in {rule.name for rule in programme.tags}:
        raise TagHasRule(found.name)
    found.as_tag = True
    session.flush()
    keep(session, found, programme, now=now)
    return found


def follow(session: Session, name: str, programme: Programme, *, now: datetime) -> None:
    """Bring the tags up to date of a segment that was saved anew, if it gives any."""
    found = session.scalar(select(SavedSegment).where(SavedSegment.key == key(name)))
    if found is not None and found.as_tag:
        keep(session, found, programme, now=now)


def refresh(session: Session, programme: Programme, *, now: datetime) -> int:
    """Bring all these tags up to date; how many rows changed."""
    kept = session.scalars(select(SavedSegment).where(SavedSegment.as_tag).order_by("id"))
    changed = 0
    for saved in kept.all():
        try:
            changed += keep(session, saved, programme, now=now)
        except BadSegment:
            # a tier or product it names is gone: its tags stay until somebody puts it right
            continue
    return changed


def keep(session: Session, saved: SavedSegment, programme: Programme, *, now: datetime) -> int:
    """Bring the tags of one saved segment up to date; how many rows changed.

    Raises:
        BadSegment: it cannot be read any more.
    """
    meant = parse(session, saved.text, programme).members(now).subquery()
    within = exists(select(literal(1)).where(meant.c.id == MemberTag.member_id))
    gone = delete(MemberTag).where(MemberTag.tag == saved.name, MemberTag.by_rule, ~within)
    has = exists(
        select(literal(1)).where(MemberTag.member_id == meant.c.id, MemberTag.tag == saved.name)
    )
    columns = ["member_id", "tag", "at", "by_rule"]
    rows = select(meant.c.id, literal(saved.name), literal(now, UtcDateTime), true()).where(~has)
    come = insert(session, MemberTag).from_select(columns, rows).on_conflict_do_nothing()
    return _rows(session, gone) + _rows(session, come)


def _rows(session: Session, statement: Any) -> int:
    result: Any = session.execute(statement, execution_options=COUNTED)
    if dialect(session) == "sqlite":
        # its driver does not count what stands behind a WITH or a SELECT
        return session.scalar(select(func.changes())) or 0
    return int(result.rowcount)
