"""Whom the shop misses: members whose silence has become long for them, in two steps.

Measured against their own interval, drawn towards the shop's while they have few
orders, as the stages of their lives are; somebody with one order is measured by
the shop's alone. A step comes on one day of a silence; whoever was silent for
longer when the shop began with it is left in peace.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import Date, Select, and_, case, exists, literal, or_, select
from sqlalchemy.orm import Session

from models.days import DaysSince
from models.insight import lifecycle, scorings
from models.programme import Programme
from models.shop.orders import Order, Status
from models.shop.totals import MemberTotals

MADE_UP_FOR = 3  # days on which a step that was missed is still taken
LONGEST = 365  # days of silence after which nobody is written to any more


class Step(StrEnum):
    """How far a silence has come."""

    HELLO = "hello"
    COUPON = "coupon"


TENTHS = {Step.HELLO: 15, Step.COUPON: 25}  # of the member's own interval


def interval(session: Session, programme: Programme) -> int:
    """The shop's mean days between two orders of a member, or what its rules assume."""
    scoring = scorings.in_force(session)
    return scoring.interval_days if scoring is not None else programme.rfm.interval_days


def due(
    session: Session, *, day: date, programme: Programme, steps: Collection[Step] = tuple(Step)
) -> Select[*tuple[Any, ...]]:
    """Members for whom one of the steps comes on this day: `step`, and `last_on` of their orders.

    Who has ordered meanwhile and not paid yet is not missed.
    """
    shops = interval(session, programme)
    totals = MemberTotals
    silent = DaysSince(totals.last_on, literal(day, Date))
    span = DaysSince(totals.first_on, totals.last_on)
    reached = {
        step: silent - lifecycle.after(tenths, span, totals.orders, interval=shops)
        for step, tenths in TENTHS.items()
        if step in steps
    }
    lately = {step: and_(past >= 0, past <= MADE_UP_FOR) for step, past in reached.items()}
    ordered = exists().where(
        Order.member_id == totals.member_id,
        Order.ordered_on > totals.last_on,
        Order.status == Status.PLACED,
    )
    return select(
        totals.member_id,
        # where both come at once, as with very short intervals, the later step says it all
        case(*((lately[each], each.value) for each in reversed(lately))).label("step"),
        totals.last_on,
    ).where(
        totals.last_on >= day - timedelta(days=LONGEST),
        totals.last_on < day,
        totals.orders > 0,
        or_(*lately.values()),
        ~ordered,
    )
