"""What is wrong with the running shop, each thing told once until it is over.

The primary key decides who tells, so that any number of processes that find
the same fault make one alert of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import String, Text, delete, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.base import Base, UtcDateTime, insert

CAMPAIGN = "campaign:"  # a campaign on hold; the rule follows


class Alert(Base):
    """A fault that lasts: its `kind`, what it says, and since when."""

    __tablename__ = "alerts"

    kind: Mapped[str] = mapped_column(String(80), primary_key=True)
    sentence: Mapped[str] = mapped_column(Text)
    since: Mapped[datetime] = mapped_column(UtcDateTime)


def begin(session: Session, kind: str, sentence: str, *, now: datetime) -> bool:
    """Put a fault on record; False if it is there already."""
    made = session.scalar(
        insert(session, Alert)
        .values(kind=kind[:80], sentence=sentence, since=now)
        .on_conflict_do_nothing(index_elements=["kind"])
        .returning(Alert.kind)
    )
    return made is not None


def end(session: Session, kind: str) -> bool:
    """Take a fault off the record; False if it was not there."""
    gone = session.execute(delete(Alert).where(Alert.kind == kind[:80]).returning(Alert.kind))
    return gone.first() is not None


def lasting(session: Session) -> Sequence[Alert]:
    """The faults on record, the oldest first."""
    return session.scalars(select(Alert).order_by(Alert.since, Alert.kind)).all()
