"""A file as it was sent -> a table of text, whoever sent it.

Files come from strangers' spreadsheets, so everything is capped before it is
kept: bytes, rows, columns, the length of a line. What a cell means is decided
later, by the column it stands in.
"""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import NamedTuple

from backoffice.imports.report import BadFile
from backoffice.imports.sheet import column_letters
from models.base import N_

MAX_BYTES = 10 * 1024 * 1024
MAX_ROWS = 100_000
MAX_COLUMNS = 100
MAX_LINE = 64 * 1024
OLD_EXCEL = b"\xd0\xcf\x11\xe0"
UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


class Template(NamedTuple):
    """The columns a kind of file may have, and those without which it makes no sense."""

    columns: tuple[str, ...]
    required: tuple[str, ...] = ()
    one_of: tuple[str, ...] = ()


class Row(NamedTuple):
    """`cells` follow `Table.columns`; `overflows` if there is text beyond the last heading."""

    number: int
    cells: tuple[str, ...]
    overflows: bool


class Table(NamedTuple):
    """`columns` are the known ones, in the file's order; `ignored` are the others' headings."""

    columns: tuple[str, ...]
    ignored: tuple[str, ...]
    rows: list[Row]


def read(data: bytes, filename: str, template: Template) -> Table:
    """The table in a CSV or XLSX file; what the file is called does not matter.

    Raises:
        BadFile: it is no such file, or not one that can be read safely.
    """
    return _table(lines(data, filename), template)


def lines(
    data: bytes, filename: str, *, merged: bool = False
) -> Iterator[tuple[int, Sequence[str]]]:
    """Number and cells of each line of a CSV or XLSX file that is not empty.

    With `merged`, cells may be merged: one of them has the text, the others none.

    Raises:
        BadFile: it is no such file, or, on the way, not one that can be read safely.
    """
    if len(data) > MAX_BYTES:
        raise BadFile(
            N_("「{name}」有 {size} MB，最多 10 MB，請分成幾個檔案再匯入。"),
            name=filename[:100],
            size=f"{len(data) / 1024 / 1024:.1f}",
        )
    if data.startswith(OLD_EXCEL):
        raise BadFile(N_("這是舊版或加密的 Excel 檔，請另存成沒有密碼的 .xlsx 再匯入。"))
    found = _workbook_rows(data, merged) if data.startswith(b"PK") else _csv_rows(data)
    return ((number, cells) for number, cells in found if any(cells))


def _workbook_rows(data: bytes, merged: bool) -> Iterator[tuple[int, Sequence[str]]]:
    # kept out of every start: only workbooks need it
    from backoffice.imports import workbook

    return workbook.rows(data, MAX_COLUMNS, merged=merged)


def _table(found: Iterator[tuple[int, Sequence[str]]], template: Template) -> Table:
    number, cells = next(found, (0, ()))
    if not cells:
        raise BadFile(N_("檔案是空的：第 1 列要是欄位名稱，第 2 列起是資料。"))
    headings = [cell.strip().lstrip("\ufeff").lower() for cell in cells]
    while headings and not headings[-1]:
        headings.pop()
    _check_headings(headings, number, template)
    wanted = [index for index, name in enumerate(headings) if name in template.columns]
    ignored = tuple(name[:50] for name in headings if name and name not in template.columns)
    rows = list(_rows(found, wanted, len(headings)))
    if not rows:
        raise BadFile(N_("檔案裡只有欄位名稱，沒有資料。"))
    return Table(tuple(headings[index] for index in wanted), ignored, rows)


def _rows(
    found: Iterable[tuple[int, Sequence[str]]], wanted: list[int], width: int
) -> Iterator[Row]:
    seen: dict[str, str] = {}
    for count, (number, cells) in enumerate(found, 1):
        if count > MAX_ROWS:
            raise BadFile(
                N_("第 {row} 列起超過 100,000 筆資料，請分成幾個檔案再匯入。"), row=number
            )
        kept = (cells[index].strip(" \u3000") if index < len(cells) else "" for index in wanted)
        # the same text over and over is kept once
        text = tuple(seen.setdefault(cell, cell) for cell in kept)
        yield Row(number, text, any(cells[width:]))


