"""Messages to send that PostgreSQL makes itself, of a query: one statement for however many."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, cast

from sqlalchemy import ColumnElement, FromClause, Table, literal, select
from sqlalchemy.orm import Session

from models.base import insert_for
from models.talk import outbox
from models.talk.outbox import Draft
from models.talk.outbox_records import OutboxMessage


def enqueue(
    session: Session,
    alike: Draft,
    differing: Mapping[str, ColumnElement[Any]],
    *,
    of: FromClause,
    now: datetime,
) -> int:
    """Keep a message for each row of `of`, unless its key is here already; how many were new.

    `differing` are the columns in which they are not `alike`.
    """
    types = cast("Table", OutboxMessage.__table__).c
    row = {
        name: differing[name] if name in differing else literal(value, types[name].type)
        for name, value in outbox.columns(alike, now).items()
    }
    rows = select(*(value.label(name) for name, value in row.items())).select_from(of)
    new = (
        insert_for("postgresql", OutboxMessage)
        .from_select(list(row), rows, include_defaults=False)
        .on_conflict_do_nothing(index_elements=["key"])
    )
    counted = session.connection().execute(new, execution_options={"preserve_rowcount": True})
    return counted.rowcount
