"""Which parts of the ledger do not bear their seal.

Nothing here trusts what it reads: values that could not have been written
through the records are taken as text and reported, not tripped over.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from itertools import groupby
from typing import Any

from sqlalchemy import String, cast, select
from sqlalchemy.orm import Session

from models.base import vault
from models.loyalty.points_records import PointEntry, PointLot, PointTransaction
from models.loyalty.points_seals import SealedLot, SealedTransaction, seal_lot, seal_transaction
from models.spans import Span

_TRANSACTIONS = (
    select(
        PointTransaction.id,
        PointTransaction.digest,
        PointTransaction.source,
        PointTransaction.kind,
        PointTransaction.member_id,
        PointTransaction.body,
        cast(PointTransaction.at, String),
        PointTransaction.reason,
        PointTransaction.about_id,
        PointEntry.account,
        PointEntry.amount,
        PointEntry.lot_id,
        PointEntry.member_id,
    )
    .join(PointEntry, PointEntry.transaction_id == PointTransaction.id)
    .order_by(PointTransaction.id)
    .execution_options(yield_per=1000)
)
_LOTS = select(
    PointLot.digest,
    PointLot.source,
    PointLot.member_id,
    PointLot.points,
    cast(PointLot.earned_on, String),
    cast(PointLot.expires_at, String),
).execution_options(yield_per=1000)


def unsealed_transactions(session: Session, span: Span) -> Iterator[str]:
    """Transactions that, with their entries, are not what was recorded."""
    keeper = vault(session)

    def seal(row: Any, lines: list[Any]) -> str:
        source, kind, member_id, body, at, reason, about_id = row[2:9]
        content = SealedTransaction(source, kind, member_id, body, _instant(at), reason, about_id)
        return seal_transaction(keeper, content, [tuple(line[9:]) for line in lines])

    query = _TRANSACTIONS.where(
        span.holds(PointTransaction.id), span.holds(PointEntry.transaction_id)
    )
    for _id, rows in groupby(session.execute(query), key=lambda row: row[0]):
        lines = list(rows)
        if not _bears(lines[0][1], seal, lines[0], lines):
            yield f"points {lines[0][2]}: not what was sealed when it was recorded"


def unsealed_lots(session: Session, span: Span) -> Iterator[str]:
    """Lots that are not what was opened."""
    keeper = vault(session)

    def seal(row: Any) -> str:
        source, member_id, points, earned_on, expires_at = row[1:]
        content = SealedLot(source, member_id, points, earned_on, _instant(expires_at))
        return seal_lot(keeper, content)

    for row in session.execute(_LOTS.where(span.holds(PointLot.id))):
        if not _bears(row[0], seal, row):
            yield f"point lot of {row[1]}: not what was sealed when it was opened"


def _instant(text: str) -> datetime:
    at = datetime.fromisoformat(text)
    # SQLite forgets the zone
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def _bears(digest: str, seal: Callable[..., str], *content: Any) -> bool:
    try:
        return bool(digest == seal(*content))
    except (TypeError, ValueError):
        return False
