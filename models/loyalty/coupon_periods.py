"""From when until when a coupon can be used that is given on a day, and how it would look."""

from __future__ import annotations

from datetime import date, datetime

from models.base import N_, Refusal, day_start, end_of_day, local_day
from models.loyalty.coupon_facts import CouponFact
from models.programme import CouponTerms


class PeriodOver(Refusal):
    def __init__(self, name: str, last_day: date | None) -> None:
        on = {"month": last_day.month, "day": last_day.day} if last_day else {}
        super().__init__(
            N_("「{name}」的使用期限到 {month}/{day} 為止，不能再發了。"), name=name, **on
        )


def period(
    terms: CouponTerms, *, now: datetime, from_day: date | None = None
) -> tuple[datetime, datetime]:
    """From when until when a coupon is usable that is given now."""
    days = [day_start(day) for day in (from_day, terms.first_day) if day is not None]
    starts = max([now, *days])
    if terms.last_day is not None:
        return starts, end_of_day(terms.last_day)
    return starts, end_of_day(local_day(starts), days_later=terms.valid_days)


def imagined(terms: CouponTerms, *, now: datetime, from_day: date | None = None) -> CouponFact:
    """A coupon as it would be given; it has no code.

    Raises:
        PeriodOver: it could not be used for a moment.
    """
    starts, ends = period(terms, now=now, from_day=from_day)
    if ends <= starts:
        raise PeriodOver(terms.name, terms.last_day)
    return CouponFact(
        code="",
        name=terms.name,
        kind=terms.kind,
        value=terms.value,
        min_spend=terms.min_spend,
        first_purchase=terms.first_purchase,
        description=terms.description,
        valid_from=starts,
        expires_at=ends,
        used_at=None,
        products=terms.products,
        category=terms.category,
        tiers=terms.tiers,
        stacks=terms.stacks,
        bound=terms.bind,
    )
