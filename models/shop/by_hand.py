"""Money booked by hand: the deposit it came in with, which then leaves the bank's list."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from models.shop import reconciliation
from models.shop.payment_records import Deposit


def deposit_of(session: Session, member_id: int, amount: int, *, now: datetime) -> Deposit | None:
    """The deposit of this amount that nobody has decided on and that can only be this member's.

    One that fits them is, and one that fits nobody; None if that is true of several.
    """
    waiting = reconciliation.queue(session, now=now)
    pairs = (*waiting.certain, *waiting.likely, *waiting.possible)
    theirs = [
        pair.deposit
        for pair in pairs
        if any(option.member_id == member_id for option in pair.options)
    ]
    found = [each for each in (*theirs, *waiting.strange) if each.amount == amount]
    return found[0] if len(found) == 1 else None
