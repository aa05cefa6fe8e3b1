"""An expression as a tree of conditions under 且, 或 and 非, and how that is written again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from types import MappingProxyType
from typing import Any, NamedTuple, Protocol, TypeAlias

from sqlalchemy import ColumnElement, FromClause, Select
from sqlalchemy.orm import Session

from models.base import Base, local_day


class When(NamedTuple):
    """The moment an expression is asked at."""

    now: datetime

    @property
    def today(self) -> date:
        return local_day(self.now)


class Own(NamedTuple):
    """What a member has where a condition asks, as a text to be rendered with its values."""

    msgid: str
    values: Mapping[str, Any] = MappingProxyType({})


def having(msgid: str, **values: Any) -> Own:
    """What a member has, its values by their places."""
    return Own(msgid, values)


class Tables(Protocol):
    """The tables a condition may look into, each joined once however often it is asked for."""

    def of(self, record: type[Base]) -> Any:
        """A record of which a member has one or none; its columns are null for none."""

    def sums(self, query: Select[*tuple[Any, ...]]) -> FromClause:
        """A select with one row for a member, whose first column is `member_id`."""

    def found(self, query: Select[int]) -> ColumnElement[bool]:
        """Whether the member is among these member ids."""


class Condition(Protocol):
    """One thing that is or is not so of a member. `text` is how it is written."""

    @property
    def text(self) -> str: ...

    def where(self, tables: Tables, when: When) -> ColumnElement[bool]:
        """True or false for every member, never null."""

    def own(self, session: Session, member_id: int, when: When) -> Own:
        """What this member has."""


@dataclass(frozen=True)
class Leaf:
    condition: Condition

    def __str__(self) -> str:
        return self.condition.text


@dataclass(frozen=True)
class Named:
    """A saved segment used by its name."""

    name: str
    tree: Tree

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True)
class Not:
    of: Tree

    def __str__(self) -> str:
        return f"非 {_within(self.of, And, Or)}"


@dataclass(frozen=True)
class And:
    parts: tuple[Tree, ...]

    def __str__(self) -> str:
        return " ".join(_within(part, And, Or) for part in self.parts)


@dataclass(frozen=True)
class Or:
    parts: tuple[Tree, ...]

    def __str__(self) -> str:
        return " 或 ".join(_within(part, Or) for part in self.parts)


Tree: TypeAlias = Leaf | Named | Not | And | Or


def leaves(tree: Tree) -> Iterator[Condition]:
    """Every condition, those of segments used by name too, from left to right."""
    match tree:
        case Leaf(condition):
            yield condition
        case Not(inner) | Named(_, inner):
            yield from leaves(inner)
        case And(parts) | Or(parts):
            for part in parts:
                yield from leaves(part)


def names(tree: Tree) -> Iterator[str]:
    """The saved segments that it uses itself."""
    match tree:
        case Named(name, _):
            yield name
        case Not(inner):
            yield from names(inner)
        case And(parts) | Or(parts):
            for part in parts:
                yield from names(part)


def _within(part: Tree, *looser: type[And | Or]) -> str:
    return f"({part})" if isinstance(part, looser) else str(part)
