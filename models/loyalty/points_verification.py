"""Is the ledger sound? Every figure in it is computed again from the entries.

Seals show what was written or changed by hand; sums show what does not add up;
triggers that are gone show where somebody could have.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Any

from sqlalchemy import ColumnElement, Subquery, and_, case, func, or_, select
from sqlalchemy.orm import Session

from models.loyalty import immutable
from models.loyalty.points_records import (
    Account,
    PointBalance,
    PointEntry,
    PointLot,
    PointTransaction,
)
from models.loyalty.points_unsealed import unsealed_lots, unsealed_transactions
from models.spans import Parts, Span, whole

MOST = 100


def verify(session: Session, parts: Parts = whole) -> list[str]:
    """One sentence for each thing that is wrong with the points; none if the ledger is sound.

    At most a hundred of each sort, because one cause may damage everything.
    """
    checks: list[tuple[Callable[[Session, Span], Iterable[str]], Any]] = [
        (unsealed_transactions, PointTransaction.id),
        (unsealed_lots, PointLot.id),
        (_sums, PointTransaction.id),
        (_strays, PointEntry.id),
        (_lots, PointLot.id),
        (_balances, PointBalance.member_id),
        (_strangers, PointEntry.member_id),
    ]
    found = immutable.verify(session)
    for check, by in checks:
        faults = (sentence for span in parts(by) for sentence in check(session, span))
        found += islice(faults, MOST)
    return found


def _sums(session: Session, span: Span) -> Iterator[str]:
    total = func.coalesce(func.sum(PointEntry.amount), 0)
    query = (
        select(PointTransaction.source, total, func.count(PointEntry.id))
        .outerjoin(
            PointEntry,
            and_(
                PointEntry.transaction_id == PointTransaction.id,
                span.holds(PointEntry.transaction_id),
            ),
        )
        .where(span.holds(PointTransaction.id))
        .group_by(PointTransaction.id, PointTransaction.source)
        .having(or_(total != 0, func.count(PointEntry.id) == 0))
    )
    for source, amount, count in session.execute(query):
        yield f"points {source}: {count} entries add up to {amount}, not to zero"


def _strays(session: Session, span: Span) -> Iterator[str]:
    """Entries belong to a transaction, and those that name a lot to a lot."""
    event = select(PointTransaction.id).where(PointTransaction.id == PointEntry.transaction_id)
    lot = select(PointLot.id).where(PointLot.id == PointEntry.lot_id)
    lost = and_(PointEntry.lot_id.is_not(None), ~lot.exists())
    query = select(PointEntry.id).where(or_(~event.exists(), lost))
    for (entry_id,) in session.execute(query.where(span.holds(PointEntry.id))):
        yield f"point entry {entry_id} belongs to a transaction or a lot that is gone"


def _lots(session: Session, span: Span) -> Iterator[str]:
    """What a lot holds is what the entries say, and its earning issued it."""
    entries = _by_lot(span)
    query = (
        select(PointLot.source, PointLot.id)
        .outerjoin(entries, entries.c.lot_id == PointLot.id)
        .where(
            span.holds(PointLot.id),
            or_(
                entries.c.lot_id.is_(None),
                entries.c.pending != PointLot.pending,
                entries.c.available != PointLot.remaining,
                entries.c.issued != -PointLot.points,
                entries.c.source != PointLot.source,
            ),
        )
    )
    for source, lot_id in session.execute(query):
        yield f"point lot {lot_id} ({source}) is not the sum of its entries"


def _balances(session: Session, span: Span) -> Iterator[str]:
    """A balance is the sum of its member's entries; nobody has points and owes some too."""
    entries = _by_member(span)
    query = (
        select(PointBalance.member_id)
        .outerjoin(entries, entries.c.member_id == PointBalance.member_id)
        .where(
            span.holds(PointBalance.member_id),
            or_(
                *(
                    func.coalesce(entries.c[name], 0) != getattr(PointBalance, name)
                    for name in ("pending", "available", "overdrawn", "debt")
                ),
                and_(PointBalance.available > 0, PointBalance.overdrawn + PointBalance.debt > 0),
            ),
        )
    )
    for (member_id,) in session.execute(query):
        yield f"the point balance of member {member_id} is not the sum of the entries"


def _strangers(session: Session, span: Span) -> Iterator[str]:
    known = select(PointBalance.member_id).where(PointBalance.member_id == PointEntry.member_id)
    query = select(PointEntry.member_id).where(~known.exists(), span.holds(PointEntry.member_id))
    for (member_id,) in session.execute(query.distinct()):
        yield f"member {member_id} has point entries but no balance"


def _by_lot(span: Span) -> Subquery:
    return (
        select(
            PointEntry.lot_id,
            _sum(PointEntry.account == Account.PENDING).label("pending"),
            _sum(PointEntry.account == Account.AVAILABLE).label("available"),
            _sum(PointEntry.account == Account.ISSUED).label("issued"),
            func.max(case((PointEntry.account == Account.ISSUED, PointTransaction.source))).label(
                "source"
            ),
        )
        .join(PointTransaction, PointTransaction.id == PointEntry.transaction_id)
        .where(PointEntry.lot_id.is_not(None), span.holds(PointEntry.lot_id))
        .group_by(PointEntry.lot_id)
        .subquery()
    )


def _by_member(span: Span) -> Subquery:
    available = PointEntry.account == Account.AVAILABLE
    return (
        select(
            PointEntry.member_id,
            _sum(PointEntry.account == Account.PENDING).label("pending"),
            _sum(and_(available, PointEntry.lot_id.is_not(None))).label("available"),
            (-_sum(and_(available, PointEntry.lot_id.is_(None)))).label("overdrawn"),
            (-_sum(PointEntry.account == Account.OWED)).label("debt"),
        )
        .where(span.holds(PointEntry.member_id))
        .group_by(PointEntry.member_id)
        .subquery()
    )


def _sum(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.sum(case((condition, PointEntry.amount), else_=0))
