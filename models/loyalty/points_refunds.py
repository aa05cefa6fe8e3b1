"""Earned points are taken back when their order is cancelled or refunded.

First from the earning itself, then from the member's other points; what was
spent already is claimed from the next earning, or takes the balance below zero
where the programme says so. What expired meanwhile is not asked for again.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models.base import N_, Refusal
from models.loyalty.points_expiry import expire
from models.loyalty.points_lots import Lot, draw, find_lots, spendable
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
from models.loyalty.points_records import Account, Kind, PointEntry, PointTransaction
from models.programme import PointTerms


class MoreThanEarned(Refusal):
    def __init__(self, left: int) -> None:
        super().__init__(N_("這筆入點最多還能收回 {left} 點。"), left=left)
        self.left = left


def share(points: int, *, part: int, whole: int) -> int:
    """How many of `points` belong to `part` of an amount, rounded down for the member.

    With `part` the total refunded so far, partial refunds take back exactly
    `points` once they come to the whole.
    """
    return points * min(part, whole) // whole if whole else 0


def cancel_pending(
    session: Session, *, earned: str, source: str, now: datetime
) -> PointTransaction | None:
    """Reverse what is still pending of an earning; None if nothing is, or this was recorded.

    Raises:
        NoSuchEarning: nothing was earned under `earned`.
        SourceReused: the source stands for something else.
    """
    asked = body(Kind.CANCEL, earned)
    lot = _hold_lot(session, earned)
    if recorded(session, {source: asked}) or not lot.pending:
        return None
    lines = [
        Line(Account.PENDING, -lot.pending, lot.id),
        Line(Account.REVERSED, lot.pending, lot.id),
    ]
    about_id = posted(session, earned).id
    post(
        session,
        [Posting(Kind.CANCEL, lot.member_id, source, asked, now, lines, about_id=about_id)],
    )
    return posted(session, source)


def take_back(
    session: Session,
    *,
    earned: str,
    source: str,
    points: int | None,
    now: datetime,
    terms: PointTerms,
    reason: str = "",
) -> PointTransaction | None:
    """Take back `points` of an earning, pending or available; all that is left of it if None.

    None if nothing is left to take back, or this was recorded already.

    Raises:
        NoSuchEarning: nothing was earned under `earned`.
        MoreThanEarned: less is left of it to take back.
        NotAnAmount: `points` is below one.
        SourceReused: the source stands for something else.
    """
    if points is not None and points < 1:
        raise NotAnAmount
    asked = body(Kind.TAKE_BACK, earned, points)
    lot = _hold_lot(session, earned)
    if recorded(session, {source: asked}):
        return None
    expire(session, now=now, member_id=lot.member_id)
    lot = find_lots(session, [earned])[earned]
    left = lot.points - _moved(session, lot, Account.REVERSED)
    if points is not None and points > left:
        raise MoreThanEarned(left)
    if not left:
        return None
    wanted = left if points is None else points
    lines = [Line(Account.REVERSED, wanted, lot.id), *_sources(session, lot, wanted, terms)]
    about_id = posted(session, earned).id
    post(
        session,
        [Posting(Kind.TAKE_BACK, lot.member_id, source, asked, now, lines, reason, about_id)],
    )
    return posted(session, source)


def _hold_lot(session: Session, earned: str) -> Lot:
    hold(session, [find_lots(session, [earned])[earned].member_id])
    # read again, because only now nobody else moves it
    return find_lots(session, [earned])[earned]


def _sources(session: Session, lot: Lot, points: int, terms: PointTerms) -> list[Line]:
    """Entries for where points taken back from `lot` come from."""
    others = [other for other in spendable(session, lot.member_id) if other.id != lot.id]
    drawn, missing = draw(
        points,
        [
            ((Account.PENDING, lot.id), lot.pending),
            ((Account.AVAILABLE, lot.id), lot.remaining),
            ((Account.EXPIRED, lot.id), _moved(session, lot, Account.EXPIRED)),
            *(((Account.AVAILABLE, other.id), other.remaining) for other in others),
        ],
    )
    lines = [Line(account, -taken, lot_id) for (account, lot_id), taken in drawn]
    if missing:
        account = Account.AVAILABLE if terms.may_go_negative else Account.OWED
        lines.append(Line(account, -missing, None))
    return lines


def _moved(session: Session, lot: Lot, account: Account) -> int:
    query = select(func.coalesce(func.sum(PointEntry.amount), 0)).where(
        PointEntry.lot_id == lot.id, PointEntry.account == account
    )
    return session.scalars(query).one()
