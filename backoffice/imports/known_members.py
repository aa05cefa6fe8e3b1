"""What the shop already knows of the people in a file, found by any of their three names."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models.base import batches, vault
from models.loyalty.points import PointLot
from models.people import tags
from models.people.consents import ConsentEntry
from models.people.members import Member

KEYS: Final = ("line_user_id", "external_id", "phone_mark")
"""How a person is recognised, the surest first."""


@dataclass(frozen=True)
class Known:
    """A member as they are: the record's columns, tags, and what cannot be said twice.

    `opening` is the balance they brought along, None if none was imported;
    `refused` is whether they themselves were the last to say no to marketing.
    """

    id: int
    columns: Mapping[str, Any]
    email: str = ""
    tags: frozenset[str] = frozenset()
    opening: int | None = None
    refused: bool = False


class People:
    """The members whom the file's rows may mean."""

    def __init__(self, session: Session, rows: Collection[Mapping[str, Any]]) -> None:
        self._by: dict[str, dict[str, int]] = {key: {} for key in KEYS}
        self._known: dict[int, Known] = {}
        for key in KEYS:
            self._load(session, key, sorted({row[key] for row in rows if row.get(key)}))
        ids = sorted(self._known)
        worn, opened = tags.of_many(session, ids), _opened(session, ids)
        refused = _refused(session, ids)
        for member_id, known in self._known.items():
            self._known[member_id] = replace(
                known,
                email=vault(session).open(known.columns["email_sealed"] or ""),
                tags=frozenset(worn.get(member_id, ())),
                opening=opened.get(member_id),
                refused=member_id in refused,
            )

    def match(self, row: Mapping[str, Any]) -> tuple[list[Known], str | None]:
        """All whom this row's names stand for, and the first name that contradicts another."""
        found: list[Known] = []
        for key in KEYS:
            member_id = self._by[key].get(row.get(key, ""))
            if member_id is None or any(known.id == member_id for known in found):
                continue
            if found:
                return found, key
            found.append(self._known[member_id])
        return found, None

    def _load(self, session: Session, key: str, wanted: list[str]) -> None:
        table = Member.__table__
        for batch in batches(wanted):
            for row in session.execute(select(table).where(table.c[key].in_(batch))).mappings():
                self._by[key][row[key]] = row["id"]
                self._known[row["id"]] = Known(row["id"], dict(row))


def opening_source(member_id: int) -> str:
    """The ledger's source of a member's imported balance: there is one for each member."""
    return f"opening:{member_id}"


def _opened(session: Session, ids: Iterable[int]) -> dict[int, int]:
    sources = {opening_source(member_id): member_id for member_id in ids}
    found: dict[int, int] = {}
    for batch in batches(list(sources)):
        query = select(PointLot.source, PointLot.points).where(PointLot.source.in_(batch))
        found |= {sources[row.source]: row.points for row in session.execute(query)}
    return found


def _refused(session: Session, ids: list[int]) -> set[int]:
    """Who said no to marketing in their own words, as the last that was said."""
    found: set[int] = set()
    for batch in batches(ids):
        last = (
            select(func.max(ConsentEntry.id))
            .where(ConsentEntry.member_id.in_(batch), ConsentEntry.topic == "all")
            .group_by(ConsentEntry.member_id)
        )
        query = select(ConsentEntry.member_id).where(
            ConsentEntry.id.in_(last),
            ConsentEntry.granted.is_(False),
            ConsentEntry.source != "import",
        )
        found.update(session.scalars(query))
    return found


def seal(session: Session, values: Mapping[str, Any]) -> dict[str, Any]:
    """A row's values as the record keeps them: phone and e-mail apart, the phone by its mark."""
    row = dict(values)
    if "phone" in row:
        row["phone_mark"] = vault(session).mark(row["phone"])
    return row
