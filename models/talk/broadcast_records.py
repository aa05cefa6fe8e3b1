"""The records of broadcasts: what an organiser sends to a segment, and who is left out to compare.

The messages themselves are in the outbox, under the rule `broadcast:<number>`.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

import orjson
from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Id, UtcDateTime
from models.talk.broadcast_terms import Wanted

RULE = "broadcast:"
ARMS = "AB"  # what the variants are called
WAITS = "stage = 'waiting'"


def key(number: int, arm: str, member_id: int) -> str:
    """By what a broadcast's message to a member is known in the outbox."""
    return f"{prefix(number, arm)}{member_id}"


def prefix(number: int, arm: str) -> str:
    """What stands before the member's id in it."""
    return f"{RULE}{number}:{arm}:"


class Stage(StrEnum):
    """waiting: for its time, or for the rest of its messages; planned: all of them are queued."""

    WAITING = "waiting"
    PLANNED = "planned"
    CANCELLED = "cancelled"


class Broadcast(Base):
    """One broadcast, confirmed by whom the LINE user id `by` names.

    `wanted` is what was asked for, as JSON; of each hundred members `held_back`
    hear nothing. From `release_at` on it goes out; until then nothing has.
    Members are taken in the order of their ids, so far up to `planned_to`:
    `planned` of them get it, `kept_out` are held back, `left_out` (JSON, by
    reason) were not to be reached.
    """

    __tablename__ = "broadcasts"
    __table_args__ = (
        CheckConstraint("stage IN ('waiting', 'planned', 'cancelled')", name="stage"),
        CheckConstraint("held_back >= 0 AND held_back <= 50", name="held_back"),
        Index(
            "ix_broadcasts_waiting",
            "release_at",
            sqlite_where=text(WAITS),
            postgresql_where=text(WAITS),
        ),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    by: Mapped[str] = mapped_column(String(64))
    goal: Mapped[str] = mapped_column(String(20))
    segment: Mapped[str] = mapped_column(Text)
    wanted: Mapped[str] = mapped_column(Text)
    held_back: Mapped[int]
    confirmed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    release_at: Mapped[datetime] = mapped_column(UtcDateTime)
    use_until: Mapped[datetime] = mapped_column(UtcDateTime)
    stage: Mapped[str] = mapped_column(String(20), default=Stage.WAITING.value)
    planned_to: Mapped[int] = mapped_column(Id, default=0)
    planned: Mapped[int] = mapped_column(default=0)
    kept_out: Mapped[int] = mapped_column(default=0)
    left_out: Mapped[str] = mapped_column(Text, default="{}")
    cancelled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    @property
    def rule(self) -> str:
        """Under which its messages are in the outbox."""
        return f"{RULE}{self.id}"

    @property
    def terms(self) -> Wanted:
        """What was asked for."""
        found: dict[str, Any] = orjson.loads(self.wanted)
        return Wanted.of(found)

    @property
    def reasons(self) -> dict[str, int]:
        """How many were not to be reached, by reason."""
        found: dict[str, int] = orjson.loads(self.left_out)
        return found


class BroadcastHoldout(Base):
    """A member who is held back from a broadcast, so that its effect can be told."""

    __tablename__ = "broadcast_holdouts"

    broadcast_id: Mapped[int] = mapped_column(ForeignKey("broadcasts.id"), primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"), primary_key=True, index=True)
