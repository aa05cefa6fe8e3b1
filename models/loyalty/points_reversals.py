"""Earned points are taken back, of many orders at once and one after another in their order.

First from the earning itself, then from the member's other points; what was
spent already is claimed from the next earning, or takes the balance below zero
where the programme says so. What expired meanwhile is not asked for again.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models.base import N_, Refusal
from models.loyalty.points_expiry import expire_held
from models.loyalty.points_lots import Lot, draw, find_lots, lots
from models.loyalty.points_posting import (
    Line,
    NotAnAmount,
    Posting,
    SourceReused,
    body,
    chunks,
    hold,
    post,
    recorded,
)
from models.loyalty.points_records import Account, Kind, PointEntry, PointLot, PointTransaction
from models.programme import PointTerms


class MoreThanEarned(Refusal):
    def __init__(self, left: int) -> None:
        super().__init__(N_("這筆入點最多還能收回 {left} 點。"), left=left)
        self.left = left


@dataclass(frozen=True, slots=True)
class TakeBack:
    """`points` of what was earned under `earned` are taken back; all that is left if None."""

    earned: str
    source: str
    points: int | None = None
    reason: str = ""

    @property
    def body(self) -> str:
        return body(Kind.TAKE_BACK, self.earned, self.points)


def take_back_many(
    session: Session, rows: Sequence[TakeBack], *, now: datetime, terms: PointTerms
) -> set[str]:
    """Take earnings back, all at once; the sources under which something was.

    Raises:
        NoSuchEarning: nothing was earned under one of them.
        MoreThanEarned: less is left of one to take back.
        NotAnAmount: `points` of one is below one.
        SourceReused: a source stands for something else, here or in the ledger.
    """
    wanted = _once_each(rows)
    found = find_lots(session, {row.earned for row in wanted.values()})
    members = sorted({lot.member_id for lot in found.values()})
    hold(session, members)
    known = recorded(session, {source: row.body for source, row in wanted.items()})
    for some in chunks(members):
        expire_held(session, some, now)
    # read again, because only now nobody else moves them
    found = find_lots(session, list(found))
    earnings = _Earnings(session, members, found.values(), terms)
    abouts = _transactions(session, found)
    postings = []
    for source, row in wanted.items():
        lines = [] if source in known else earnings.take(found[row.earned].id, row.points)
        if lines:
            member_id, about_id = found[row.earned].member_id, abouts[row.earned]
            posting = Posting(
                Kind.TAKE_BACK, member_id, source, row.body, now, lines, row.reason, about_id
            )
            postings.append(posting)
    post(session, postings)
    return {posting.source for posting in postings}


class _Earnings:
    """The lots of some members while points are being taken back from them."""

    def __init__(
        self, session: Session, members: Sequence[int], taken: Iterable[Lot], terms: PointTerms
    ) -> None:
        self._terms = terms
        self._lots = {lot.id: lot for lot in taken}
        self._reversed = _sums(session, self._lots, Account.REVERSED)
        self._expired = _sums(session, self._lots, Account.EXPIRED)
        self._of: dict[int, list[int]] = {member_id: [] for member_id in members}
        for some in chunks(members):
            query = lots().where(PointLot.member_id.in_(some), PointLot.remaining > 0)
            for row in session.execute(query.order_by(PointLot.expires_at, PointLot.id)):
                lot = Lot(*row)
                self._lots[lot.id] = lot
                self._of[lot.member_id].append(lot.id)

    def take(self, lot_id: int, points: int | None) -> list[Line]:
        """The lines that take `points` of a lot back; none if nothing is left of it."""
        lot = self._lots[lot_id]
        left = lot.points - self._reversed.get(lot_id, 0)
        if points is not None and points > left:
            raise MoreThanEarned(left)
        wanted = left if points is None else points
        if not wanted:
            return []
        others = (self._lots[other] for other in self._of[lot.member_id] if other != lot_id)
        drawn, missing = draw(
            wanted,
            [
                ((Account.PENDING, lot_id), lot.pending),
                ((Account.AVAILABLE, lot_id), lot.remaining),
                ((Account.EXPIRED, lot_id), self._expired.get(lot_id, 0)),
                *(((Account.AVAILABLE, other.id), other.remaining) for other in others),
            ],
        )
        self._reversed[lot_id] = self._reversed.get(lot_id, 0) + wanted
        for (account, drawn_from), amount in drawn:
            self._move(account, drawn_from, amount)
        lines = [Line(Account.REVERSED, wanted, lot_id)]
        lines += [Line(account, -amount, of) for (account, of), amount in drawn]
        if missing:
            owing = Account.AVAILABLE if self._terms.may_go_negative else Account.OWED
            lines.append(Line(owing, -missing, None))
        return lines

    def _move(self, account: Account, lot_id: int, amount: int) -> None:
        lot = self._lots[lot_id]
        if account is Account.PENDING:
            self._lots[lot_id] = replace(lot, pending=lot.pending - amount)
        elif account is Account.AVAILABLE:
            self._lots[lot_id] = replace(lot, remaining=lot.remaining - amount)
        else:
            self._expired[lot_id] -= amount


def _once_each(rows: Sequence[TakeBack]) -> dict[str, TakeBack]:
    wanted: dict[str, TakeBack] = {}
    for row in rows:
        if row.points is not None and row.points < 1:
            raise NotAnAmount
        if wanted.setdefault(row.source, row).body != row.body:
            raise SourceReused(row.source)
    return wanted


def _transactions(session: Session, sources: Iterable[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for some in chunks(list(sources)):
        query = select(PointTransaction.source, PointTransaction.id)
        found |= dict(session.execute(query.where(PointTransaction.source.in_(some))).all())
    return found


def _sums(session: Session, lot_ids: Iterable[int], account: Account) -> dict[int, int]:
    """What has gone into `account` from each of these lots."""
    found: dict[int, int] = {}
    for some in chunks(sorted(lot_ids)):
        query = (
            select(PointEntry.lot_id, func.sum(PointEntry.amount))
            .where(PointEntry.lot_id.in_(some), PointEntry.account == account)
            .group_by(PointEntry.lot_id)
        )
        found |= {lot_id: int(total) for lot_id, total in session.execute(query) if lot_id}
    return found
