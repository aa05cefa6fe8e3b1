"""The part of a claim that keeps to the month's budget: only marketing is charged to it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from models.talk import budget
from models.talk.outbox_facts import Candidate
from models.talk.outbox_records import Kind
from models.talk.policy import Budget, Purpose, SendRules


def left_for(
    session: Session, rows: Sequence[Candidate], rules: SendRules, *, now: datetime
) -> Budget | None:
    """What marketing may use, if any of these is charged to it; None if it does not matter."""
    newest = max((row.id for row in rows if charged(row)), default=None)
    return None if newest is None else budget.in_force(session, rules, now=now, newest=newest)


def taken(session: Session, rows: Sequence[Candidate]) -> list[Candidate]:
    """Those that the budget still had room for, the most valuable first; it has less now.

    The others are left as they are: the next claim finds that nothing is left.
    """
    asked = [row for row in rows if charged(row)]
    granted = budget.take(session, len(asked)) if asked else 0
    if granted >= len(asked):
        return list(rows)
    asked.sort(key=lambda row: (row.value is not None, -(row.value or 0)))
    out = {row.id for row in asked[granted:]}
    return [row for row in rows if row.id not in out]


def charged(row: Candidate) -> bool:
    """Marketing that is pushed for the first time."""
    marketing = row.purpose == Purpose.MARKETING and row.kind == Kind.PUSH
    return marketing and row.first_tried_at is None
