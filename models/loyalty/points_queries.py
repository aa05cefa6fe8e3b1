"""What a member has, how it came about, and what the shop owes in points.

Every figure is right at `now`, whether or not what is due was written off yet.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, bindparam, case, func, select
from sqlalchemy.orm import Session

from models.base import among_given, dialect, local_day
from models.loyalty.points_records import (
    Account,
    PointBalance,
    PointEntry,
    PointLot,
    PointTransaction,
)


@dataclass(frozen=True, slots=True)
class LotFact:
    """`points` of one earning that are left to spend before `expires_at`."""

    points: int
    expires_at: datetime
    source: str
    earned_on: date

    @property
    def last_day(self) -> date:
        """The last day in Taipei on which they can be used."""
        return local_day(self.expires_at - timedelta(microseconds=1))


@dataclass(frozen=True, slots=True)
class Balance:
    """A member's points: `available` is the sum of `lots`, in the order they are spent.

    Below zero only where the programme lets a refund do that, and there are no
    lots then; `debt` is claimed from the next earning.
    """

    available: int
    pending: int
    debt: int
    lots: tuple[LotFact, ...]


@dataclass(frozen=True, slots=True)
class Movement:
    """One event in a member's points: its change to what is available, pending and in debt."""

    id: int
    at: datetime
    kind: str
    reason: str
    source: str
    points: int
    pending: int
    debt: int
    available_after: int


def balance(session: Session, member_id: int, now: datetime) -> Balance:
    """What a member has at `now`."""
    return balances(session, [member_id], now)[member_id]


def balances(session: Session, member_ids: Sequence[int], now: datetime) -> dict[int, Balance]:
    """What each of these members has at `now`, in one statement."""
    sums = dict.fromkeys(member_ids, (0, 0, 0))
    lots: dict[int, list[LotFact]] = defaultdict(list)
    for row in session.execute(_held(dialect(session)), {"asked": member_ids, "now": now}):
        sums[row.member_id] = (row.pending, row.overdrawn, row.debt)
        if row.remaining is not None:
            lots[row.member_id].append(LotFact(*row[4:]))
    return {
        member_id: _balance(lots.get(member_id, ()), *sums[member_id]) for member_id in member_ids
    }


def overdue(now: datetime) -> Select[*tuple[Any, ...]]:
    """What ran out by `now` and was not written off yet: `member_id` and `number`; mostly few."""
    over = PointLot.remaining > 0, PointLot.expires_at <= now
    number = func.sum(PointLot.remaining).label("number")
    return select(PointLot.member_id, number).where(*over).group_by(PointLot.member_id)


def usable(held: type[PointBalance], over: ColumnElement[int]) -> ColumnElement[int]:
    """What members can spend who are joined with what they hold, and the number in `overdue`."""
    return held.available - held.overdrawn - func.coalesce(over, 0)


def _balance(lots: Sequence[LotFact], pending: int, overdrawn: int, debt: int) -> Balance:
    return Balance(sum(lot.points for lot in lots) - overdrawn, pending, debt, tuple(lots))


@cache  # every look at the points asks it
def _held(kind: str) -> Select[*tuple[Any, ...]]:
    # who has lots has a balance
    return (
        select(
            PointBalance.member_id,
            PointBalance.pending,
            PointBalance.overdrawn,
            PointBalance.debt,
            PointLot.remaining,
            PointLot.expires_at,
            PointLot.source,
            PointLot.earned_on,
        )
        .outerjoin(
            PointLot,
            and_(
                PointLot.member_id == PointBalance.member_id,
                PointLot.remaining > 0,
                PointLot.expires_at > bindparam("now"),
            ),
        )
        .where(among_given(kind, PointBalance.member_id))
        .order_by(PointLot.expires_at, PointLot.id)
    )


def history(
    session: Session, member_id: int, *, before_id: int | None = None, limit: int = 10
) -> list[Movement]:
    """A member's movements, the latest in front; older than `before_id` if one is given."""
    available = _sum_of(Account.AVAILABLE)
    # chosen by themselves, or PostgreSQL may look for them through everybody's
    latest = select(PointTransaction.id).where(PointTransaction.member_id == member_id)
    if before_id is not None:
        latest = latest.where(PointTransaction.id < before_id)
    query = (
        select(PointTransaction, available, _sum_of(Account.PENDING), -_sum_of(Account.OWED))
        .join(PointEntry, PointEntry.transaction_id == PointTransaction.id)
        .where(PointTransaction.id.in_(latest.order_by(PointTransaction.id.desc()).limit(limit)))
        .group_by(PointTransaction.id)
        .order_by(PointTransaction.id.desc())
    )
    rows = session.execute(query).all()
    after = _available_up_to(session, member_id, rows[0][0].id) if rows else 0
    movements = []
    for event, points, pending, debt in rows:
        movements.append(
            Movement(
                event.id,
                event.at,
                event.kind,
                event.reason,
                event.source,
                points,
                pending,
                debt,
                available_after=after,
            )
        )
        after -= points
    return movements


def liability(session: Session, now: datetime) -> int:
    """The points outstanding at `now`, of all members, pending ones included.

    What members owe is not set off against what others hold.
    """
    available = select(func.coalesce(func.sum(PointLot.remaining), 0)).where(
        PointLot.remaining > 0, PointLot.expires_at > now
    )
    pending = select(func.coalesce(func.sum(PointLot.pending), 0)).where(PointLot.pending > 0)
    return session.scalars(available).one() + session.scalars(pending).one()


def totals(session: Session) -> dict[Account, int]:
    """The sum of each account over all time; `issued` is negative, all of them make zero.

    Breakage is `expired` over what was issued.
    """
    query = select(PointEntry.account, func.sum(PointEntry.amount)).group_by(PointEntry.account)
    sums = dict(session.execute(query).all())
    return {account: sums.get(account, 0) for account in Account}


def _sum_of(account: Account) -> ColumnElement[int]:
    amount = case((PointEntry.account == account, PointEntry.amount), else_=0)
    return func.sum(amount)


def _available_up_to(session: Session, member_id: int, transaction_id: int) -> int:
    query = select(func.coalesce(func.sum(PointEntry.amount), 0)).where(
        PointEntry.member_id == member_id,
        PointEntry.account == Account.AVAILABLE,
        PointEntry.transaction_id <= transaction_id,
    )
    return session.scalars(query).one()
