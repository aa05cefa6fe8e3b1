"""The outbox's record: one message to one chat, and the conditions every query shares.

Waiting, in a sender's hands or ended; the columns of the lease say whose.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import (
    CheckConstraint,
    ColumnElement,
    ForeignKey,
    Index,
    String,
    Text,
    literal,
    or_,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Id, UtcDateTime
from models.people.consents import Topic
from models.talk.policy import Purpose

REPLY_RULE = "reply"
HAS_TEXT = "done_at IS NOT NULL AND messages <> '[]'"  # ended, and not emptied yet
# pushed, or not for want of budget: what the month's messages are asked for
ASKED_OF_QUOTA = "kind = 'push' AND rides_on_id IS NULL AND (state = 'sent' OR reason = 'budget')"


class Kind(StrEnum):
    """How a message goes out: free within a minute of an event, or of our own accord."""

    REPLY = "reply"
    PUSH = "push"


class State(StrEnum):
    """Queued and parked messages wait; all other states are ends.

    sent: LINE has it. dead: LINE refused it for good. expired: it was of no use
    any more. skipped: it must not go out. unknown: LINE may have it, and asking
    again could send it twice. cancelled: it was called off.
    """

    QUEUED = "queued"
    PARKED = "parked"
    SENT = "sent"
    DEAD = "dead"
    EXPIRED = "expired"
    SKIPPED = "skipped"
    UNKNOWN = "unknown"
    CANCELLED = "cancelled"


def _one_of(column: str, values: type[StrEnum]) -> CheckConstraint:
    listed = ", ".join(f"'{value}'" for value in values)
    return CheckConstraint(f"{column} IN ({listed})", name=column)


def _partial(name: str, *columns: str, where: str, unique: bool = False) -> Index:
    # each database takes for the same condition what SQLAlchemy writes for it
    on_sqlite = text(where.replace(" IS TRUE", " IS 1"))
    return Index(
        name, *columns, unique=unique, postgresql_where=text(where), sqlite_where=on_sqlite
    )


class OutboxMessage(Base):
    """One message to one chat.

    `key` is `rule:period:member` or `reply:<inbox id>`; `messages` the frozen
    JSON array of message objects; `urgent` ones answer something just said and
    know no quiet hours; `essential` replies become a push when they miss their
    moment. A row with `rides` may go along with the member's next reply before
    it is due, and then points to it in `rides_on_id`. `first_tried_at` is the
    first try that LINE may have accepted, `counted_at` the instant that counts
    against the member's cap. `value` is what the shop may expect of marketing,
    in hundredths of NT$; None if it is not weighed. A row with a `lease` is in a sender's hands.

    `member_id` is a member's, whose rows stay: the nightly check looks for others. A foreign
    key would have each of a broadcast's messages write to its member's row, too.
    """

    __tablename__ = "outbox"
    __table_args__ = (
        _one_of("kind", Kind),
        _one_of("state", State),
        _one_of("purpose", Purpose),
        _one_of("topic", Topic),
        _partial("ix_outbox_due", "urgent", "due_at", "id", where="state = 'queued'"),
        _partial("ix_outbox_parked", "reason", "due_at", where="state = 'parked'"),
        _partial("uq_outbox_in_hand", "to_id", where="lease IS NOT NULL", unique=True),
        _partial("ix_outbox_cap", "member_id", "counted_at", where="counted_at IS NOT NULL"),
        _partial("ix_outbox_riders", "rides_on_id", where="rides_on_id IS NOT NULL"),
        _partial("ix_outbox_person", "member_id", where="state = 'queued'"),
        _partial("ix_outbox_ended", "rule", "period", "state", where="done_at IS NOT NULL"),
        _partial("ix_outbox_riding", "rule", "id", where="rides IS TRUE AND state = 'queued'"),
        _partial("ix_outbox_bodies", "done_at", where=HAS_TEXT),
        _partial(
            "ix_outbox_quota",
            *("done_at", "purpose", "state", "value", "rule"),
            where=ASKED_OF_QUOTA,
        ),
        _partial("ix_outbox_dead", "done_at", where="state = 'dead'"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    key: Mapped[str] = mapped_column(String(140), unique=True)
    kind: Mapped[str] = mapped_column(String(20))
    member_id: Mapped[int | None] = mapped_column(Id, index=True)
    to_id: Mapped[str] = mapped_column(String(64))
    reply_token: Mapped[str | None] = mapped_column(String(300))
    rule: Mapped[str] = mapped_column(String(50))
    period: Mapped[str] = mapped_column(String(50))
    topic: Mapped[str] = mapped_column(String(20))
    purpose: Mapped[str] = mapped_column(String(20))
    messages: Mapped[str] = mapped_column(Text)
    due_at: Mapped[datetime] = mapped_column(UtcDateTime)
    use_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    urgent: Mapped[bool] = mapped_column(default=False)
    capped: Mapped[bool] = mapped_column(default=True)
    essential: Mapped[bool] = mapped_column(default=False)
    rides: Mapped[bool] = mapped_column(default=False)
    rides_on_id: Mapped[int | None] = mapped_column(ForeignKey("outbox.id"))
    value: Mapped[int | None]
    state: Mapped[str] = mapped_column(String(20), default=State.QUEUED.value)
    reason: Mapped[str] = mapped_column(String(300), default="")
    attempts: Mapped[int] = mapped_column(default=0)
    retry_key: Mapped[str] = mapped_column(String(36))
    first_tried_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    counted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    lease: Mapped[str | None] = mapped_column(String(36))
    leased_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    request_id: Mapped[str] = mapped_column(String(64), default="")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    done_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


def in_state(state: State) -> ColumnElement[bool]:
    """Messages in a state, written out so that the partial indexes are used."""
    return OutboxMessage.state == literal(state.value, literal_execute=True)


def standing_alone() -> ColumnElement[bool]:
    """Messages that do not ride on a reply."""
    return OutboxMessage.rides_on_id.is_(None)


def not_in_hand(now: datetime | ColumnElement[datetime]) -> ColumnElement[bool]:
    """Messages that no sender holds, or whose sender's lease is over."""
    return or_(OutboxMessage.lease.is_(None), OutboxMessage.leased_until <= now)
