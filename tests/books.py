"""Whether the books are sound, asked after every test: only of tables that have rows.

Most tests fill a few of the tables, and looking at all costs more than many a test.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from models.base import Base
from models.insight import invariants
from models.spans import Span, whole


def faults(session: Session) -> list[str]:
    """What `flask ledger verify` would find."""
    filled = _filled(session)

    def parts(column: Any) -> Iterable[Span]:
        return whole(column) if column.table.name in filled else ()

    return [fault for holds in invariants.INVARIANTS.values() for fault in holds(session, parts)]


def _filled(session: Session) -> set[str]:
    names = [table.name for table in Base.metadata.sorted_tables]
    # written out, because for so many tables it is built ten times as slowly as it is run
    asked = ", ".join(f"EXISTS (SELECT 1 FROM {name})" for name in names)
    found = session.execute(text(f"SELECT {asked}")).one()
    return {name for name, has in zip(names, found, strict=True) if has}
