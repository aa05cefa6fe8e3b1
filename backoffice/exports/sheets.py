"""Tables as CSV or XLSX whose cells are text, whatever the people wrote who filled them.

A spreadsheet runs a cell that begins like a formula. So does it after a tab, a
space or a character nobody sees, and in some languages after a full-width sign;
a cell in the middle of a line begins where its separator is misread. Each such
place gets an apostrophe, which spreadsheets take for "this is text".
"""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Sequence
from enum import StrEnum

LONGEST = 2_000
# ASCII and full-width; also what looks alike and what old spreadsheets (@, |) obey
SIGNS = "=+-@|%＝＋－＠｜％−﹢﹣﹦﹫⁺⁻⁼₊₋₌﬩"
WITHIN = re.compile(rf"([;,\"'|]\s*)(?=[{re.escape(SIGNS)}])")
Row = Sequence[str | int]


class Format(StrEnum):
    """What a sheet is written as."""

    XLSX = "xlsx"
    CSV = "csv"

    @property
    def kind(self) -> str:
        """As a browser is told."""
        if self is Format.CSV:
            return "text/csv; charset=utf-8"
        return "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def write(rows: Sequence[Row], form: Format, *, title: str) -> bytes:
    """The rows, the first being the headings, as a file."""
    safe = [[each if isinstance(each, int) else neutral(each) for each in row] for row in rows]
    return _csv(safe) if form is Format.CSV else _workbook(safe, title)


def neutral(text: str) -> str:
    """The text as a cell that no spreadsheet takes for more than text."""
    plain = "".join(" " if each in "\t\r\n\v\f\x85\u2028\u2029" else each for each in text)
    kept = "".join(each for each in plain if not _unseen(each)).strip()[:LONGEST]
    kept = WITHIN.sub(r"\1'", kept)
    return f"'{kept}" if kept.startswith(tuple(SIGNS)) else kept


def _unseen(character: str) -> bool:
    """Control and format characters, surrogates and the like: nothing anybody wrote on purpose."""
    return unicodedata.category(character) in {"Cc", "Cf", "Cs"}


def _csv(rows: Sequence[Row]) -> bytes:
    kept = io.StringIO(newline="")
    csv.writer(kept, quoting=csv.QUOTE_ALL).writerows(rows)
    # without the mark Excel reads it as Big5
    return kept.getvalue().encode("utf-8-sig")


def _workbook(rows: Sequence[Row], title: str) -> bytes:
    from openpyxl import Workbook  # kept out of every start: only workbooks need it
    from openpyxl.cell import WriteOnlyCell

    book = Workbook(write_only=True)
    sheet = book.create_sheet(re.sub(r"[\[\]:*?/\\']", "", title)[:31] or "Sheet")
    for row in rows:
        cells = []
        for value in row:
            cell = WriteOnlyCell(sheet, value=value)
            if isinstance(value, str):
                # openpyxl itself would make a formula of what begins with =
                cell.data_type, cell.number_format = "s", "@"
            cells.append(cell)
        sheet.append(cells)
    kept = io.BytesIO()
    book.save(kept)
    return kept.getvalue()
