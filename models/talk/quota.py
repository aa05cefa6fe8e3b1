"""How many messages LINE still takes this month, as it last told one of the processes."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import or_, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.base import Base, UtcDateTime, insert

ONLY = 1


class QuotaReading(Base):
    """One row: `monthly` messages (None: no limit) and `used` of them, as of `told_at`.

    LINE was last asked at `asked_at`: it may not have answered yet, or not at all.
    """

    __tablename__ = "quota_reading"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    monthly: Mapped[int | None]
    used: Mapped[int]
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    told_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Reading(NamedTuple):
    """What LINE told, and when."""

    monthly: int | None
    used: int
    told_at: datetime

    def below(self, reserve_percent: int) -> bool:
        """Whether less than this part of the month's messages is left."""
        if not self.monthly:
            return False
        return (self.monthly - self.used) * 100 < self.monthly * reserve_percent


def take_turn(session: Session, *, now: datetime, every: timedelta) -> bool:
    """Whether it is for the caller to ask LINE now; the others need not for so long."""
    offer = insert(session, QuotaReading).values(id=ONLY, monthly=None, used=0, asked_at=now)
    taken = session.scalar(
        offer.on_conflict_do_update(
            index_elements=["id"],
            set_={"asked_at": now},
            # a time in the future was written by a clock that was wrong
            where=or_(QuotaReading.asked_at <= now - every, QuotaReading.asked_at > now + every),
        ).returning(QuotaReading.id)
    )
    return taken is not None


def keep(session: Session, *, monthly: int | None, used: int, now: datetime) -> None:
    """Remember what LINE told."""
    told = {"monthly": monthly, "used": used, "asked_at": now, "told_at": now}
    session.execute(
        insert(session, QuotaReading)
        .values(id=ONLY, **told)
        .on_conflict_do_update(index_elements=["id"], set_=told)
    )


def latest(session: Session) -> Reading | None:
    """What LINE last told; None before it did."""
    told = QuotaReading.monthly, QuotaReading.used, QuotaReading.told_at
    row = session.execute(select(*told).where(QuotaReading.told_at.is_not(None))).first()
    return Reading(row.monthly, row.used, row.told_at) if row else None
