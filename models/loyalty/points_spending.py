"""Points go out, from the lot that expires first; and come back to where they were.

Spending never takes a balance below zero. Points given back return to their
lots: if such a lot is due by then, they expire with it.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models.base import N_, Refusal
from models.loyalty.points_expiry import expire_held
from models.loyalty.points_lots import Lot, credit, draw, lots, spendable
from models.loyalty.points_posting import (
    Line,
    NotAnAmount,
    Posting,
    body,
    hold,
    post,
    posted,
    recorded,
)
from models.loyalty.points_records import Account, Kind, PointEntry, PointLot, PointTransaction


class NotEnoughPoints(Refusal):
    buttons = ("點數",)

    def __init__(self, available: int) -> None:
        super().__init__(N_("點數不夠，目前可用 {available} 點。"), available=available)
        self.available = available


class NoSuchSpending(Refusal):
    def __init__(self, source: str) -> None:
        super().__init__(N_("找不到「{source}」的用點紀錄。"), source=source)
        self.source = source


class MoreThanSpent(Refusal):
    def __init__(self, left: int) -> None:
        super().__init__(N_("這筆用點最多還能退 {left} 點。"), left=left)
        self.left = left


def spend(
    session: Session, member_id: int, points: int, *, source: str, now: datetime, reason: str
) -> PointTransaction:
    """Take `points` from a member's lots; spending again under the same source changes nothing.

    Raises:
        NotAnAmount: `points` is below one.
        NotEnoughPoints: fewer are available.
        SourceReused: the source stands for something else.
    """
    if points < 1:
        raise NotAnAmount
    asked = body(Kind.SPEND, member_id, points)
    hold(session, [member_id])
    if recorded(session, {source: asked}):
        return posted(session, source)
    expire_held(session, [member_id], now)
    wells = [(lot.id, lot.remaining) for lot in spendable(session, member_id)]
    drawn, missing = draw(points, wells)
    if missing:
        raise NotEnoughPoints(points - missing)
    lines = [line for lot_id, taken in drawn for line in _spent(lot_id, taken)]
    post(session, [Posting(Kind.SPEND, member_id, source, asked, now, lines, reason)])
    return posted(session, source)


def give_back(
    session: Session,
    *,
    spent: str,
    source: str,
    points: int | None,
    now: datetime,
    reason: str = "",
) -> PointTransaction | None:
    """Return points spent under `spent` to their lots, all that is left of them if None.

    A part goes to the lots that were drawn from last, as if less had been
    spent. None if nothing is left to return, or this was recorded already.

    Raises:
        NoSuchSpending: nothing was spent under `spent`.
        MoreThanSpent: less is left to return.
        NotAnAmount: `points` is below one.
        SourceReused: the source stands for something else.
    """
    if points is not None and points < 1:
        raise NotAnAmount
    spending = _spending(session, spent)
    asked = body(Kind.GIVE_BACK, spent, points)
    holding = hold(session, [spending.member_id])[spending.member_id]
    if recorded(session, {source: asked}):
        return None
    wells = _returnable(session, spending)
    left = sum(amount for _lot, amount in wells)
    if points is not None and points > left:
        raise MoreThanSpent(left)
    returned, _missing = draw(left if points is None else points, wells)
    if not returned:
        return None
    lines: list[Line] = []
    for lot, amount in returned:
        lines += [Line(Account.REDEEMED, -amount, lot.id), *credit(lot, amount, holding, now)]
    member_id, about_id = spending.member_id, spending.id
    post(
        session,
        [Posting(Kind.GIVE_BACK, member_id, source, asked, now, lines, reason, about_id)],
    )
    return posted(session, source)


def _spent(lot_id: int, points: int) -> list[Line]:
    return [Line(Account.AVAILABLE, -points, lot_id), Line(Account.REDEEMED, points, lot_id)]


def _spending(session: Session, source: str) -> PointTransaction:
    query = select(PointTransaction).where(
        PointTransaction.source == source, PointTransaction.kind == Kind.SPEND
    )
    spending = session.scalars(query).first()
    if spending is None:
        raise NoSuchSpending(source)
    return spending


def _returnable(session: Session, spending: PointTransaction) -> list[tuple[Lot, int]]:
    """What is still spent of each lot, the one drawn from last in front."""
    spent = func.sum(PointEntry.amount)
    query = (
        lots()
        .add_columns(spent)
        .join(PointEntry, PointEntry.lot_id == PointLot.id)
        .join(PointTransaction, PointTransaction.id == PointEntry.transaction_id)
        .where(
            (PointTransaction.id == spending.id) | (PointTransaction.about_id == spending.id),
            PointEntry.account == Account.REDEEMED,
        )
        .group_by(PointLot.id)
        .having(spent > 0)
        .order_by(PointLot.expires_at.desc(), PointLot.id.desc())
    )
    return [(Lot(*row[:-1]), row[-1]) for row in session.execute(query)]
