"""Is the ledger sound? Every figure in it is computed again from the entries.

Seals show what was written or changed by hand; sums show what does not add up;
triggers that are gone show where somebody could have.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import islice

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

MOST = 100


def verify(session: Session) -> list[str]:
    """One sentence for each thing that is wrong with the points; none if the ledger is sound.

    At most a hundred of each sort, because one cause may damage everything.
    """
    checks: list[Callable[[Session], Iterable[str]]] = [
        immutable.verify,
        unsealed_transactions,
        unsealed_lots,
        _sums,
        _strays,
        _lots,
        _balances,
        _strangers,
    ]
    return [sentence for check in checks for sentence in islice(check(session), MOST)]


def _sums(session: Session) -> Iterator[str]:
    total = func.coalesce(func.sum(PointEntry.amount), 0)
    query = (
        select(PointTransaction.source, total, func.count(PointEntry.id))
        .outerjoin(PointEntry, PointEntry.transaction_id == PointTransaction.id)
        .group_by(PointTransaction.id, PointTransaction.source)
        .having(or_(total != 0, func.count(PointEntry.id) == 0))
    )
    for source, amount, count in session.execute(query):
        yield f"points {source}: {count} entries add up to {amount}, not to zero"


def _strays(session: Session) -> Iterator[str]:
    """Entries belong to a transaction, and those that name a lot to a lot."""
    event = select(PointTransaction.id).where(PointTransaction.id == PointEntry.transaction_id)
    lot = select(PointLot.id).where(PointLot.id == PointEntry.lot_id)
    lost = and_(PointEntry.lot_id.is_not(None), ~lot.exists())
    for (entry_id,) in session.execute(select(PointEntry.id).where(or_(~event.exists(), lost))):
        yield f"point entry {entry_id} belongs to a transaction or a lot that is gone"


def _lots(session: Session) -> Iterator[str]:
    """What a lot holds is what the entries say, and its earning issued it."""
    entries = _by_lot()
    query = (
        select(PointLot.source, PointLot.id)
        .outerjoin(entries, entries.c.lot_id == PointLot.id)
        .where(
            or_(
                entries.c.lot_id.is_(None),
                entries.c.pending != PointLot.pending,
                entries.c.available != PointLot.remaining,
                entries.c.issued != -PointLot.points,
                entries.c.source != PointLot.source,
            )
        )
    )
    for source, lot_id in session.execute(query):
        yield f"point lot {lot_id} ({source}) is not the sum of its entries"


def _balances(session: Session) -> Iterator[str]:
    """A balance is the sum of its member's entries; nobody has points and owes some too."""
    entries = _by_member()
    query = (
        select(PointBalance.member_id)
        .outerjoin(entries, entries.c.member_id == PointBalance.member_id)
        .where(
            or_(
                *(
                    func.coalesce(entries.c[name], 0) != getattr(PointBalance, name)
                    for name in ("pending", "available", "overdrawn", "debt")
                ),
                and_(PointBalance.available > 0, PointBalance.overdrawn + PointBalance.debt > 0),
            )
        )
    )
    for (member_id,) in session.execute(query):
        yield f"the point balance of member {member_id} is not the sum of the entries"


def _strangers(session: Session) -> Iterator[str]:
    known = select(PointBalance.member_id).where(PointBalance.member_id == PointEntry.member_id)
    query = select(PointEntry.member_id).where(~known.exists()).distinct()
    for (member_id,) in session.execute(query):
        yield f"member {member_id} has point entries but no balance"


def _by_lot() -> Subquery:
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
        .where(PointEntry.lot_id.is_not(None))
        .group_by(PointEntry.lot_id)
        .subquery()
    )


def _by_member() -> Subquery:
    available = PointEntry.account == Account.AVAILABLE
    return (
        select(
            PointEntry.member_id,
            _sum(PointEntry.account == Account.PENDING).label("pending"),
            _sum(and_(available, PointEntry.lot_id.is_not(None))).label("available"),
            (-_sum(and_(available, PointEntry.lot_id.is_(None)))).label("overdrawn"),
            (-_sum(PointEntry.account == Account.OWED)).label("debt"),
        )
        .group_by(PointEntry.member_id)
        .subquery()
    )


def _sum(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.sum(case((condition, PointEntry.amount), else_=0))
