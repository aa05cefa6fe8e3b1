"""Birthdays: read as people write them, and changed at most once a year.

A gift hangs on the day, so that moving it must not bring a second one.
"""

from __future__ import annotations

import calendar
import re
from datetime import date, timedelta
from typing import NamedTuple

from sqlalchemy import ColumnElement, and_, or_, update
from sqlalchemy.orm import Session

from models.base import N_, Refusal
from models.people.members import Member

CHANGE_AFTER = timedelta(days=365)
OLDEST = 1900
REPUBLIC = 1911  # years of the Republic count from here
_NUMBERS = re.compile(r"\d+", re.ASCII)
_SHAPE = re.compile(
    r"(?:民國)?\s*(?:\d{1,4}\s*[年/.\-])?\s*\d{1,2}\s*[月/.\-]\s*\d{1,2}\s*[日號]?|\d{4}|\d{8}",
    re.ASCII,
)


class NotABirthday(Refusal):
    def __init__(self) -> None:
        super().__init__(N_("看不懂這個日期，請這樣輸入：生日 3/5，或 生日 1990/3/5"))


class BirthdayJustChanged(Refusal):
    buttons = ("會員卡", "客服")

    def __init__(self, again_on: date) -> None:
        super().__init__(
            N_("生日一年只能改一次，{day} 之後可以再改。若先前填錯，請輸入「客服」請店家協助。"),
            day=f"{again_on:%Y/%m/%d}",
        )
        self.again_on = again_on


class Birthday(NamedTuple):
    """A day of the year, and the year of birth where it was told."""

    year: int | None
    month: int
    day: int


def read(text: str, *, today: date) -> Birthday:
    """`3/5`, `3月5日`, `0305`, `1990/3/5`, `19900305`, `民國79年3月5日`.

    Raises:
        NotABirthday: it is none of these, or no such day has been.
    """
    if not _SHAPE.fullmatch(text.strip()):
        raise NotABirthday
    numbers = [int(part) for part in _NUMBERS.findall(_spaced(text.strip()))]
    month, day = numbers[-2:]
    year = numbers[0] if len(numbers) == 3 else None
    if year is not None and year < 200:
        year += REPUBLIC
    try:
        # a leap year where none is told, so that 29 February can be somebody's day
        born = date(year or 2000, month, day)
    except ValueError:
        raise NotABirthday from None
    if year is not None and not (year >= OLDEST and born <= today):
        raise NotABirthday
    return Birthday(year, month, day)


def born_on(day: date) -> ColumnElement[bool]:
    """Members whose day it is; those of 29 February have theirs on the 28th in common years."""
    born = and_(Member.birth_month == day.month, Member.birth_day == day.day)
    if (day.month, day.day) == (2, 28) and not calendar.isleap(day.year):
        return or_(born, and_(Member.birth_month == 2, Member.birth_day == 29))
    return born


def give(session: Session, member: Member, birthday: Birthday, *, today: date) -> None:
    """Write the birthday down; the same one again changes nothing.

    Raises:
        BirthdayJustChanged: another one was given less than a year ago.
    """
    same = (member.birth_month, member.birth_day) == (birthday.month, birthday.day)
    if same:
        member.birth_year = birthday.year or member.birth_year
        return
    first = Member.birth_month.is_(None)
    long_ago = Member.birthday_set_on.is_(None) | (Member.birthday_set_on <= today - CHANGE_AFTER)
    changed = session.execute(
        update(Member)
        .where(Member.id == member.id, or_(first, long_ago))
        .values(
            birth_year=birthday.year,
            birth_month=birthday.month,
            birth_day=birthday.day,
            birthday_set_on=today,
        )
        .returning(Member.id)
    ).first()
    session.refresh(member)
    if changed is None:
        raise BirthdayJustChanged((member.birthday_set_on or today) + CHANGE_AFTER)


def _spaced(text: str) -> str:
    if text.isdigit():
        return f"{text[:4]}/{text[4:6]}/{text[6:]}" if len(text) == 8 else f"{text[:2]}/{text[2:]}"
    return text
