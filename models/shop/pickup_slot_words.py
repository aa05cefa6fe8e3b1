"""Slots as organisers write them: 12/24 18:00-19:00x20 19:00-20:00x20. Pure."""

from __future__ import annotations

import re
from datetime import datetime

from models.base import N_, Refusal
from models.shop import opening_times
from models.shop.opening_fields import fold

MOST, LARGEST = 20, 999
HOURS = re.compile(r"(\d{1,2})(?::(\d{2}))?[-~](\d{1,2})(?::(\d{2}))?(?:[x×*](\d{1,4})人?份?)?")
DAY = re.compile(opening_times.DAY)


class BadSlots(Refusal):
    def __init__(self, said: str) -> None:
        super().__init__(
            N_(
                "看不懂時段「{said}」。請寫時間和幾筆，例如：/取貨時段 3 18:00-19:00x20 "
                "19:00-20:00x20；分日子寫 12/24 18:00-19:00x20，分地點寫 /取貨時段 3 管理室 …；"
                "不分了寫 /取貨時段 3 取消。"
            ),
            said=said[:60],
        )


def read(said: str, now: datetime) -> tuple[str, dict[str, int]]:
    """The place that is named, "" for any, and how many orders fit into each slot.

    Raises:
        BadSlots: something else is written, or hours that are none.
        NoSuchDay: a day that there is not.
    """
    place, day = "", ""
    slots: dict[str, int] = {}
    for at, word in enumerate(fold(said).replace("點", ":00").split()):
        hours = HOURS.fullmatch(word)
        if hours is not None:
            slots[f"{day} {_hours(hours, said)}".strip()] = int(hours[5] or LARGEST)
        elif DAY.fullmatch(word):
            day = opening_times.day(word, now).isoformat()
        elif at == 0:
            place = word
        else:
            raise BadSlots(said)
    if len(slots) > MOST or not all(1 <= each <= LARGEST for each in slots.values()):
        raise BadSlots(said)
    return place, slots


def _hours(found: re.Match[str], said: str) -> str:
    begins = f"{int(found[1]):02}:{found[2] or '00'}"
    ends = f"{int(found[3]):02}:{found[4] or '00'}"
    if not begins < ends <= "24:00" or begins[3:] > "59" or ends[3:] > "59":
        raise BadSlots(said)
    return f"{begins}-{ends}"
