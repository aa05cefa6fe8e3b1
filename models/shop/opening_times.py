"""Days and times as organisers write them: 12/20 21:00, 明晚9點, 週五, 20號.

Pure. A day without its year is the next one that is called so; today counts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta

from models.base import N_, TAIPEI, Refusal, local_day

WEEKDAYS = "一二三四五六日"
_WEEK = r"(?:週|周|星期|禮拜)[一二三四五六日天]"
DAY = (
    r"(?:(?:\d{4}[/.年-])?\d{1,2}(?:[/-]|月)\d{1,2}[日號]?"
    rf"(?:\s?\((?:{_WEEK}|[一二三四五六日])\)|\s?{_WEEK})?"
    rf"|\d{{1,2}}[號日]|今天|今晚|明天|明晚|後天|[下這本]?{_WEEK})"
)
TIME = (
    r"(?:(?:早上|上午|中午|下午|晚上|凌晨|晚)?\s?\d{1,2}(?::\d{2}(?!\d)|點(?:半|\d{1,2}分?)?)"
    r"|\d{1,2}(?::\d{2})?\s?[aApP][mM])"
)
WHEN = rf"(?:{DAY}\s?{TIME}|{DAY}|{TIME})"
LAST_MINUTE = time(23, 59)
YEARS_AHEAD = 9  # until a 29 February is met again, across a century

_dated = re.compile(r"(?:(\d{4})[/.年-])?(\d{1,2})(?:[/-]|月)(\d{1,2})")
_monthly = re.compile(r"(\d{1,2})[號日]")
_weekly = re.compile(r"([下這本]?)(?:週|周|星期|禮拜)([一二三四五六日天])")
_bracketed = re.compile(r"(?:\(|週|周|星期|禮拜)([一二三四五六日天])\)?\s*$")
_clock = re.compile(r"(\d{1,2})(?::(\d{2})|點(半|\d{1,2})?)?\s?([aApP][mM])?")
_words = {"今": 0, "明": 1, "後": 2}
_parts = re.compile(rf"(?P<day>{DAY})?\s?(?P<time>{TIME})?")


class NoSuchDay(Refusal):
    """A day or time that no calendar has, or whose weekday is another."""

    def __init__(
        self, said: str, msgid: str = N_("沒有「{said}」這個時間，請確認後再寫一次。")
    ) -> None:
        super().__init__(msgid, said=said)


def instant(said: str, now: datetime, *, otherwise: time = LAST_MINUTE) -> datetime:
    """The moment somebody means, UTC; a day alone is at `otherwise`, a time alone today.

    Raises:
        NoSuchDay: there is none.
    """
    found = _parts.fullmatch(said.strip())
    if found is None:
        raise NoSuchDay(said)
    on = day(found["day"], now) if found["day"] else local_day(now)
    if not found["time"]:
        return _at(on, otherwise)
    evening = (found["day"] or "").endswith("晚")
    hour, minute = _hour(found["time"], evening=evening)
    return _at(on, time()) + timedelta(hours=hour, minutes=minute)


def day(said: str, now: datetime) -> date:
    """The day somebody means.

    Raises:
        NoSuchDay: there is none, or it is another day of the week.
    """
    today = local_day(now)
    if said[0] in _words:
        return today + timedelta(days=_words[said[0]])
    if dated := _dated.match(said):
        found = _next(said, dated, today)
        weekday = _bracketed.search(said)
        if weekday and WEEKDAYS[found.weekday()] != weekday[1].replace("天", "日"):
            raise NoSuchDay(said, N_("「{said}」的星期不對，請確認日期。"))
        return found
    if monthly := _monthly.fullmatch(said):
        return _next_called(said, monthly[1], today)
    weekly = _weekly.fullmatch(said)
    if weekly is None:
        raise NoSuchDay(said)
    wanted = WEEKDAYS.index(weekly[2].replace("天", "日"))
    if weekly[1] == "下":
        return today + timedelta(days=7 - today.weekday() + wanted)
    return today + timedelta(days=(wanted - today.weekday()) % 7)


def _next(said: str, dated: re.Match[str], today: date) -> date:
    year, month, on = dated.groups()
    years = [int(year)] if year else range(today.year, today.year + YEARS_AHEAD)
    for each in years:
        try:
            found = date(each, int(month), int(on))
        except ValueError:
            continue
        if year or found >= today:
            return found
    raise NoSuchDay(said)


def _next_called(said: str, number: str, today: date) -> date:
    for found in _days(today):
        if found.day == int(number):
            return found
    raise NoSuchDay(said)


def _days(today: date) -> Iterator[date]:
    return (today + timedelta(days=days) for days in range(62))


def _hour(said: str, *, evening: bool) -> tuple[int, int]:
    clock = _clock.search(said)
    if clock is None:  # pragma: no cover - the pattern of TIME has digits
        raise NoSuchDay(said)
    hour = int(clock[1])
    minute = int(clock[2] or 0) if not clock[3] else (30 if clock[3] == "半" else int(clock[3]))
    half = (clock[4] or "").lower()
    after_noon = evening or half == "pm" or any(word in said for word in ("下午", "晚"))
    if hour == 12 and (half == "am" or "凌晨" in said):
        hour = 0
    elif hour < 12 and (after_noon or ("中午" in said and hour < 11)):
        hour += 12
    if hour > 24 or minute > 59 or (hour == 24 and minute):
        raise NoSuchDay(said)
    return hour, minute


def _at(on: date, moment: time) -> datetime:
    return datetime.combine(on, moment, TAIPEI).astimezone(UTC)
