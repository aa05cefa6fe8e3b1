"""How far the month's messages are used, told at 50, 80 and 95 percent, once each a month."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from sqlalchemy.orm import Session

from models.talk import budget_figures, pauses, quota

LEVELS = (50, 80, 95)  # percent


class Level(NamedTuple):
    """A level that was passed: `used` of `monthly` messages."""

    percent: int
    used: int
    monthly: int
    month: str

    @property
    def kind(self) -> str:
        """What it is called among alerts."""
        return f"quota_{self.percent}:{self.month}"


def passed(session: Session, *, now: datetime) -> Level | None:
    """The highest level passed since this was last asked; what is beneath it is not told."""
    reading = quota.latest(session)
    began = budget_figures.month_start(now)
    if reading is None or not reading.monthly or reading.told_at < began:
        return None
    month = budget_figures.month_key(now)
    over = [
        Level(percent, reading.used, reading.monthly, month)
        for percent in LEVELS
        if reading.used * 100 >= reading.monthly * percent
    ]
    new = set(pauses.firsts(session, [level.kind for level in over], now=now))
    return over[-1] if over and over[-1].kind in new else None
