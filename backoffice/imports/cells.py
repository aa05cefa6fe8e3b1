"""One cell's text -> what its column means, or the reason why it cannot be that.

Nothing is guessed: a formula, a control character or a number that a
spreadsheet has mangled is refused, because it would be wrong quietly.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime, time
from typing import NamedTuple

from backoffice.imports.report import BadCell
from models.base import N_, TAIPEI
from models.people.members import phone_digits
from models.shop.orders import Status

FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠")
SIGNED = re.compile(r"[+-]?[\d ().,-]+", re.ASCII)
ERRORS = ("#REF!", "#N/A", "#VALUE!", "#NAME?", "#DIV/0!", "#NULL!", "#NUM!")
SCIENTIFIC = re.compile(r"\d(\.\d+)?[Ee]\+?\d+", re.ASCII)
WHOLE = re.compile(r"-?(\d{1,3}(,\d{3})+|\d{1,15})(\.0{1,4})?", re.ASCII)
DAY = re.compile(r"(\d{4})[-/](\d{1,2})[-/](\d{1,2})", re.ASCII)
MONTH_DAY = re.compile(r"(\d{1,2})[-/](\d{1,2})", re.ASCII)
INSTANT = re.compile(
    DAY.pattern + r"(?:[T ](\d{1,2}:\d{2}(?::\d{2}(?:\.\d{1,6})?)?) ?(Z|[+-]\d{2}:?\d{2})?)?",
    re.ASCII,
)
LINE_ID = re.compile(r"U[0-9a-f]{32}", re.ASCII)
EMAIL = re.compile(r"[^@\s,;<>]{1,64}@[^@\s,;<>]+\.[^@\s,;<>]+")
LEAP_YEAR = 2000
YEARS = range(1900, 2200)


class Birthday(NamedTuple):
    year: int | None
    month: int
    day: int

    def is_after(self, today: date) -> bool:
        return self.year is not None and date(self.year, self.month, self.day) > today


def safe(text: str) -> str:
    """The cell's text, if a spreadsheet or a screen would show it as it is.

    Raises:
        BadCell: it is a formula, an error, or has characters that cannot be seen.
    """
    if text.startswith("\t") or (text.strip().startswith(FORMULA) and not SIGNED.fullmatch(text)):
        raise BadCell(
            N_("「{text}」像是公式，請改成文字（不要以 = + - @ 開頭）。"), text=text[:20]
        )
    if text.startswith(ERRORS):
        raise BadCell(N_("「{text}」是試算表的錯誤值，請改成正確的內容。"), text=text[:20])
    if not text.isprintable() and any(unicodedata.category(one) in {"Cc", "Cs"} for one in text):
        raise BadCell(N_("有看不見的控制字元，請重新輸入這一格。"))
    return text


def words(text: str, longest: int) -> str:
    """Text to be shown, up to `longest` characters."""
    if text.startswith(FORMULA):
        raise BadCell(
            N_("「{text}」像是公式，請改成文字（不要以 = + - @ 開頭）。"), text=text[:20]
        )
    if len(text) > longest:
        raise BadCell(N_("太長了，最多 {longest} 個字。"), longest=longest)
    return text


def code(text: str) -> str:
    """A number or code that names something, such as an order number."""
    if SCIENTIFIC.fullmatch(text):
        raise BadCell(
            N_("「{text}」被試算表改成科學記號了，請把欄位設成文字再填一次。"), text=text[:20]
        )
    return words(text, 64)


def member(text: str) -> str:
    """Whatever names a member: a LINE user id, an external id or a phone."""
    return text if telephone(text) else code(text)


def line_id(text: str) -> str:
    if not LINE_ID.fullmatch(text):
        raise BadCell(N_("LINE 使用者 ID 是 U 加 32 個小寫英數字。"))
    return text


def phone(text: str) -> str:
    """A number's digits; the zero a spreadsheet has eaten from a mobile is put back."""
    digits = telephone(text)
    if digits is None:
        raise BadCell(N_("電話號碼是 09 開頭的 10 個數字，市話請加區碼，國外請以 + 和國碼開頭。"))
    return digits


