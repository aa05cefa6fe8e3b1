"""Which column of a bank's statement means what, by the words banks put above it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

ASIDE = re.compile(r"\(.*?\)|\[.*?\]|新?[臺台]幣|NTD|NT\$|TWD|[\s:*/]")

DAY = (
    *("交易日期", "交易日期時間", "交易日", "日期", "帳務日期", "入帳日期"),
    *("記帳日期", "帳務日", "入帳日"),
)
TIME = ("交易時間", "時間", "入帳時間", "帳務時間")
DEPOSIT = (
    *("存入金額", "存入", "收入金額", "收入", "轉入金額", "轉入", "存款金額", "存款"),
    *("入帳金額", "貸方金額", "貸方"),
)
WITHDRAWAL = (
    *("支出金額", "支出", "提出金額", "提出", "轉出金額", "轉出", "提款金額", "提款"),
    *("扣款金額", "借方金額", "借方"),
)
AMOUNT = ("交易金額", "金額")
DIRECTION = ("借貸", "借貸別", "收支", "收支別", "存提", "存提別")
# several columns together say where the money came from
TEXT = (
    *("備註", "摘要", "附言", "對方帳號", "轉出帳號", "說明", "註記", "資訊", "附註"),
    *("轉出入帳號", "戶名", "匯款人", "存摺", "對方"),
)
BALANCE = ("餘額", "結餘", "結存")


@dataclass(frozen=True)
class Header:
    """One heading: its place, and how the file writes it."""

    place: int
    name: str


@dataclass(frozen=True)
class Columns:
    """Where a statement says what; `headings` are all of them, as they are written.

    If `signed`, what came in and what went out stand in one column, told apart
    by a `direction` or by their sign.
    """

    day: Header
    time: Header | None
    income: Header
    signed: bool
    withdrawal: Header | None
    direction: Header | None
    texts: tuple[Header, ...]
    headings: tuple[str, ...]


def recognise(cells: Sequence[str]) -> Columns | None:
    """What the columns mean, if these cells are the headings of a statement."""
    headings = tuple(cell.strip().lstrip("\ufeff") for cell in cells)
    names = [plain(cell) for cell in headings]

    def named(words: Sequence[str]) -> Header | None:
        index = next((names.index(word) for word in words if word in names), None)
        return None if index is None else Header(index, headings[index][:20])

    day, deposit = named(DAY), named(DEPOSIT)
    income = deposit or named(AMOUNT)
    if day is None or income is None:
        return None
    return Columns(
        day=day,
        time=named(TIME),
        income=income,
        signed=deposit is None,
        withdrawal=named(WITHDRAWAL),
        direction=named(DIRECTION),
        texts=tuple(
            Header(index, headings[index][:20])
            for index, name in enumerate(names)
            if any(word in name for word in TEXT) and not any(word in name for word in BALANCE)
        ),
        headings=headings,
    )


def plain(heading: str) -> str:
    """A heading without what banks write around it: 存入金額 (NT$) is 存入金額."""
    return ASIDE.sub("", unicodedata.normalize("NFKC", heading))
