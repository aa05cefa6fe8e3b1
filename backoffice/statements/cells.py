"""One cell of a statement -> the day, time or sum it stands for, or why it is none."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, time

from backoffice.imports import cells
from backoffice.imports.report import BadCell
from models.base import N_

REPUBLIC = 1911  # years of the Republic count from here
YEARS = range(2000, 2200)
MOST = 100_000_000
QUOTED = re.compile(r'="(.*)"', re.DOTALL)
PARTED = re.compile(
    r"(\d{3,4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:\(.\))?(?:[T ]+(.+))?", re.ASCII
)
JOINED = re.compile(r"(\d{3,4})(\d{2})(\d{2})(?:[T ]+(.+))?", re.ASCII)
CLOCK = re.compile(
    r"(上午|下午|AM|PM)? ?(\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d+)?)? ?(AM|PM)?", re.ASCII
)
DIGITS = re.compile(r"\d{3,6}", re.ASCII)
FRACTION = re.compile(r"0?\.\d+(?:e-\d+)?", re.ASCII)
NOTHING = ("", "-", "--", "—", "N/A")
CAME_IN = ("貸", "存", "收", "入", "轉入", "C", "+")
WENT_OUT = ("借", "提", "支", "出", "付", "轉出", "D", "-")


def plain(text: str) -> str:
    """A cell's text as a person reads it; banks write ="0012" and '0012 to keep zeros."""
    folded = unicodedata.normalize("NFKC", text).strip()
    quoted = QUOTED.fullmatch(folded)
    shown = (quoted[1] if quoted else folded).lstrip("'")
    return " ".join("".join(c if c.isprintable() else " " for c in shown).split())


def day_and_time(text: str) -> tuple[date, time | None]:
    """2026/11/22, 115/11/22, 1151122, 115年11月22日; the time too, if it follows.

    Raises:
        BadCell: it is no day.
    """
    found = PARTED.fullmatch(text) or JOINED.fullmatch(text)
    if found is None:
        raise _not_a_day(text)
    said, month, on = (int(part) for part in found.groups()[:3])
    year = said if said > 999 else said + REPUBLIC
    try:
        day = date(year if year in YEARS else 0, month, on)
    except ValueError:
        raise _not_a_day(text) from None
    return day, None if found[4] is None else clock(found[4])


def clock(text: str) -> time | None:
    """14:03:22, 140322, 下午 2:03, or a workbook's part of a day; None if nothing is said.

    Raises:
        BadCell: it is no time of day.
    """
    if text in NOTHING:
        return None
    try:
        if found := CLOCK.fullmatch(text.upper()):
            return _clock(found)
        if DIGITS.fullmatch(text):
            # a workbook eats the first zero
            padded = text.zfill(4 if len(text) < 5 else 6)
            return time(int(padded[:2]), int(padded[2:4]), int(padded[4:] or 0))
        if FRACTION.fullmatch(text.lower()):
            minutes, second = divmod(round(float(text) * 86_400), 60)
            return time(minutes // 60, minutes % 60, second)
    except ValueError:
        pass
    raise BadCell(N_("看不懂時間「{text}」，請寫成 14:03 或 14:03:22。"), text=text[:20])


def amount(text: str) -> int:
    """Whole NT$, below 0 if it is written so; nothing, or a dash, is 0.

    Raises:
        BadCell: it is no whole amount.
    """
    if text in NOTHING:
        return 0
    bare = re.sub(r"^\((.*)\)$", r"-\1", text).removesuffix("元").replace(" ", "")
    sign = -1 if bare.startswith("-") else 1
    return sign * cells.whole(bare.lstrip("+-"), least=0, most=MOST)


def comes_in(text: str) -> bool:
    """Whether 借貸, 收支 or a sign says that money came in.

    Raises:
        BadCell: it says neither.
    """
    if text.upper().startswith(CAME_IN):
        return True
    if text.upper().startswith(WENT_OUT):
        return False
    raise BadCell(N_("看不出「{text}」是存入還是支出。"), text=text[:20])


def _clock(found: re.Match[str]) -> time:
    half, hour = found[1] or found[5], int(found[2])
    if half is not None:
        if not 1 <= hour <= 12:
            raise ValueError(hour)
        hour = hour % 12 + (12 if half in ("下午", "PM") else 0)
    return time(hour, int(found[3]), int(found[4] or 0))


def _not_a_day(text: str) -> BadCell:
    return BadCell(N_("看不懂日期「{text}」，請寫成 2026/11/22 或 115/11/22。"), text=text[:20])
