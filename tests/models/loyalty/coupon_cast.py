"""Members and coupon terms for the tests about coupons."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime

from sqlalchemy import Connection, Engine, event, insert, select
from sqlalchemy.orm import Session

from models.people.members import Member
from models.programme import CouponTerms

FIFTY_OFF = CouponTerms(key="fifty", name="NT$50 折價券", kind="amount", value=50)
JOINED = datetime(2026, 1, 1, tzinfo=UTC)


def members(session: Session, count: int) -> list[int]:
    """The ids of `count` new members, committed."""
    row = {"joined_on": date(2026, 1, 1), "created_at": JOINED}
    session.execute(insert(Member), [row] * count)
    session.commit()
    return list(session.scalars(select(Member.id).order_by(Member.id.desc()).limit(count)))[::-1]


@contextmanager
def statements(engine: Engine) -> Iterator[list[str]]:
    """The statements that reach the database meanwhile."""
    heard: list[str] = []

    def listen(_connection: Connection, _cursor: object, statement: str, *_: object) -> None:
        heard.append(statement)

    event.listen(engine, "before_cursor_execute", listen)
    yield heard
    event.remove(engine, "before_cursor_execute", listen)
