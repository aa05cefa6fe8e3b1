"""Rows on their way through an import: each ends accepted, unchanged or rejected, once.

The first thing wrong with a row is what is said about it; the count of the
three always comes to the rows of the file.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import Any

from backoffice.imports.cells import safe
from backoffice.imports.reading import Row, Table
from backoffice.imports.report import BadCell, BadFile, Progress, Rejection, Report
from models.base import N_

Parsers = Mapping[str, Callable[[str], Any]]
STEP = 1_000


class Verdicts:
    """What became of each row so far; a rejection is final."""

    def __init__(self) -> None:
        self._rejected: dict[int, Rejection] = {}
        self._accepted: set[int] = set()
        self._unchanged: set[int] = set()

    def reject(self, row: int, column: str | None, msgid: str, **values: Any) -> None:
        self._accepted.discard(row)
        self._unchanged.discard(row)
        self._rejected.setdefault(row, Rejection(row, column, msgid, values))

    def accept(self, rows: Collection[int]) -> None:
        self._accepted.update(row for row in rows if row not in self._rejected)

    def keep(self, rows: Collection[int]) -> None:
        """These are already there."""
        self._unchanged.update(row for row in rows if row not in self._rejected)

    def has_rejected(self, row: int) -> bool:
        return row in self._rejected

    @property
    def clean(self) -> bool:
        return not self._rejected

    def report(self, table: Table, *, committed: bool) -> Report:
        return Report(
            rows=len(table.rows),
            accepted=len(self._accepted),
            unchanged=len(self._unchanged),
            rejected=tuple(self._rejected[row] for row in sorted(self._rejected)),
            committed=committed,
            ignored=table.ignored,
        )


class Busy(BadFile):
    """Somebody else wrote what this import was about to write."""

    def __init__(self) -> None:
        super().__init__(N_("匯入時剛好有人在更動同樣的資料，什麼都沒有寫入，請再匯入一次。"))


def parsed(
    table: Table,
    parsers: Parsers,
    required: Sequence[str],
    verdicts: Verdicts,
    progress: Progress | None,
) -> Iterator[tuple[int, dict[str, Any]]]:
    """Row number and values by column, blank cells left out; other rows are rejected."""
    for count, row in enumerate(table.rows):
        if progress and count % STEP == 0:
            progress(N_("檢查"), count, len(table.rows))
        values = _values(table, row, parsers, verdicts)
        missing = [column for column in required if column not in values]
        if verdicts.has_rejected(row.number):
            continue
        if missing:
            verdicts.reject(row.number, missing[0], N_("這一格不能空白。"))
            continue
        yield row.number, values


def _values(table: Table, row: Row, parsers: Parsers, verdicts: Verdicts) -> dict[str, Any]:
    values: dict[str, Any] = {}
    if row.overflows:
        verdicts.reject(
            row.number, None, N_("這一列的格子比欄位名稱多，可能是有逗號的內容沒有加引號。")
        )
    for column, text in zip(table.columns, row.cells, strict=True):
        if not text:
            continue
        try:
            values[column] = parsers[column](safe(text))
        except BadCell as bad:
            verdicts.reject(row.number, column, bad.msgid, **bad.values)
    return values
