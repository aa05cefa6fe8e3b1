"""What an import says back: which rows it would take, and why it takes the others not.

Rows are numbered as a spreadsheet shows them: the header is row 1, the first
row of data is row 2, and blank rows count although they are skipped.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import orjson

from bot.texts import _
from models.base import Refusal

Progress = Callable[[str, int, int], None]
"""Told what is being done, how many rows are through, and how many there are."""


class BadFile(Refusal):
    """A file that cannot be read as a table at all; `row` and `column` say where it went wrong."""

    def __init__(
        self, msgid: str, *, row: int | None = None, column: str | None = None, **values: Any
    ) -> None:
        super().__init__(msgid, row=row, column=column, **values)
        self.row, self.column = row, column


class BadCell(Exception):
    """What is wrong with one cell; the importer knows where it stands."""

    def __init__(self, msgid: str, **values: Any) -> None:
        super().__init__(msgid)
        self.msgid, self.values = msgid, values


@dataclass(frozen=True, slots=True)
class Rejection:
    """One row that is not taken; `column` is None if the row as a whole is wrong."""

    row: int
    column: str | None
    msgid: str
    values: dict[str, Any] = field(default_factory=dict)

    @property
    def reason(self) -> str:
        return _(self.msgid, **self.values)


@dataclass(frozen=True)
class Report:
    """Every row of data is accepted, unchanged or rejected, exactly one of the three."""

    rows: int
    accepted: int
    unchanged: int
    rejected: tuple[Rejection, ...]
    committed: bool
    ignored: tuple[str, ...] = ()

    def json(self) -> str:
        """The report in the form that programs rely on."""
        rejected = [
            {"row": one.row, "column": one.column, "reason": one.reason} for one in self.rejected
        ]
        body = {
            "rows": self.rows,
            "accepted": self.accepted,
            "unchanged": self.unchanged,
            "rejected": rejected,
            "committed": self.committed,
        }
        return orjson.dumps(body).decode()
