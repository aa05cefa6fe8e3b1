"""Seals over the ledger: what was written by hand, or changed since, has no valid one.

A seal needs the shop's secret key, so that nobody makes one with SQL alone.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime
from typing import NamedTuple

import orjson

from models.base import Vault

# account, amount, lot, member
Entry = tuple[str, int, int | None, int]


class SealedTransaction(NamedTuple):
    """What the seal over a transaction covers, beside its entries."""

    source: str
    kind: str
    member_id: int
    body: str
    at: datetime
    reason: str
    about_id: int | None


class SealedLot(NamedTuple):
    """What the seal over a lot covers: all that never changes in it."""

    source: str
    member_id: int
    points: int
    earned_on: date
    expires_at: datetime


def seal_transaction(
    keeper: Vault, transaction: SealedTransaction, entries: Iterable[Entry]
) -> str:
    """The seal over a transaction and its entries, whatever their order."""
    ordered = sorted(entries, key=lambda entry: (entry[0], entry[1], entry[2] or 0, entry[3]))
    return _seal(keeper, "transaction", transaction._replace(at=_utc(transaction.at)), ordered)


def seal_lot(keeper: Vault, lot: SealedLot) -> str:
    """The seal over a lot."""
    return _seal(keeper, "lot", lot._replace(expires_at=_utc(lot.expires_at)))


def _utc(at: datetime) -> datetime:
    # one text for one instant, whatever zone it is given in
    return at.astimezone(UTC)


def _seal(keeper: Vault, *content: object) -> str:
    return keeper.mark(orjson.dumps(content, default=tuple).decode())