def _check_headings(headings: list[str], row: int, template: Template) -> None:
    if len(headings) > MAX_COLUMNS:
        raise BadFile(
            N_("第 {row} 列有 {count} 欄，最多 100 欄；第 101 欄（{column}）起請刪除。"),
            row=row,
            column=column_letters(MAX_COLUMNS),
            count=f"{len(headings):,}" if len(headings) <= MAX_COLUMNS + 1 else "100 多",
        )
    for index, name in enumerate(headings):
        if any(ord(character) < 32 for character in name):
            raise BadFile(
                N_("第 {row} 列 {column} 欄有看不見的字元，可能不是 CSV 檔，請另存成 CSV UTF-8。"),
                row=row,
                column=column_letters(index),
            )
    known = [name for name in headings if name in template.columns]
    if twice := sorted({name for name in known if known.count(name) > 1}):
        raise BadFile(
            N_("第 {row} 列有兩個「{column}」欄，請只留一個。"), row=row, column=twice[0]
        )
    _check_required(known, row, template)


def _check_required(known: Collection[str], row: int, template: Template) -> None:
    if missing := [name for name in template.required if name not in known]:
        raise BadFile(
            N_("第 {row} 列缺少欄位：{column}。請照範本的欄位名稱再匯入。"),
            row=row,
            column=", ".join(missing),
        )
    if template.one_of and not set(template.one_of) & set(known):
        raise BadFile(
            N_("第 {row} 列至少要有其中一欄：{column}。"),
            row=row,
            column=", ".join(template.one_of),
        )


def _csv_rows(data: bytes) -> Iterator[tuple[int, list[str]]]:
    encoding = _encoding(data)
    text = io.TextIOWrapper(io.BytesIO(data), encoding, newline="")
    reader = csv.reader(_lines(text), strict=True)
    number = 0
    try:
        for number, cells in enumerate(reader, 1):
            if number > 2 * MAX_ROWS:
                raise BadFile(N_("第 {row} 列起全是空白列太多，請刪除空白列。"), row=number)
            yield number, cells
    except csv.Error:
        raise BadFile(
            N_("第 {row} 列讀不下去：引號沒有成對，或有一格太長。請另存成 CSV UTF-8 再試。"),
            row=number + 1,
        ) from None


def _lines(text: io.TextIOWrapper) -> Iterator[str]:
    number = 0
    while line := text.readline(MAX_LINE + 1):
        number += 1
        if len(line) > MAX_LINE:
            raise BadFile(N_("第 {row} 列超過 65,536 個字，這可能不是 CSV 檔。"), row=number)
        yield line


def _encoding(data: bytes) -> str:
    if data.startswith(UTF_16):
        raise BadFile(N_("檔案是 UTF-16 編碼，請另存成「CSV UTF-8」再匯入。"))
    far = 0
    for encoding in ("utf-8-sig", "cp950"):
        try:
            _decode(data, encoding)
        except UnicodeDecodeError as error:
            far = max(far, error.start)
        else:
            return encoding
    row = data.count(b"\n", 0, far) + 1
    column = data.count(b",", data.rfind(b"\n", 0, far) + 1, far)
    raise BadFile(
        N_("第 {row} 列 {column} 欄不是 UTF-8 也不是 Big5，請另存成「CSV UTF-8」再匯入。"),
        row=row,
        column=column_letters(column),
    )


def _decode(data: bytes, encoding: str) -> None:
    """Decode it all and keep nothing; the error tells where in the file it stands."""
    decoder = codecs.getincrementaldecoder(encoding)()
    size = 1 << 16
    for start in range(0, len(data) + 1, size):
        held = len(decoder.getstate()[0])
        try:
            decoder.decode(data[start : start + size], final=start + size > len(data))
        except UnicodeDecodeError as error:
            error.start += start - held
            raise
