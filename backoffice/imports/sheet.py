"""One sheet of a workbook: numbers and dates become the text that a person would type.

Rows without cells cost nothing, so a sheet that says it is a million rows high
is as cheap as it is empty. Merged cells are refused, because only one of them
holds the value and the others would be read as blank.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from datetime import datetime

from backoffice.imports.markup import Attributes, Scanner, broken, too_much
from backoffice.imports.report import BadFile
from models.base import N_

MAX_KEPT = 16_000_000
MAX_CELL = 2_000
LAST_ROW = 1 << 20
REFERENCE = re.compile(r"\$?([A-Z]{1,3})\$?(\d{1,7})", re.ASCII)
EXACT = 10**15


class Sheet(Scanner):
    """Gathers rows as it is scanned; `take` hands them over and forgets them.

    `shared` are the workbook's texts, `dates` the styles that show a date; of a
    row, `widest` cells and one more are kept.
    """

    def __init__(
        self,
        shared: list[str],
        dates: frozenset[int],
        epoch: datetime,
        widest: int,
        merged: bool = False,
    ) -> None:
        super().__init__()
        self._shared, self._dates, self._epoch, self._widest = shared, dates, epoch, widest
        self._merged = merged
        self._ready: list[tuple[int, list[str]]] = []
        self._row: dict[int, str] = {}
        self._number = 0
        self._column = -1
        self._kind = self._style = self._value = ""
        self._formula: str | None = None
        self._phonetic = False
        self._kept = 0

    def take(self) -> Iterator[tuple[int, list[str]]]:
        """The rows that are complete by now."""
        ready, self._ready = self._ready, []
        yield from ready

    def opened(self, name: str, attributes: Attributes) -> None:
        if name == "c":
            self._cell(attributes)
        elif name in {"v", "f"} or (name == "t" and not self._phonetic):
            self.listen()
        elif name == "row":
            given = attributes.get("r", "")
            self._number = max(self._number + 1, int(given) if len(given) < 8 and given else 0)
            self._row, self._column = {}, -1
        elif name == "rPh":
            self._phonetic = True
        elif name == "mergeCell" and not self._merged:
            _refuse_merged(attributes.get("ref", ""))

    def closed(self, name: str) -> None:
        if name in {"v", "t"} and self.listening:
            self._value += self.heard()
        elif name == "f":
            self._formula = self.heard()
        elif name == "c":
            self._keep()
        elif name == "rPh":
            self._phonetic = False
        elif name == "row" and self._row:
            if self._number > LAST_ROW:
                raise broken()
            cells = [self._row.get(index, "") for index in range(max(self._row) + 1)]
            self._ready.append((self._number, cells))

    def _cell(self, attributes: Attributes) -> None:
        found = REFERENCE.fullmatch(attributes.get("r", ""))
        self._column = column_index(found[1]) if found else self._column + 1
        self._kind, self._style = attributes.get("t", "n"), attributes.get("s", "")
        self._value, self._formula = "", None

    def _keep(self) -> None:
        text = self._text()
        if text:
            self._row[min(self._column, self._widest)] = text
        if self._kind != "s":
            self._kept += len(text)
            if self._kept > MAX_KEPT:
                raise too_much()

    def _text(self) -> str:
        if self._formula is not None:
            return "=" + self._formula[:MAX_CELL]
        if self._kind == "s":
            return self._shared_text()
        if self._kind == "b":
            return "TRUE" if self._value == "1" else "FALSE"
        if self._kind == "n" and self._value:
            shows_date = self._style.isdigit() and int(self._style[:6]) in self._dates
            return _date(self._value, self._epoch) if shows_date else _number(self._value)
        # one too long is cut, but stays too long for every column
        return self._value[:MAX_CELL]

    def _shared_text(self) -> str:
        index = int(self._value) if self._value.isdigit() and len(self._value) < 9 else -1
        if not 0 <= index < len(self._shared):
            raise broken()
        return self._shared[index][:MAX_CELL]


def column_index(letters: str) -> int:
    """A is 0, Z is 25, AA is 26."""
    index = 0
    for letter in letters:
        index = index * 26 + ord(letter) - 64
    return index - 1


def column_letters(index: int) -> str:
    """0 is A, 25 is Z, 26 is AA."""
    letters = ""
    while index >= 0:
        index, rest = divmod(index, 26)
        letters, index = chr(65 + rest) + letters, index - 1
    return letters


def _number(text: str) -> str:
    """A number as typed: 912345678, 1240.5; a spreadsheet keeps both as floats."""
    number = float(text)
    if math.isfinite(number) and number == int(number) and abs(number) < EXACT:
        return str(int(number))
    return repr(number)


def _date(text: str, epoch: datetime) -> str:
    try:
        # kept out of every start: only workbooks need it
        from openpyxl.utils.datetime import from_excel

        day = from_excel(float(text), epoch)
    except (OverflowError, ValueError):
        return _number(text)
    if not isinstance(day, datetime):
        return _number(text)
    return day.date().isoformat() if float(text).is_integer() else day.isoformat()


def _refuse_merged(reference: str) -> None:
    found = REFERENCE.match(reference)
    raise BadFile(
        N_("第 {row} 列 {column} 欄是合併儲存格，請取消合併並補上內容再匯入。"),
        row=int(found[2]) if found else None,
        column=found[1] if found else None,
    )
