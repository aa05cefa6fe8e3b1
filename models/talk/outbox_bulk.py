"""Many messages into the outbox at once, on PostgreSQL: a statement for two thousand of them.

A column that says the same in all of them travels once, the others as arrays in
the driver's binary form: as single parameters they would cost five times as much.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache
from itertools import islice
from typing import Any

from sqlalchemy.orm import Session

Row = dict[str, Any]

AT_ONCE = 2000
TYPES = {
    "key": "text",
    "kind": "text",
    "member_id": "bigint",
    "to_id": "text",
    "rule": "text",
    "period": "text",
    "topic": "text",
    "purpose": "text",
    "messages": "text",
    "due_at": "timestamptz",
    "use_until": "timestamptz",
    "urgent": "boolean",
    "capped": "boolean",
    "essential": "boolean",
    "rides": "boolean",
    "state": "text",
    "reason": "text",
    "attempts": "integer",
    "retry_key": "text",
    "request_id": "text",
    "created_at": "timestamptz",
}


def keep(session: Session, rows: Iterable[Row]) -> set[str]:
    """Keep rows of the outbox; return the keys that were new."""
    session.flush()
    connection, iterator = session.connection(), iter(rows)
    new: set[str] = set()
    while chunk := list(islice(iterator, AT_ONCE)):
        values = {name: [row[name] for row in chunk] for name in TYPES}
        varying = tuple(name for name in TYPES if name == "key" or not _alike(values[name]))
        given = tuple(values[name] for name in varying)
        same = tuple(values[name][0] for name in TYPES if name not in varying)
        kept = connection.exec_driver_sql(_statement(varying), (*same, *given))
        new.update(kept.scalars())
    return new


def _alike(values: Sequence[Any]) -> bool:
    first = values[0]
    return all(value == first for value in values)


@cache
def _statement(varying: tuple[str, ...]) -> str:
    columns = [name for name in TYPES if name not in varying]
    alike = ", ".join(f"%s::{TYPES[name]}" for name in columns)
    arrays = ", ".join(f"%s::{TYPES[name]}[]" for name in varying)
    names = ", ".join(varying)
    # nothing but names from above is written into the statement
    return (
        f"INSERT INTO outbox ({', '.join(columns)}, {names}) "  # noqa: S608
        f"SELECT {alike}, {names} FROM unnest({arrays}) AS given ({names}) "
        "ON CONFLICT (key) DO NOTHING RETURNING key"
    )
