"""Members and coupon terms for the tests about coupons."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import Connection, Engine, event, func, insert, select
from sqlalchemy.orm import Session

from models.loyalty import codes, coupons
from models.loyalty.coupon_records import CouponUse
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


def use(session, code, member, now, *, source="order:1"):
    return coupons.redeem(session, code, by=member, member_id=member, source=source, now=now)


def a_wrong_code() -> str:
    return codes.generate()


def guess_wrong(session, member, now, times):
    """Wrong codes, each counted as an entry point would let it."""
    for _ in range(times):
        with pytest.raises(coupons.NoSuchCoupon):
            use(session, a_wrong_code(), member, now, source="guess")
        session.commit()


def uses(session) -> int:
    return session.scalar(select(func.count(CouponUse.id)))
