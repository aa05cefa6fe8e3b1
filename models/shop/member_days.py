"""The members' day: in its hours those who came back find what others do not see.

Nobody is marked for it; whoever looks is asked for their orders and tier, and
only within those hours of that day.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from sqlalchemy import ColumnElement, and_, func, select, true
from sqlalchemy.orm import Session

from models import feasts
from models.base import TAIPEI, local_day
from models.calendar_terms import MemberDayTerms
from models.loyalty.tiers_records import MemberTier
from models.programme import Programme
from models.shop.totals_records import MemberTotals
from models.talk import switches

KEY = "member_day"  # of the campaign, which opens and closes the store by its switch


def falls_on(day: date, terms: MemberDayTerms) -> bool:
    """Whether it is the members' day."""
    return feasts.monthly(terms.day, day.year, day.month) == day


def hours(day: date, terms: MemberDayTerms) -> tuple[datetime, datetime]:
    """From when until when the store is open on a day."""
    midnight = datetime.combine(day, time(), TAIPEI)
    return (
        midnight + timedelta(hours=terms.from_hour),
        midnight + timedelta(hours=terms.until_hour),
    )


def is_open(now: datetime, terms: MemberDayTerms) -> bool:
    """Whether it is the day and the hour."""
    today = local_day(now)
    opens, closes = hours(today, terms)
    return falls_on(today, terms) and opens <= now < closes


def returning(programme: Programme) -> ColumnElement[bool]:
    """Members for whom it is, as a condition on `MemberTotals` and an outer `MemberTier`."""
    terms = programme.calendar.member_day
    tier = func.coalesce(MemberTier.tier, programme.base.key)
    return and_(
        MemberTotals.orders >= terms.orders, tier.in_(terms.tiers) if terms.tiers else true()
    )


def tags(
    session: Session, member_id: int, tier: str, *, now: datetime, programme: Programme
) -> list[str]:
    """The tag under which a member sees the hidden store, if they do at this moment."""
    terms = programme.calendar.member_day
    if not is_open(now, terms) or (terms.tiers and tier not in terms.tiers):
        return []
    query = select(MemberTotals.orders).where(MemberTotals.member_id == member_id)
    if (session.scalar(query) or 0) < terms.orders:
        return []
    return [terms.tag] if switches.is_on(session, KEY, at_first=False) else []
