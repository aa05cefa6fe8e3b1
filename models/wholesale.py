"""Reads that look at every member: what PostgreSQL is told so that it hashes whole tables.

With the little memory that a statement has by default, and on a disk that is
said to be fast, it would walk the indexes of several tables from the first
member to the last.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models.base import dialect

SETTINGS = {"work_mem": "64MB", "enable_mergejoin": "off"}


@contextmanager
def wholesale(session: Session) -> Iterator[None]:
    """Let what is asked within be answered from whole tables; after it all is as it was."""
    if dialect(session) != "postgresql":
        yield
        return
    current = select(*(func.current_setting(name).label(name) for name in SETTINGS))
    before = session.execute(current).one()._asdict()
    _set(session, SETTINGS)
    yield
    # not when it failed: its transaction is over, and what was set for it
    _set(session, before)


def _set(session: Session, settings: Mapping[str, str]) -> None:
    local = (func.set_config(name, value, True) for name, value in settings.items())
    session.execute(select(*local))
