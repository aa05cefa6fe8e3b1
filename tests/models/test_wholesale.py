"""Reads of whole tables: PostgreSQL is told how, for as long as they last."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from models.base import dialect
from models.wholesale import SETTINGS, wholesale


def settings(session: Session) -> list[str]:
    return list(session.execute(select(*map(func.current_setting, SETTINGS))).one())


def test_whole_tables_are_read_with_room_and_then_all_is_as_it_was(session: Session) -> None:
    if dialect(session) == "sqlite":
        with wholesale(session):
            assert session.scalar(select(1)) == 1
        return
    before = settings(session)
    with wholesale(session):
        assert settings(session) == list(SETTINGS.values()) != before
    assert settings(session) == before


def test_a_read_that_fails_says_what_was_wrong(session: Session) -> None:
    with pytest.raises(DBAPIError, match="nowhere"), wholesale(session):
        session.execute(select(func.nowhere()))
