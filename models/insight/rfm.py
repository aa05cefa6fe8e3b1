"""R, F and M from 1 to 5 by stored cut points, and the segments that go by them.

R is days since the last order, F orders and M NT$ in the last 12 months; 5 is
best. The cut points divide the buyers of the last 12 months into fifths and
stand as they are until they are made again (`models.insight.scorings`), so that
nobody's score moves because of what others did last night.

Tie rule: equal values always get the same score. A cut point is the least
value beyond it, so whoever is exactly at a fifth's edge stays with those of
the same value: on the better side for R, on the lower for F and M. Where most
members have one order, all of them have F 1 and some scores are nobody's.

Sources: fifths by recency, frequency and money are Arthur Hughes' (Strategic
Database Marketing, 1994). The segments are the field's usual grid of ten over
R and the mean of F and M; "lost", for no order in 12 months, stands outside it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Date, SQLColumnExpression, case, func, literal, null, select
from sqlalchemy.orm import Session

from models.base import N_
from models.days import Bucket, DaysSince
from models.shop.totals import MemberTotals

FIFTHS = (1, 2, 3, 4)
LOST = "lost"
# the segment of each R, by the mean of F and M, halves rounded up, from 1 to 5
GRID: Mapping[int, tuple[str, ...]] = {
    5: ("new", "potential", "potential", "champions", "champions"),
    4: ("promising", "potential", "potential", "loyal", "loyal"),
    3: ("about_to_sleep", "about_to_sleep", "attention", "loyal", "loyal"),
    2: ("hibernating", "hibernating", "at_risk", "at_risk", "cannot_lose"),
    1: ("hibernating", "hibernating", "at_risk", "at_risk", "cannot_lose"),
}
NAMES: Mapping[str, str] = {
    "champions": N_("重要價值客戶（冠軍）"),
    "loyal": N_("忠誠客戶"),
    "potential": N_("潛力客戶"),
    "new": N_("新客戶"),
    "promising": N_("有望客戶"),
    "attention": N_("需要關心"),
    "about_to_sleep": N_("快要沉睡"),
    "at_risk": N_("流失風險"),
    "cannot_lose": N_("不能失去（重要挽留）"),
    "hibernating": N_("沉睡客戶"),
    LOST: N_("流失客戶"),
}


class Cuts(NamedTuple):
    """The least values beyond each fifth, ascending: days, orders and NT$; empty: too few buyers.

    F cut points of (2, 2, 3, 5) say: one order is 1, two are 3, three or four are 4, five are 5.
    """

    recency: Sequence[int] = ()
    frequency: Sequence[int] = ()
    monetary: Sequence[int] = ()


class Scores(NamedTuple):
    """R, F and M from 1 to 5, and the segment they make."""

    recency: int
    frequency: int
    monetary: int
    segment: str


def score(days: int, orders: int, spend: int, cuts: Cuts) -> Scores:
    """The scores of a member whose last order is `days` ago, by what 12 months hold."""
    recency = 5 - _reached(days, cuts.recency)
    frequency = 1 + _reached(orders, cuts.frequency)
    monetary = 1 + _reached(spend, cuts.monetary)
    mean = (frequency + monetary + 1) // 2
    segment = GRID[recency][mean - 1] if orders else LOST
    return Scores(recency, frequency, monetary, segment)


def cut_points(session: Session, *, today: date) -> Cuts:
    """Where the buyers of the last 12 months divide into fifths; their totals are up to date."""
    days = DaysSince(MemberTotals.last_on, literal(today, Date))
    measures = (days, MemberTotals.year_orders, MemberTotals.year_spend)
    return Cuts(*(_fifths(session, measure) for measure in measures))


def buyers(session: Session) -> int:
    """How many members bought within the last 12 months."""
    query = select(func.count()).where(MemberTotals.year_orders > 0)
    return session.scalar(query) or 0


def score_columns(today: date, cuts: Cuts) -> dict[str, ColumnElement[Any]]:
    """`score` for every row at once; nulls where there are no cut points or no orders."""
    if not cuts.recency:
        return dict.fromkeys(("recency", "frequency", "monetary", "segment"), null())
    totals = MemberTotals
    recency = 5 - Bucket(DaysSince(totals.last_on, literal(today, Date)), *cuts.recency)
    frequency = 1 + Bucket(totals.year_orders, *cuts.frequency)
    monetary = 1 + Bucket(totals.year_spend, *cuts.monetary)
    cell = recency * 10 + (frequency + monetary + 1) // 2
    cells = {r * 10 + mean: name for r, row in GRID.items() for mean, name in enumerate(row, 1)}
    segment = case((totals.year_orders == 0, LOST), else_=case(cells, value=cell))
    found = {"recency": recency, "frequency": frequency, "monetary": monetary, "segment": segment}
    return {name: case((totals.orders > 0, each)) for name, each in found.items()}


def _fifths(session: Session, measure: SQLColumnExpression[int]) -> list[int]:
    """One more than the value at the end of each of the first four fifths."""
    counted = (
        select(measure.label("value"), func.count().label("members"))
        .where(MemberTotals.year_orders > 0)
        .group_by(measure)
        .subquery()
    )
    everybody = func.sum(counted.c.members)
    ranked = select(
        counted.c.value,
        everybody.over(order_by=counted.c.value).label("upto"),
        everybody.over().label("everybody"),
    ).subquery()
    ends = [
        func.min(ranked.c.value).filter(5 * ranked.c.upto >= fifth * ranked.c.everybody)
        for fifth in FIFTHS
    ]
    return [int(end) + 1 for end in session.execute(select(*ends)).one()]


def _reached(value: int, thresholds: Sequence[int]) -> int:
    return sum(value >= each for each in thresholds)
