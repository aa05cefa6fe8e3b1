"""An expression as one select of member ids.

Every table is joined once and from the left, never asked for in a subquery of
the WHERE: whatever 非 and 或 make of the conditions, the database hashes each
table once, and turns the join into an inner one where that is what is meant.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeVarTuple

from sqlalchemy import ColumnElement, FromClause, Select, and_, func, not_, or_, select
from sqlalchemy.orm import aliased

from models.base import Base
from models.insight.segments.tree import And, Condition, Leaf, Named, Not, Or, Tree, When
from models.people.members import Member

Row = TypeVarTuple("Row")


class Joined:
    """The tables an expression looks into."""

    def __init__(self) -> None:
        self._records: dict[type[Base], Any] = {}
        self._queries: dict[str, FromClause] = {}

    def of(self, record: type[Base]) -> Any:
        """A record of which a member has one or none."""
        return self._records.setdefault(record, aliased(record))

    def sums(self, query: Select[*tuple[Any, ...]]) -> FromClause:
        """A select with one row for a member."""
        compiled = query.compile()
        same = f"{compiled} {compiled.params}"
        return self._queries.setdefault(same, query.subquery())

    def found(self, query: Select[int]) -> ColumnElement[bool]:
        """Whether the member is among these."""
        return self.sums(query.distinct()).c.member_id.is_not(None)

    def onto(self, query: Select[*Row]) -> Select[*Row]:
        """A select from members with these tables beside them."""
        for table in self._records.values():
            query = query.outerjoin(table, table.member_id == Member.id)
        for found in self._queries.values():
            query = query.outerjoin(found, found.c.member_id == Member.id)
        return query


def members(tree: Tree, when: When) -> Select[int]:
    """The ids of everybody of whom it is true and who was not erased."""
    joined = Joined()
    meant = condition(tree, joined, when)
    query = select(Member.id).select_from(Member)
    return joined.onto(query).where(Member.erased_at.is_(None), meant)


def answers(
    conditions: Sequence[Condition], member_id: int, when: When
) -> Select[*tuple[Any, ...]]:
    """One row: whether each of the conditions is so of one member."""
    joined = Joined()
    columns = [
        each.where(joined, when).label(f"c{place}") for place, each in enumerate(conditions)
    ]
    query: Select[*tuple[Any, ...]] = select(*columns).select_from(Member)
    return joined.onto(query).where(Member.id == member_id)


def condition(tree: Tree, joined: Joined, when: When) -> ColumnElement[bool]:
    """What must hold of the joined tables."""
    match tree:
        case Leaf(leaf):
            return leaf.where(joined, when)
        case Named(_, inner):
            return condition(inner, joined, when)
        case Not(inner):
            return not_(condition(inner, joined, when))
        case And(parts):
            return and_(*(condition(part, joined, when) for part in parts))
        case Or(parts):
            return or_(*(condition(part, joined, when) for part in parts))


def counted(query: Select[int]) -> Select[int]:
    """How many it finds."""
    return select(func.count()).select_from(query.subquery())