def telephone(text: str) -> str | None:
    """The digits of a mobile, a landline with area code or a number abroad; None if it is none."""
    plain = unicodedata.normalize("NFKC", text[:30])
    if not SIGNED.fullmatch(plain):
        return None
    digits = phone_digits(plain)
    digits = "0" + digits if re.fullmatch(r"9\d{8}", digits, re.ASCII) else digits
    known = re.fullmatch(r"09\d{8}|0[2-8]\d{7,9}", digits, re.ASCII)
    abroad = plain.strip().startswith("+") and 8 <= len(digits) <= 15
    return digits if known or abroad else None


def email(text: str) -> str:
    if len(text) > 254 or not EMAIL.fullmatch(text):
        raise BadCell(N_("這不像電子郵件地址。"))
    return text


def tags(text: str) -> tuple[str, ...]:
    """Several tags with ; between, each once, in order."""
    found = {words(part.strip(), 50) for part in re.split("[;；]", text)} - {""}
    if len(found) > 50:
        raise BadCell(N_("標籤太多，最多 50 個。"))
    return tuple(sorted(found))


def consent(text: str) -> bool:
    answer = unicodedata.normalize("NFKC", text).upper()
    if answer not in {"Y", "N"}:
        raise BadCell(N_("請填 Y（同意收到優惠）或 N（不同意）。"))
    return answer == "Y"


def status(text: str) -> Status:
    if text.lower() not in set(Status) - {Status.PLACED}:
        raise BadCell(N_("狀態請填 paid、picked_up、cancelled 或 refunded。"))
    return Status(text.lower())


def whole(text: str, *, least: int, most: int) -> int:
    """A whole number; a thousands comma and a bare .00 are understood."""
    plain = unicodedata.normalize("NFKC", text[:40]).removeprefix("NT$").removeprefix("$").strip()
    if not WHOLE.fullmatch(plain):
        raise BadCell(N_("請填整數，不要小數或其他文字。"))
    number = int(plain.replace(",", "").partition(".")[0])
    if not least <= number <= most:
        raise BadCell(N_("請填 {least} 到 {most} 的整數。"), least=f"{least:,}", most=f"{most:,}")
    return number


def day(text: str) -> date:
    """A day as YYYY-MM-DD; what a spreadsheet adds as midnight is let go."""
    found = DAY.fullmatch(text.removesuffix("T00:00:00").removesuffix(" 00:00:00"))
    if not found:
        raise _not_a_day()
    return _day(*map(int, found.groups()))


def birthday(text: str) -> Birthday:
    """YYYY-MM-DD, or MM-DD if the year is not known."""
    if found := MONTH_DAY.fullmatch(text):
        known = _day(LEAP_YEAR, *map(int, found.groups()))
        return Birthday(None, known.month, known.day)
    known = day(text)
    return Birthday(known.year, known.month, known.day)


def instant(text: str) -> datetime:
    """A day (its first moment) or an ISO time; in Taipei if it names no zone."""
    found = INSTANT.fullmatch(text)
    if not found:
        raise _not_a_day()
    year, month, on, clock, zone = found.groups()
    first = datetime.combine(_day(int(year), int(month), int(on)), time(), TAIPEI)
    if not clock:
        return first
    try:
        at = datetime.fromisoformat(f"2000-01-01T{clock.zfill(len(clock) + (clock[1] == ':'))}")
        offset = datetime.fromisoformat(f"2000-01-01T00:00{zone}").tzinfo if zone else TAIPEI
    except ValueError:
        raise _not_a_day() from None
    return datetime.combine(first.date(), at.time(), offset)


def _day(year: int, month: int, on: int) -> date:
    try:
        if year in YEARS:
            return date(year, month, on)
    except ValueError:
        pass
    raise _not_a_day()


def _not_a_day() -> BadCell:
    return BadCell(N_("看不懂這個日期，請寫成 2026-03-05 或 2026-03-05T14:30。"))
