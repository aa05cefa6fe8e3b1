"""Conditions on numbers: R, F and M, days without an order, points.

R is days since the last order, F how many orders, M NT$ after refunds; all
over a member's whole time with the shop, or over the last days that are
written behind (`M>5000:90天`). Orders count once they are paid.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session

from models.base import N_
from models.insight.segments.tree import Own, Tables, When, having
from models.loyalty import points
from models.loyalty.points_records import PointBalance
from models.shop.orders import BOUGHT, Order
from models.shop.totals import MemberTotals

SIGNS: Mapping[str, Callable[[Any, Any], Any]] = {
    ">": operator.gt,
    ">=": operator.ge,
    "<": operator.lt,
    "<=": operator.le,
    "=": operator.eq,
}
# the same on the day itself: more days ago is an earlier day
TURNED = {">": "<", ">=": "<=", "<": ">", "<=": ">=", "=": "="}
CENTURY = 36_500


def days_before(today: date, days: int) -> date:
    """The day that lies so many days back; a century for whatever is longer."""
    return today - timedelta(days=min(days, CENTURY))


@dataclass(frozen=True)
class Recency:
    """R: days since the last order; nobody who never ordered has any."""

    sign: str
    days: int

    @property
    def text(self) -> str:
        return f"R{self.sign}{self.days}"

    def where(self, tables: Tables, when: When) -> ColumnElement[bool]:
        last_on = tables.of(MemberTotals).last_on
        meant = SIGNS[TURNED[self.sign]](last_on, days_before(when.today, self.days))
        return and_(last_on.is_not(None), meant)

    def own(self, session: Session, member_id: int, when: When) -> Own:
        return last_order(session, member_id, when)


@dataclass(frozen=True)
class Silent:
    """未購: no order within so many days, whoever never ordered included."""

    days: int

    @property
    def text(self) -> str:
        return f"未購:{self.days}天"

    def where(self, tables: Tables, when: When) -> ColumnElement[bool]:
        last_on = tables.of(MemberTotals).last_on
        return or_(last_on.is_(None), last_on < days_before(when.today, self.days))

    def own(self, session: Session, member_id: int, when: When) -> Own:
        return last_order(session, member_id, when)


@dataclass(frozen=True)
class Counted:
    """F or M: orders or NT$, of ever or of the last `days`."""

    letter: str
    sign: str
    amount: int
    days: int | None = None

    @property
    def text(self) -> str:
        written = f"{self.letter}{self.sign}{self.amount}"
        return written if self.days is None else f"{written}:{self.days}天"

    def where(self, tables: Tables, when: When) -> ColumnElement[bool]:
        if self.days is None:
            totals = tables.of(MemberTotals)
            number = self._number(totals)
        else:
            number = self._number(tables.sums(self._of_late(when)).c)
        return compared(number, self.sign, self.amount)

    def own(self, session: Session, member_id: int, when: When) -> Own:
        if self.days is None:
            totals = session.get(MemberTotals, member_id, populate_existing=True)
            orders, spend = (totals.orders, totals.spend) if totals else (0, 0)
            number = orders if self.letter == "F" else spend
        else:
            of_late = self._of_late(when).where(Order.member_id == member_id).subquery()
            number = session.scalar(select(self._number(of_late.c))) or 0
        values = {"count": number, "amount": f"NT${number:,}", "days": self.days}
        if self.letter == "F":
            ever, late = N_("累計 {count} 筆訂單"), N_("{days} 天內 {count} 筆訂單")
        else:
            ever, late = N_("累計消費 {amount}"), N_("{days} 天內消費 {amount}")
        return Own(ever if self.days is None else late, values)

    def _number(self, of: Any) -> Any:
        return of.orders if self.letter == "F" else of.spend

    def _of_late(self, when: When) -> Select[*tuple[Any, ...]]:
        # both, so that F and M of the same days are added up once
        return (
            select(
                Order.member_id,
                func.count().label("orders"),
                func.sum(Order.cash - Order.refunded).label("spend"),
            )
            .where(
                Order.status.in_(BOUGHT),
                Order.ordered_on >= days_before(when.today, self.days or 0),
            )
            .group_by(Order.member_id)
        )


@dataclass(frozen=True)
class Points:
    """點數: what can be spent now, without what is pending or has run out."""

    sign: str
    amount: int

    @property
    def text(self) -> str:
        return f"點數{self.sign}{self.amount}"

    def where(self, tables: Tables, when: When) -> ColumnElement[bool]:
        held = tables.of(PointBalance)
        over = tables.sums(points.overdue(when.now))
        usable = points.usable(held, over.c.number)
        return compared(usable, self.sign, self.amount)

    def own(self, session: Session, member_id: int, when: When) -> Own:
        available = points.balance(session, member_id, when.now).available
        return having(N_("可用 {points} 點"), points=f"{available:,}")


def compared(number: Any, sign: str, amount: int) -> ColumnElement[bool]:
    """The comparison, with 0 for members who have no number.

    Said so that the planner may leave them out where 0 does not meet it.
    """
    meets = SIGNS[sign](number, amount)
    zero_meets = SIGNS[sign](0, amount)
    return or_(number.is_(None), meets) if zero_meets else and_(number.is_not(None), meets)


def last_order(session: Session, member_id: int, when: When) -> Own:
    """When a member ordered last."""
    found = select(MemberTotals.last_on).where(MemberTotals.member_id == member_id)
    last_on = session.scalar(found)
    if last_on is None:
        return Own(N_("還沒訂購過"))
    return having(N_("上次訂購是 {days} 天前"), days=(when.today - last_on).days)
