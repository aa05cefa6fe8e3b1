"""An expression as one select of member ids.

Beneath 或 and 非 nothing is asked for in a subquery of the WHERE, which might be
run for every member: each table is joined once, from the left, and hashed.
Where a condition must hold by itself, EXISTS lets the database choose whether
to go from the members to what they have, or the other way round.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeVarTuple

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Select,
    and_,
    exists,
    func,
    literal,
    not_,
    or_,
    select,
)
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

    @property
    def alone(self) -> Alone:
        """The same for conditions that must hold whatever the others say."""
        return Alone(self)

    def onto(self, query: Select[*Row]) -> Select[*Row]:
        """A select from members with these tables beside them."""
        for table in self._records.values():
            query = query.outerjoin(table, table.member_id == Member.id)
        for found in self._queries.values():
            query = query.outerjoin(found, found.c.member_id == Member.id)
        return query


class Alone:
    """Sets are asked with EXISTS, which the database turns into a join of its own."""

    def __init__(self, joined: Joined) -> None:
        self.of, self.sums = joined.of, joined.sums

    def found(self, query: Select[int]) -> ColumnElement[bool]:
        """Whether the member is among these."""
        among = query.subquery()
        return exists(select(literal(1)).where(among.c.member_id == Member.id))


def members(tree: Tree, when: When) -> Select[int]:
    """The ids of everybody of whom it is true and who was not erased."""
    joined = Joined()
    meant = condition(tree, joined, when, alone=True)
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


def condition(
    tree: Tree, joined: Joined, when: When, *, alone: bool = False
) -> ColumnElement[bool]:
    """What must hold of the joined tables; `alone` if nothing else could make up for it."""
    match tree:
        case Leaf(leaf):
            return leaf.where(joined.alone if alone else joined, when)
        case Named(_, inner):
            return condition(inner, joined, when, alone=alone)
        case Not(inner):
            return _turned(inner, joined, when, alone=alone)
        case And(parts):
            return and_(*(condition(part, joined, when, alone=alone) for part in parts))
        case Or(parts):
            return or_(*(condition(part, joined, when) for part in parts))


def _turned(inner: Tree, joined: Joined, when: When, *, alone: bool) -> ColumnElement[bool]:
    match inner:
        case Named(_, named):
            return _turned(named, joined, when, alone=alone)
        case Not(twice):
            return condition(twice, joined, when, alone=alone)
        case Or(parts) if alone:
            # none of them: each must not hold by itself
            return and_(*(_turned(part, joined, when, alone=True) for part in parts))
        case Leaf(_):
            return not_(condition(inner, joined, when, alone=alone))
        case _:
            return not_(condition(inner, joined, when))


def counted(query: Select[int]) -> Select[int]:
    """How many it finds."""
    return select(func.count()).select_from(query.subquery())
