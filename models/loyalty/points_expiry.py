"""Points expire lot by lot, at the end of the last day on which they could be used.

Only what is left in a lot expires: what was spent of it stays spent. Queries
leave out what is due by themselves, so that nothing waits for this to run.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, Select, and_, case, func, literal, select
from sqlalchemy.orm import Session

from models.base import batches, day_start, end_of_day, local_day
from models.loyalty.points_lots import Lot, lots
from models.loyalty.points_posting import Line, Posting, body, hold, post
from models.loyalty.points_records import Account, Kind, PointLot

BATCH = 2000


def expire(session: Session, *, now: datetime, member_id: int | None = None) -> int:
    """Write off what is left in lots that are due, of one member or of all; how many points."""
    if member_id is not None:
        hold(session, [member_id])
        return expire_held(session, [member_id], now)
    expired = 0
    due = session.scalars(select(PointLot.member_id).where(_due(now)))
    # in one order, as `hold` wants it
    for some in batches(sorted(set(due)), BATCH):
        hold(session, some)
        expired += expire_held(session, list(some), now)
    return expired


def expiring(*, now: datetime, within_days: int) -> Select[int, int, datetime]:
    """Members with points to lose soon: (member, points, when the first of them expire).

    `within_days` counts days in Taipei: 0 are those that can be used today for
    the last time.
    """
    until = end_of_day(local_day(now), days_later=within_days)
    return (
        select(
            PointLot.member_id,
            func.sum(PointLot.remaining).label("points"),
            func.min(PointLot.expires_at).label("expires_at"),
        )
        .where(PointLot.remaining > 0, PointLot.expires_at > now, PointLot.expires_at <= until)
        .group_by(PointLot.member_id)
    )


def expiring_by_month(*, now: datetime, within_days: int) -> Select[int, str, int, datetime]:
    """Members with points to lose soon, a row for each month ("2026-12") in which they go.

    A month is told of once the first of its points are within `within_days`,
    and then with all that go in it: (member, month, points, when the first expire).
    """
    today = local_day(now)
    until = end_of_day(today, days_later=within_days)
    months = _months(today, today + timedelta(days=within_days))
    month = case(*[(PointLot.expires_at <= end, literal(name)) for name, end in months])
    lots = (
        select(PointLot.member_id, PointLot.remaining, PointLot.expires_at, month.label("month"))
        .where(PointLot.remaining > 0, PointLot.expires_at > now)
        .where(PointLot.expires_at <= months[-1][1])
        .subquery()
    )
    first = func.min(lots.c.expires_at)
    return (
        select(
            lots.c.member_id,
            lots.c.month,
            func.sum(lots.c.remaining).label("points"),
            first.label("expires_at"),
        )
        .group_by(lots.c.member_id, lots.c.month)
        .having(first <= until)
    )


def _months(first: date, last: date) -> list[tuple[str, datetime]]:
    """The months from one day's to another's, each with the instant at which it is over."""
    months, day = [], first.replace(day=1)
    while day <= last:
        following = (day + timedelta(days=31)).replace(day=1)
        months.append((f"{day:%Y-%m}", day_start(following)))
        day = following
    return months


def _due(now: datetime) -> ColumnElement[bool]:
    return and_(PointLot.remaining > 0, PointLot.expires_at <= now)


def expire_held(session: Session, members: list[int], now: datetime) -> int:
    """Write off what is due of members who are held already; how many points."""
    query = lots().where(_due(now), PointLot.member_id.in_(members)).order_by(PointLot.id)
    due = [Lot(*row) for row in session.execute(query)]
    post(session, [_posting(lot, now) for lot in due])
    return sum(lot.remaining for lot in due)


def _posting(lot: Lot, now: datetime) -> Posting:
    return Posting(
        kind=Kind.EXPIRE,
        member_id=lot.member_id,
        source=f"{lot.source}:expired",
        body=body(Kind.EXPIRE, lot.source),
        at=now,
        lines=[
            Line(Account.AVAILABLE, -lot.remaining, lot.id),
            Line(Account.EXPIRED, lot.remaining, lot.id),
        ],
    )
