"""XLSX: the first visible sheet of a workbook, row by row, as text.

openpyxl builds a tree of every part it opens, which a hostile file makes as
large as it likes; so the parts are scanned here, and openpyxl only says which
number formats are dates and which day a number is. A formula comes out as the
formula, never as the value it had: the importer refuses it.
"""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterator
from io import BytesIO
from typing import IO

from openpyxl.styles.numbers import is_date_format
from openpyxl.utils.datetime import MAC_EPOCH, WINDOWS_EPOCH

from backoffice.imports import markup
from backoffice.imports.report import BadFile
from backoffice.imports.sheet import Sheet
from models.base import N_

MAX_ENTRIES = 2_000
MAX_SHARED = 24 * 1024 * 1024
CENTRAL_ENTRY = b"PK\x01\x02"
DATE_FORMATS = {*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)}
UNREADABLE = (
    zipfile.BadZipFile, zlib.error, EOFError, KeyError, NotImplementedError, OSError,
    RuntimeError, ValueError, OverflowError,
)  # fmt: skip


def rows(data: bytes, widest: int, *, merged: bool = False) -> Iterator[tuple[int, list[str]]]:
    """Row number and cells, up to one cell more than `widest`; merged ones only if told so.

    Raises:
        BadFile: it is no workbook, or one that cannot be read safely.
    """
    try:
        yield from _rows(data, widest, merged)
    except UNREADABLE:
        raise markup.broken() from None


def _rows(data: bytes, widest: int, merged: bool) -> Iterator[tuple[int, list[str]]]:
    if data.count(CENTRAL_ENTRY) > MAX_ENTRIES:
        raise markup.too_much()
    with zipfile.ZipFile(BytesIO(data)) as archive:
        book = Book(archive)
        sheet = Sheet(book.shared(), book.dates(), book.epoch, widest, merged)
        with book.part(book.sheet) as part:
            for _step in sheet.scan(part):
                yield from sheet.take()


class Book:
    """What a workbook says about itself: its first visible sheet, texts and date styles."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        self._names = frozenset(archive.namelist())
        start = _Relations.of(self, "_rels/.rels").find("/officeDocument")
        path = start or "xl/workbook.xml"
        if path not in self._names:
            raise BadFile(N_("這不是 Excel 檔（.xlsx），請另存成 .xlsx 或 CSV UTF-8 再匯入。"))
        contents = _Contents()
        with self.part(path) as part:
            contents.finish(part)
        folder, _, name = path.rpartition("/")
        self._relations = _Relations.of(self, f"{folder}/_rels/{name}.rels", folder)
        self.epoch = MAC_EPOCH if contents.since_1904 else WINDOWS_EPOCH
        self.sheet = self._relations.targets.get(contents.first or "", "")

    def part(self, path: str, most: int = markup.MAX_PART) -> IO[bytes]:
        """One part, opened for reading; nothing in it is unpacked yet."""
        found = self._archive.getinfo(path)
        if found.file_size > most:
            raise markup.too_much()
        if found.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
            raise markup.broken()
        return self._archive.open(found)

    def has(self, path: str) -> bool:
        return path in self._names

    def shared(self) -> list[str]:
        """The texts that cells refer to by number."""
        texts = _Texts()
        if path := self._relations.find("/sharedStrings"):
            with self.part(path, MAX_SHARED) as part:
                texts.finish(part)
        return texts.found

    def dates(self) -> frozenset[int]:
        """The numbers of the cell styles that show a date."""
        styles = _Styles()
        if path := self._relations.find("/styles"):
            with self.part(path, MAX_SHARED) as part:
                styles.finish(part)
        return frozenset(styles.dates)


class _Relations(markup.Scanner):
    """A part's `.rels`: which other part an id means, and of what kind it is."""

    def __init__(self, folder: str) -> None:
        super().__init__()
        self._folder = folder
        self.targets: dict[str, str] = {}
        self._kinds: dict[str, str] = {}

    @classmethod
    def of(cls, book: Book, path: str, folder: str = "") -> _Relations:
        relations = cls(folder)
        if book.has(path):
            with book.part(path, markup.CHUNK * 16) as part:
                relations.finish(part)
        return relations

    def find(self, kind: str) -> str | None:
        return next((path for path, of in self._kinds.items() if of.endswith(kind)), None)

    def opened(self, name: str, attributes: markup.Attributes) -> None:
        if name == "Relationship":
            target = attributes.get("Target", "")
            path = target[1:] if target.startswith("/") else f"{self._folder}/{target}"
            self.targets[attributes.get("Id", "")] = path.lstrip("/")
            self._kinds[path.lstrip("/")] = attributes.get("Type", "")


class _Contents(markup.Scanner):
    def __init__(self) -> None:
        super().__init__()
        self.first: str | None = None
        self.since_1904 = False

    def opened(self, name: str, attributes: markup.Attributes) -> None:
        if name == "sheet" and self.first is None and attributes.get("state") in {None, "visible"}:
            ids = (text for key, text in attributes.items() if key.rpartition(":")[2] == "id")
            self.first = next(ids, "")
        elif name == "workbookPr":
            self.since_1904 = attributes.get("date1904") in {"1", "true", "on"}


class _Texts(markup.Scanner):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._parts: list[str] = []
        self._phonetic = False

    def opened(self, name: str, attributes: markup.Attributes) -> None:
        if name == "si":
            self._parts = []
        elif name == "rPh":
            self._phonetic = True
        elif name == "t" and not self._phonetic:
            self.listen()

    def closed(self, name: str) -> None:
        if name == "t" and self.listening:
            self._parts.append(self.heard())
        elif name == "rPh":
            self._phonetic = False
        elif name == "si":
            self.found.append("".join(self._parts))


class _Styles(markup.Scanner):
    def __init__(self) -> None:
        super().__init__()
        self.dates: set[int] = set()
        self._formats: set[str] = {str(number) for number in DATE_FORMATS}
        self._inside = False
        self._count = 0

    def opened(self, name: str, attributes: markup.Attributes) -> None:
        if name == "numFmt":
            code = attributes.get("formatCode", "")[:100]
            if is_date_format(code):
                self._formats.add(attributes.get("numFmtId", ""))
        elif name == "cellXfs":
            self._inside = True
        elif name == "xf" and self._inside:
            if attributes.get("numFmtId") in self._formats:
                self.dates.add(self._count)
            self._count += 1

    def closed(self, name: str) -> None:
        self._inside = self._inside and name != "cellXfs"
