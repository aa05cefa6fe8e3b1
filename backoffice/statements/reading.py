"""A statement as the bank made it -> deposits, each with an id that never changes.

The id is made from what the bank says of a deposit, and from which of several
alike it is; so the same statement again, or one that overlaps, adds nothing.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, time
from typing import NamedTuple

from backoffice.imports import reading
from backoffice.imports.report import BadCell, BadFile, Rejection
from backoffice.statements import cells, columns
from backoffice.statements.columns import Columns, Header
from models.base import N_
from models.shop.payment_facts import Deposit

PREAMBLE = 60
LONGEST = 300
NOTES = (
    *("合計", "總計", "小計", "累計", "本頁", "承上", "以下空白", "總筆數"),
    *("查詢", "備註:", "註:", "※"),
)


@dataclass(frozen=True)
class Statement:
    """What came in, in the file's order; `ignored` are withdrawals, totals and notes."""

    deposits: tuple[Deposit, ...]
    rejected: tuple[Rejection, ...]
    ignored: int


class Line(NamedTuple):
    """What the bank says of one deposit."""

    on: date
    at: time | None
    amount: int
    text: str


class _Bad(Exception):
    """A row that cannot be read, and the column where."""

    def __init__(self, header: Header, reason: BadCell) -> None:
        super().__init__(header.name)
        self.header, self.reason = header, reason


def read(data: bytes, filename: str) -> Statement:
    """The deposits of a CSV or XLSX statement; what the file is called does not matter.

    Raises:
        BadFile: it is no such file, or nothing in it looks like a statement's headings.
    """
    lines = reading.lines(data, filename, merged=True)
    known = _headings(lines)
    deposits: list[Deposit] = []
    rejected: list[Rejection] = []
    alike: Counter[Line] = Counter()
    count = 0
    for count, (number, row) in enumerate(lines, 1):
        if count > reading.MAX_ROWS:
            raise BadFile(
                N_("第 {row} 列起超過 100,000 筆資料，請分成幾個檔案再匯入。"), row=number
            )
        try:
            line = _line([cells.plain(cell) for cell in row], known)
        except _Bad as bad:
            reason = bad.reason
            rejected.append(Rejection(number, bad.header.name, reason.msgid, reason.values))
            continue
        if line is not None:
            alike[line] += 1
            deposits.append(_deposit(line, alike[line]))
    ignored = count - len(deposits) - len(rejected)
    return Statement(tuple(deposits), tuple(rejected), ignored)


def _headings(lines: Iterator[tuple[int, Sequence[str]]]) -> Columns:
    for _count, (_number, row) in zip(range(PREAMBLE), lines, strict=False):
        known = columns.recognise(row)
        if known is not None:
            return known
    raise BadFile(
        N_("找不到對帳單的欄位名稱：要有日期，和存入、收入或轉入金額。請用網銀匯出的明細檔。")
    )


def _line(row: list[str], known: Columns) -> Line | None:
    """What a row says of a deposit; None if it is none."""
    if _is_note(row, known):
        return None
    amount = _amount(row, known)
    if amount == 0:
        _check_something(row, known)
        return None
    if amount < 0:
        if known.signed:
            return None
        raise _Bad(known.income, BadCell(N_("存入是負數（沖正），請人工核對這一筆。")))
    try:
        on, at = cells.day_and_time(_cell(row, known.day))
    except BadCell as reason:
        raise _Bad(known.day, reason) from None
    return Line(on, _time(row, known) or at, amount, _text(row, known))


def _is_note(row: list[str], known: Columns) -> bool:
    """Totals, footnotes, and headings that come again on each page."""
    first = next((cell for cell in row if cell), "")
    again = [columns.plain(cell) for cell in row] == [columns.plain(c) for c in known.headings]
    return again or first.startswith(NOTES)


def _amount(row: list[str], known: Columns) -> int:
    """What came in; below 0 or 0 if it went out."""
    try:
        found = cells.amount(_cell(row, known.income))
    except BadCell as reason:
        raise _Bad(known.income, reason) from None
    if not known.signed or known.direction is None or not found:
        return found
    try:
        came_in = cells.comes_in(_cell(row, known.direction))
        return abs(found) if came_in else -abs(found)
    except BadCell as reason:
        raise _Bad(known.direction, reason) from None


def _check_something(row: list[str], known: Columns) -> None:
    """A day without any sum is a row that was misread, not one to pass over."""
    said = _cell(row, known.income) or _cell(row, known.withdrawal)
    if said or known.withdrawal is None:
        return
    try:
        cells.day_and_time(_cell(row, known.day))
    except BadCell:
        return  # a note
    raise _Bad(known.income, BadCell(N_("這一列沒有存入也沒有支出金額。")))


def _time(row: list[str], known: Columns) -> time | None:
    if known.time is None:
        return None
    try:
        return cells.clock(_cell(row, known.time))
    except BadCell as reason:
        raise _Bad(known.time, reason) from None


def _text(row: list[str], known: Columns) -> str:
    said = (_cell(row, header) for header in known.texts)
    return " ".join(filter(None, said))[:LONGEST]


def _cell(row: list[str], header: Header | None) -> str:
    return row[header.place] if header is not None and header.place < len(row) else ""


def _deposit(line: Line, number: int) -> Deposit:
    at = line.at.isoformat() if line.at else ""
    said = "\0".join((line.on.isoformat(), at, str(line.amount), line.text, str(number)))
    id_ = hashlib.sha256(said.encode()).hexdigest()[:32]
    return Deposit(id=id_, on=line.on, at=line.at, amount=line.amount, text=line.text)
