"""Points come in: from orders, from imported balances, from an organiser's hand.

Each earning makes one lot, pending until the order is picked up or available
at once. What a refund left owing is claimed from whatever comes in next.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from models.base import end_of_day
from models.loyalty.points_lots import Lot, credit, find_lots, open_lots
from models.loyalty.points_posting import (
    Holding,
    Line,
    NotAnAmount,
    Posting,
    SourceReused,
    body,
    hold,
    post,
    posted,
    recorded,
)
from models.loyalty.points_records import Account, Kind, PointTransaction
from models.loyalty.points_seals import SealedLot
from models.programme import PointTerms


@dataclass(frozen=True, slots=True)
class Earning:
    """Points that a member earned on a day in Taipei; `pending` until picked up.

    `kind` is EARN, or OPENING for a balance brought along from another system.
    """

    member_id: int
    points: int
    source: str
    earned_on: date
    reason: str = ""
    pending: bool = False
    kind: Kind = Kind.EARN

    @property
    def body(self) -> str:
        return body(self.kind, self.member_id, self.points, self.earned_on, self.pending)


def earn(
    session: Session,
    member_id: int,
    points: int,
    *,
    source: str,
    earned_on: date,
    now: datetime,
    terms: PointTerms,
    reason: str,
    pending: bool = False,
) -> PointTransaction | None:
    """Record one earning; None if it is recorded already, or comes to no points.

    Raises:
        SourceReused: the source stands for something else.
        NotAnAmount: `points` is below zero.
    """
    earning = Earning(member_id, points, source, earned_on, reason, pending)
    new = earn_many(session, [earning], now=now, terms=terms)
    return posted(session, source) if new else None


def opening(
    session: Session,
    member_id: int,
    points: int,
    *,
    source: str,
    earned_on: date,
    now: datetime,
    terms: PointTerms,
    reason: str,
) -> PointTransaction | None:
    """Record a balance brought along from another system, as `earn` does."""
    earning = Earning(member_id, points, source, earned_on, reason, kind=Kind.OPENING)
    new = earn_many(session, [earning], now=now, terms=terms)
    return posted(session, source) if new else None


def earn_many(
    session: Session, rows: Sequence[Earning], *, now: datetime, terms: PointTerms
) -> set[str]:
    """Record earnings, all at once; the sources that were not recorded before.

    Raises:
        SourceReused: a source stands for something else, here or in the ledger.
        NotAnAmount: a row's `points` is below zero.
    """
    wanted = _once_each(rows)
    holdings = hold(session, (row.member_id for row in wanted.values()))
    known = recorded(session, {source: row.body for source, row in wanted.items()})
    fresh = [row for source, row in wanted.items() if source not in known]
    lots = open_lots(session, [_lot(row, terms) for row in fresh])
    post(
        session,
        [
            Posting(
                kind=row.kind,
                member_id=row.member_id,
                source=row.source,
                body=row.body,
                at=now,
                reason=row.reason,
                lines=_lines(row, lots[row.source], holdings[row.member_id], now),
            )
            for row in fresh
        ],
    )
    return {row.source for row in fresh}


def confirm(session: Session, *, source: str, now: datetime) -> PointTransaction | None:
    """Make a pending earning available; None if there is nothing pending of it (any more).

    Raises:
        NoSuchEarning: nothing was earned under this source.
    """
    new = confirm_many(session, [source], now=now)
    return posted(session, _confirmation(source)) if new else None


def confirm_many(session: Session, sources: Collection[str], *, now: datetime) -> set[str]:
    """Make pending earnings available, all at once; the sources that were pending until now.

    Raises:
        NoSuchEarning: nothing was earned under one of them.
    """
    holdings = hold(session, (lot.member_id for lot in find_lots(session, sources).values()))
    # read again, because only now nobody else moves them
    lots = find_lots(session, sources)
    pending = [lots[source] for source in dict.fromkeys(sources) if lots[source].pending]
    post(
        session,
        [
            Posting(
                kind=Kind.CONFIRM,
                member_id=lot.member_id,
                source=_confirmation(lot.source),
                body=body(Kind.CONFIRM, lot.source),
                at=now,
                lines=[
                    Line(Account.PENDING, -lot.pending, lot.id),
                    *credit(lot, lot.pending, holdings[lot.member_id], now),
                ],
            )
            for lot in pending
        ],
    )
    return {lot.source for lot in pending}


def _once_each(rows: Sequence[Earning]) -> Mapping[str, Earning]:
    wanted: dict[str, Earning] = {}
    for row in rows:
        if row.points < 0:
            raise NotAnAmount
        if row.points == 0:
            continue
        if wanted.setdefault(row.source, row).body != row.body:
            raise SourceReused(row.source)
    return wanted


def _lot(row: Earning, terms: PointTerms) -> SealedLot:
    expires_at = end_of_day(row.earned_on, days_later=terms.valid_days)
    return SealedLot(row.source, row.member_id, row.points, row.earned_on, expires_at)


def _lines(row: Earning, lot: Lot, holding: Holding, now: datetime) -> list[Line]:
    issued = Line(Account.ISSUED, -row.points, lot.id)
    if row.pending:
        return [issued, Line(Account.PENDING, row.points, lot.id)]
    return [issued, *credit(lot, row.points, holding, now)]


def _confirmation(source: str) -> str:
    return f"{source}:confirmed"
