"""Which automatic messages the organiser has switched on or off."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import String, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.base import Base, UtcDateTime, insert


class CampaignSwitch(Base):
    """A campaign, or a part of one (`festival:xmas`), that somebody switched."""

    __tablename__ = "campaign_switches"

    key: Mapped[str] = mapped_column(String(50), primary_key=True)
    is_on: Mapped[bool]
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)


def is_on(session: Session, key: str, *, at_first: bool = True) -> bool:
    """Whether the campaign runs; `at_first` until somebody switches it."""
    found = session.scalar(select(CampaignSwitch.is_on).where(CampaignSwitch.key == key))
    return at_first if found is None else found


def every(session: Session) -> dict[str, bool]:
    """What was ever switched, and how."""
    found = session.execute(select(CampaignSwitch.key, CampaignSwitch.is_on))
    return {row.key: row.is_on for row in found}


def switch(session: Session, key: str, *, on: bool, now: datetime) -> None:
    """Turn the campaign on or off from its next run."""
    row = {"is_on": on, "changed_at": now}
    session.execute(
        insert(session, CampaignSwitch)
        .values(key=key, **row)
        .on_conflict_do_update(index_elements=["key"], set_=row)
    )
