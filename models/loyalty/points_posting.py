"""How a movement of points is written down: hold the member, then post entries.

`post` is the only writer of the ledger. Lots and balances change by the entries
posted and by nothing else, so that they are always the entries' sums.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

import orjson
from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from models.base import N_, Refusal, Vault, insert, vault
from models.loyalty.points_records import (
    Account,
    Kind,
    PointBalance,
    PointEntry,
    PointLot,
    PointTransaction,
)
from models.loyalty.points_seals import SealedTransaction, seal_transaction

CHUNK = 5000
Item = TypeVar("Item")


class SourceReused(Refusal):
    def __init__(self, source: str) -> None:
        super().__init__(N_("「{source}」已經登記過不同內容的點數，這次沒有更動。"), source=source)
        self.source = source


class NotAnAmount(Refusal):
    def __init__(self) -> None:
        super().__init__(N_("點數請輸入 1 以上的整數。"))


@dataclass(slots=True)
class Holding:
    """A member's sums, held: nobody else moves their points before the transaction ends."""

    member_id: int
    pending: int
    available: int
    overdrawn: int
    debt: int


@dataclass(frozen=True, slots=True)
class Line:
    """An entry to be."""

    account: Account
    amount: int
    lot_id: int | None


@dataclass(frozen=True, slots=True)
class Posting:
    """A transaction to be; its lines add up to zero."""

    kind: Kind
    member_id: int
    source: str
    body: str
    at: datetime
    lines: list[Line]
    reason: str = ""
    about_id: int | None = None


def hold(session: Session, members: Iterable[int]) -> dict[int, Holding]:
    """Hold the balances of `members` until the transaction ends, making those there are not."""
    table = PointBalance.__table__.c
    statement = insert(session, PointBalance)
    # an update that changes nothing, because it must return the row and lock it
    locking = statement.on_conflict_do_update(
        index_elements=["member_id"], set_={"member_id": statement.excluded.member_id}
    ).returning(table.member_id, table.pending, table.available, table.overdrawn, table.debt)
    # always in one order, or two of these wait for each other
    zero = {"pending": 0, "available": 0, "overdrawn": 0, "debt": 0}
    rows = [{"member_id": member_id, **zero} for member_id in sorted(set(members))]
    if not rows:
        return {}
    return {row.member_id: Holding(*row) for row in session.execute(locking, rows)}


def body(kind: Kind, *asked: object) -> str:
    """What was asked for, as text that is the same for the same request."""
    return orjson.dumps([kind, *asked]).decode()


def recorded(session: Session, bodies: Mapping[str, str]) -> set[str]:
    """Those sources that are in the ledger already with the same body.

    Raises:
        SourceReused: one of them is there with another body.
    """
    found: set[str] = set()
    for sources in chunks(bodies):
        query = select(PointTransaction.source, PointTransaction.body).where(
            PointTransaction.source.in_(sources)
        )
        for source, text in session.execute(query):
            if text != bodies[source]:
                raise SourceReused(source)
            found.add(source)
    return found


def posted(session: Session, source: str) -> PointTransaction:
    """The transaction recorded under `source`."""
    return session.scalars(select(PointTransaction).where(PointTransaction.source == source)).one()


def post(session: Session, postings: Sequence[Posting]) -> None:
    """Write transactions with their entries; move lots and balances by them.

    Raises:
        SourceReused: a source was taken meanwhile, by another member.
    """
    if not postings:
        return
    ids = _insert_transactions(session, postings)
    session.execute(
        insert(session, PointEntry),
        [
            {
                "transaction_id": ids[posting.source],
                "member_id": posting.member_id,
                "account": line.account,
                "amount": line.amount,
                "lot_id": line.lot_id,
            }
            for posting in postings
            for line in posting.lines
        ],
    )
    _move_lots(session, postings)
    _move_balances(session, postings)


def chunks(items: Collection[Item]) -> Iterable[list[Item]]:
    """`items` in lists short enough for one statement's parameters."""
    whole = list(items)
    return (whole[start : start + CHUNK] for start in range(0, len(whole), CHUNK))


def _insert_transactions(session: Session, postings: Sequence[Posting]) -> dict[str, int]:
    keeper = vault(session)
    rows = [_row(keeper, posting) for posting in postings]
    table = PointTransaction.__table__.c
    statement = (
        insert(session, PointTransaction)
        .on_conflict_do_nothing(index_elements=["source"])
        .returning(table.source, table.id)
    )
    ids = {row.source: row.id for row in session.execute(statement, rows)}
    for posting in postings:
        if posting.source not in ids:
            raise SourceReused(posting.source)
    return ids


def _row(keeper: Vault, posting: Posting) -> dict[str, object]:
    content = SealedTransaction(
        source=posting.source,
        kind=posting.kind,
        member_id=posting.member_id,
        body=posting.body,
        at=posting.at,
        reason=posting.reason,
        about_id=posting.about_id,
    )
    member = posting.member_id
    entries = [(line.account, line.amount, line.lot_id, member) for line in posting.lines]
    return content._asdict() | {"digest": seal_transaction(keeper, content, entries)}


def _move_lots(session: Session, postings: Sequence[Posting]) -> None:
    moved: dict[int, dict[str, int]] = defaultdict(lambda: {"pending": 0, "remaining": 0})
    for posting in postings:
        for line in posting.lines:
            if line.lot_id is None:
                continue
            if line.account is Account.PENDING:
                moved[line.lot_id]["pending"] += line.amount
            elif line.account is Account.AVAILABLE:
                moved[line.lot_id]["remaining"] += line.amount
    lots = PointLot.__table__
    changed = [
        {"lot": lot_id, "more_pending": by["pending"], "more_remaining": by["remaining"]}
        for lot_id, by in sorted(moved.items())
        if any(by.values())
    ]
    if changed:
        session.execute(
            update(lots)  # type: ignore[arg-type]
            .where(lots.c.id == bindparam("lot"))
            .values(
                pending=lots.c.pending + bindparam("more_pending"),
                remaining=lots.c.remaining + bindparam("more_remaining"),
            ),
            changed,
        )


def _move_balances(session: Session, postings: Sequence[Posting]) -> None:
    moved: dict[int, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for posting in postings:
        for line in posting.lines:
            column, sign = _column(line)
            if column:
                moved[posting.member_id][column] += sign * line.amount
    if not moved:
        # taking back what has expired already moves no balance
        return
    balances = PointBalance.__table__
    columns = ("pending", "available", "overdrawn", "debt")
    session.execute(
        update(balances)  # type: ignore[arg-type]
        .where(balances.c.member_id == bindparam("member"))
        .values({name: balances.c[name] + bindparam(f"more_{name}") for name in columns}),
        [
            {"member": member_id} | {f"more_{name}": by[name] for name in columns}
            for member_id, by in sorted(moved.items())
        ],
    )


def _column(line: Line) -> tuple[str, int]:
    """The column of a balance that a line moves, and in which direction."""
    match line.account:
        case Account.PENDING:
            return "pending", 1
        case Account.AVAILABLE:
            return ("available", 1) if line.lot_id is not None else ("overdrawn", -1)
        case Account.OWED:
            return "debt", -1
        case _:
            return "", 0
