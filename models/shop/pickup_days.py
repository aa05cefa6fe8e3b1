"""Until when goods are to be picked up, and what keeping them longer costs.

Pure: a day is a day in Taipei. The last day itself is still in time.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

from models.base import local_day
from models.terms import ShopTerms


def last_day(arrived_at: datetime, pickup_on: date | None, terms: ShopTerms) -> date:
    """The last day without a fee: so many days after arriving, not before the day announced."""
    until = local_day(arrived_at) + timedelta(days=terms.pickup_days)
    return until if pickup_on is None else max(until, pickup_on)


def days_late(last: date, today: date) -> int:
    """Days after the last one; none on it or before."""
    return max((today - last).days, 0)


def storage_fee(late: int, terms: ShopTerms) -> int:
    """NT$ for goods that waited so many days too long; it grows no more once nobody came."""
    return min(late, terms.no_show_days) * terms.storage_fee


def is_no_show(late: int, terms: ShopTerms) -> bool:
    """Whether the shop may say by now that nobody came."""
    return late >= terms.no_show_days
