"""Days and instants are counted in SQL as Python counts them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import literal, select
from sqlalchemy.orm import Session

from models.base import UtcDateTime
from models.days import InstantLater
from models.people.members import Member


@pytest.mark.parametrize("microsecond", [0, 1, 499_999, 999_600, 999_999])
@pytest.mark.parametrize("days", [0, 1, 30, 366])
def test_an_instant_later_is_exact(session: Session, microsecond: int, days: int) -> None:
    at = datetime(2027, 12, 31, 23, 59, 59, microsecond, tzinfo=UTC)
    session.add(Member(name="", joined_on=at.date(), created_at=at))
    session.flush()
    later = InstantLater(Member.created_at, literal(days))

    def so(exact: datetime) -> int | None:
        return session.scalar(select(Member.id).where(later == literal(exact, UtcDateTime())))

    assert so(at + timedelta(days=days))
    assert not so(at + timedelta(days=days, microseconds=1))
