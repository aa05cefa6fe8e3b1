"""Files as shops send them, and as those send them who wish it harm."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from openpyxl import Workbook

MEMBER_COLUMNS = (
    "line_user_id",
    "external_id",
    "name",
    "phone",
    "email",
    "birthday",
    "joined_on",
    "left_on",
    "tags",
    "points",
    "consent",
)
ORDER_COLUMNS = (
    "order_no",
    "member",
    "ordered_at",
    "product",
    "quantity",
    "amount",
    "status",
    "days_of_supply",
)
SHEET = "xl/worksheets/sheet1.xml"
SHARED = "xl/sharedStrings.xml"
RELATIONS = "xl/_rels/workbook.xml.rels"


def line_id(number: int) -> str:
    return f"U{number:032x}"


def csv_of(rows: Iterable[Sequence[Any]], encoding: str = "utf-8") -> bytes:
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue().encode(encoding)


def members_csv(*rows: dict[str, Any]) -> bytes:
    """A members' file with only the columns that somebody uses."""
    return _named(MEMBER_COLUMNS, rows)


def orders_csv(*rows: dict[str, Any]) -> bytes:
    """An orders' file; what a row leaves out is a plain paid order of 小美's."""
    usual = {
        "order_no": "A1",
        "member": line_id(1),
        "ordered_at": "2026-11-01",
        "product": "愛文芒果",
        "quantity": 1,
        "amount": 450,
        "status": "paid",
        "days_of_supply": "",
    }
    return _named(ORDER_COLUMNS, [usual | row for row in rows])


def _named(columns: Sequence[str], rows: Iterable[dict[str, Any]]) -> bytes:
    rows = list(rows)
    used = [column for column in columns if any(column in row for row in rows)]
    return csv_of([used, *([row.get(column, "") for column in used] for row in rows)])


def xlsx_of(rows: Iterable[Sequence[Any]], then: Callable[[Any], None] | None = None) -> bytes:
    """A workbook with one sheet; `then` may do more to that sheet."""
    book = Workbook()
    for row in rows:
        book.active.append(list(row))
    if then:
        then(book.active)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def rewritten(
    data: bytes, parts: dict[str, bytes], compression: int = zipfile.ZIP_DEFLATED
) -> bytes:
    """The archive with some of its parts replaced or added; b"" removes one."""
    file = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as old,
        zipfile.ZipFile(file, "w", compression) as new,
    ):
        for name in dict.fromkeys([*old.namelist(), *parts]):
            content = parts[name] if name in parts else old.read(name)
            if content:
                new.writestr(name, content)
    return file.getvalue()


def sheet_xml(rows: str, before: str = "", after: str = "") -> bytes:
    return (
        '<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/'
        f'spreadsheetml/2006/main">{before}<sheetData>{rows}</sheetData>{after}</worksheet>'
    ).encode()


def with_shared(data: bytes, texts: bytes, parts: dict[str, bytes] | None = None) -> bytes:
    """The workbook with a part of shared texts, as Excel writes them and openpyxl does not."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        relations = archive.read(RELATIONS)
    kind = b"http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings"
    shared = b'<Relationship Id="rId9" Type="%s" Target="sharedStrings.xml"/>' % kind
    joined = relations.replace(b"</Relationships>", shared + b"</Relationships>")
    return rewritten(data, {RELATIONS: joined, SHARED: texts} | (parts or {}))
