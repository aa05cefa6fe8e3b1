"""Conditions on days: birthdays, and how long somebody has been a member."""

from __future__ import annotations

from calendar import isleap
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, false, or_
from sqlalchemy.orm import Session

from models.base import N_
from models.insight.segments.figures import SIGNS, TURNED, days_before
from models.insight.segments.tree import Own, Tables, When, having
from models.people.members import Member

LEAP_DAY, DAY_BEFORE = (2, 29), (2, 28)


@dataclass(frozen=True)
class BirthMonth:
    """生日: in this month (`later` 0), the next (1), or the month that is named."""

    said: str
    later: int = 0
    month: int | None = None

    @property
    def text(self) -> str:
        return f"生日:{self.said}"

    def where(self, tables: Tables, when: When) -> ColumnElement[bool]:
        month = self.month or (when.today.month - 1 + self.later) % 12 + 1
        return and_(Member.birth_month.is_not(None), Member.birth_month == month)

    def own(self, session: Session, member_id: int, when: When) -> Own:
        return birthday(session, member_id)


@dataclass(frozen=True)
class BirthDay:
    """生日: on the day that is named, or within some days from `first` days after today.

    29 February is kept on the 28th where there is none.
    """

    said: str
    first: int = 0
    days: int = 1
    named: tuple[int, int] | None = None

    @property
    def text(self) -> str:
        return f"生日:{self.said}"

    def where(self, tables: Tables, when: When) -> ColumnElement[bool]:
        meant = {self.named} if self.named else self._meant(when.today)
        return and_(Member.birth_month.is_not(None), or_(false(), *self._months(meant)))

    def own(self, session: Session, member_id: int, when: When) -> Own:
        return birthday(session, member_id)

    def _meant(self, today: date) -> set[tuple[int, int]]:
        found: set[tuple[int, int]] = set()
        for later in range(self.first, self.first + min(self.days, 366)):
            day = today + timedelta(days=later)
            found.add((day.month, day.day))
            if (day.month, day.day) == DAY_BEFORE and not isleap(day.year):
                found.add(LEAP_DAY)
        return found

    def _months(self, meant: Collection[tuple[int, int]]) -> list[ColumnElement[bool]]:
        months = {month: sorted(d for m, d in meant if m == month) for month, _ in meant}
        return [
            and_(Member.birth_month == month, Member.birth_day.in_(days))
            for month, days in sorted(months.items())
        ]


@dataclass(frozen=True)
class BirthKnown:
    """生日:有: whoever told their birthday."""

    @property
    def text(self) -> str:
        return "生日:有"

    def where(self, tables: Tables, when: When) -> ColumnElement[bool]:
        return Member.birth_month.is_not(None)

    def own(self, session: Session, member_id: int, when: When) -> Own:
        return birthday(session, member_id)


@dataclass(frozen=True)
class Joined:
    """入會: days since they became a member."""

    sign: str
    days: int

    @property
    def text(self) -> str:
        if self.sign == "<=":
            return f"入會:{self.days}天內"
        return f"入會{self.sign}{self.days}"

    def where(self, tables: Tables, when: When) -> ColumnElement[bool]:
        meant: Any = SIGNS[TURNED[self.sign]](Member.joined_on, days_before(when.today, self.days))
        found: ColumnElement[bool] = meant
        return found

    def own(self, session: Session, member_id: int, when: When) -> Own:
        joined_on = session.get_one(Member, member_id).joined_on
        days = (when.today - joined_on).days
        return having(N_("入會 {days} 天（{day}）"), days=days, day=f"{joined_on:%Y/%m/%d}")


def birthday(session: Session, member_id: int) -> Own:
    """When a member's birthday is."""
    member = session.get_one(Member, member_id)
    if member.birth_month is None:
        return Own(N_("沒有留生日"))
    return having(N_("生日是 {day}"), day=f"{member.birth_month}/{member.birth_day}")
