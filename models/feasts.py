"""Days that come again by a rule that people can read: 8/8, 農曆8/15, 5月第2個星期日, 第1個星期六.

Pure. A day of the lunar calendar is that of the ordinary month, never of the leap
month that may follow it, as feasts are kept.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date, timedelta

from lunardate import LunarDate

WEEKDAYS = "一二三四五六日"
LUNAR_YEARS = range(1900, 2100)
SOLAR = re.compile(r"(\d{1,2})/(\d{1,2})")
LUNAR = re.compile(r"農曆(\d{1,2})/(\d{1,2})")
LUNAR_EVE = "農曆除夕"
NTH = re.compile(rf"(?:(\d{{1,2}})月)?第([1-5])個星期([{WEEKDAYS}])")
DAY = re.compile(r"(\d{1,2})日")
MONTH_END = "月底"
LEAP_YEAR = 2028  # in which every day there can be is one


def yearly(rule: str, year: int) -> date | None:
    """The day of a year, of a lunar year for a lunar rule; None if there is none in it.

    29 February is the 28th in common years, and the 30th of a lunar month its last day.
    """
    if rule == LUNAR_EVE:
        following = _new_year(year + 1)
        return following and following - timedelta(days=1)
    if found := LUNAR.fullmatch(rule):
        return _lunar(year, int(found[1]), int(found[2]))
    if found := SOLAR.fullmatch(rule):
        return _within(year, int(found[1]), int(found[2]))
    found = NTH.fullmatch(rule)
    return _nth(year, int(found[1]), found) if found and found[1] else None


def monthly(rule: str, year: int, month: int) -> date | None:
    """The day of a month; None if it has none. A day that it lacks is its last."""
    if rule == MONTH_END:
        return _within(year, month, 31)
    if found := DAY.fullmatch(rule):
        return _within(year, month, int(found[1]))
    found = NTH.fullmatch(rule)
    return _nth(year, month, found) if found and not found[1] else None


def years_around(day: date) -> Iterator[int]:
    """The years, also lunar ones, of which a rule's day may lie on this one or soon after."""
    yield from range(day.year - 1, day.year + 3)


def next_yearly(rule: str, day: date) -> date | None:
    """The first such day on or after this one."""
    found = (yearly(rule, year) for year in years_around(day))
    return min((each for each in found if each is not None and each >= day), default=None)


def next_monthly(rule: str, day: date) -> date | None:
    """The first such day on or after this one; one that is rare may be months away."""
    months = (divmod(day.year * 12 + day.month - 1 + n, 12) for n in range(25))
    found = (monthly(rule, year, month + 1) for year, month in months)
    return next((each for each in found if each is not None and each >= day), None)


def is_yearly(rule: object) -> bool:
    """Whether it says a day of the year."""
    if not isinstance(rule, str):
        return False
    if found := SOLAR.fullmatch(rule):
        return _is_day(int(found[1]), int(found[2]))
    if found := LUNAR.fullmatch(rule):
        return 1 <= int(found[1]) <= 12 and 1 <= int(found[2]) <= 30
    found = NTH.fullmatch(rule)
    return rule == LUNAR_EVE or bool(found and found[1] and 1 <= int(found[1]) <= 12)


def is_monthly(rule: object) -> bool:
    """Whether it says a day of the month."""
    if not isinstance(rule, str):
        return False
    if found := DAY.fullmatch(rule):
        return 1 <= int(found[1]) <= 31
    found = NTH.fullmatch(rule)
    return rule == MONTH_END or bool(found and not found[1])


def allowing(holds: Callable[[object], bool], allowed: str) -> dict[str, object]:
    """What a field of the rules file that holds such a rule allows."""
    return {"holds": holds, "allowed": f" {allowed} 這樣的寫法"}


def _is_day(month: int, day: int) -> bool:
    return 1 <= month <= 12 and 1 <= day <= _last(LEAP_YEAR, month).day


def _last(year: int, month: int) -> date:
    return (date(year, month, 1) + timedelta(days=31)).replace(day=1) - timedelta(days=1)


def _within(year: int, month: int, day: int) -> date:
    last = _last(year, month)
    return last if day > last.day else last.replace(day=day)


def _nth(year: int, month: int, rule: re.Match[str]) -> date | None:
    first = date(year, month, 1)
    ahead = (WEEKDAYS.index(rule[3]) - first.weekday()) % 7
    found = first + timedelta(days=ahead + 7 * (int(rule[2]) - 1))
    return found if found.month == month else None


def _new_year(year: int) -> date | None:
    return _lunar(year, 1, 1)


def _lunar(year: int, month: int, day: int) -> date | None:
    if year not in LUNAR_YEARS:
        return None
    try:
        found: date = LunarDate(year, month, day).to_solar_date()
    except ValueError:  # a short month
        found = LunarDate(year, month, day - 1).to_solar_date()
    return found
