"""Lots: points that were earned together and expire together.

Whatever reads a lot in order to change it holds its member first (`hold`).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from models.base import N_, Refusal, insert, vault
from models.loyalty.points_posting import Holding, Line, SourceReused, chunks
from models.loyalty.points_records import Account, PointLot
from models.loyalty.points_seals import SealedLot, seal_lot

Key = TypeVar("Key")


class NoSuchEarning(Refusal):
    def __init__(self, source: str) -> None:
        super().__init__(N_("找不到「{source}」的入點紀錄。"), source=source)
        self.source = source


@dataclass(frozen=True, slots=True)
class Lot:
    """A lot as it stands."""

    id: int
    member_id: int
    source: str
    points: int
    expires_at: datetime
    pending: int
    remaining: int


def lots() -> Select[int, int, str, int, datetime, int, int]:
    """The columns of `Lot`."""
    return select(
        PointLot.id,
        PointLot.member_id,
        PointLot.source,
        PointLot.points,
        PointLot.expires_at,
        PointLot.pending,
        PointLot.remaining,
    )


def find_lots(session: Session, sources: Collection[str]) -> dict[str, Lot]:
    """The lots that these earnings made.

    Raises:
        NoSuchEarning: nothing was earned under one of them.
    """
    found: dict[str, Lot] = {}
    for some in chunks(set(sources)):
        rows = session.execute(lots().where(PointLot.source.in_(some)))
        found |= {lot.source: lot for lot in (Lot(*row) for row in rows)}
    for source in sources:
        if source not in found:
            raise NoSuchEarning(source)
    return found


def spendable(session: Session, member_id: int) -> list[Lot]:
    """What is left in a member's lots, the one that expires first in front."""
    query = lots().where(PointLot.member_id == member_id, PointLot.remaining > 0)
    ordered = query.order_by(PointLot.expires_at, PointLot.id)
    return [Lot(*row) for row in session.execute(ordered)]


def open_lots(session: Session, new: Sequence[SealedLot]) -> dict[str, Lot]:
    """Make lots, empty until entries fill them; by source.

    Raises:
        SourceReused: a source was taken meanwhile, by another member.
    """
    if not new:
        return {}
    keeper = vault(session)
    empty = {"pending": 0, "remaining": 0}
    rows = [lot._asdict() | empty | {"digest": seal_lot(keeper, lot)} for lot in new]
    columns = PointLot.__table__.c
    statement = (
        insert(session, PointLot)
        .on_conflict_do_nothing(index_elements=["source"])
        .returning(columns.source, columns.id)
    )
    ids = {row.source: row.id for row in session.execute(statement, rows)}
    opened: dict[str, Lot] = {}
    for lot in new:
        if lot.source not in ids:
            raise SourceReused(lot.source)
        opened[lot.source] = Lot(
            ids[lot.source], lot.member_id, lot.source, lot.points, lot.expires_at, **empty
        )
    return opened


def credit(lot: Lot, points: int, holding: Holding, now: datetime) -> list[Line]:
    """Entries that make points of a lot available.

    What the member owes is claimed from them first; if the lot is due, the rest
    expires at once.
    """
    raised = min(points, holding.overdrawn)
    claimed = min(points - raised, holding.debt)
    gone = points - raised - claimed if lot.expires_at <= now else 0
    holding.overdrawn -= raised
    holding.debt -= claimed
    lines = [
        Line(Account.AVAILABLE, points, lot.id),
        Line(Account.AVAILABLE, -raised - claimed - gone, lot.id),
        Line(Account.AVAILABLE, raised, None),
        Line(Account.OWED, claimed, None),
        Line(Account.EXPIRED, gone, lot.id),
    ]
    return [line for line in lines if line.amount]


def draw(points: int, wells: Iterable[tuple[Key, int]]) -> tuple[list[tuple[Key, int]], int]:
    """Take `points` from wells in their order: what came from each, and what is still missing."""
    drawn: list[tuple[Key, int]] = []
    for key, depth in wells:
        taken = min(points, depth)
        if taken > 0:
            drawn.append((key, taken))
            points -= taken
    return drawn, points
