"""Earned points are taken back when their order is cancelled or refunded, in full or in part.

What is pending is cancelled; where the rest comes from is `points_reversals`.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from models.loyalty.points_lots import Lot, find_lots
from models.loyalty.points_posting import Line, Posting, body, hold, post, posted, recorded
from models.loyalty.points_records import Account, Kind, PointTransaction
from models.loyalty.points_reversals import TakeBack, take_back_many
from models.programme import PointTerms


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
    row = TakeBack(earned, source, points, reason)
    new = take_back_many(session, [row], now=now, terms=terms)
    return posted(session, source) if new else None


def _hold_lot(session: Session, earned: str) -> Lot:
    hold(session, [find_lots(session, [earned])[earned].member_id])
    # read again, because only now nobody else moves it
    return find_lots(session, [earned])[earned]
