"""The XML inside a spreadsheet, read in one pass that never holds more than it was asked to.

A few kilobytes of a hostile archive can unfold into gigabytes of XML, and a
tree of it would be larger still; so every part is streamed, and whatever no
spreadsheet program writes (a DOCTYPE, deep nesting, endless tags) ends it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import IO, Any
from xml.parsers import expat

from backoffice.imports.report import BadFile
from models.base import N_

CHUNK = 1 << 16
MAX_PART = 64 * 1024 * 1024
MAX_ELEMENTS = 4_000_000
MAX_DEPTH = 32
MAX_NAMES = 300
MAX_SILENCE = 8 * CHUNK
MAX_TEXT = 32_767

Attributes = dict[str, str]


class Scanner:
    """Walks through one XML part; subclasses say what to keep by `opened` and `closed`.

    `text` gathers what stands between tags while `listening` is true.
    """

    def __init__(self) -> None:
        self.listening = False
        self.text: list[str] = []
        self._length = 0
        self._elements = 0
        self._depth = 0
        self._fed = 0
        self._heard = 0
        self._names: set[str] = set()

    def opened(self, name: str, attributes: Attributes) -> None:
        """An element begins; `name` comes without its prefix."""

    def closed(self, name: str) -> None:
        """An element ends."""

    def listen(self) -> None:
        self.listening, self._length = True, 0
        self.text.clear()

    def heard(self) -> str:
        self.listening = False
        return "".join(self.text)

    def scan(self, part: IO[bytes]) -> Iterator[None]:
        """Read on, one chunk for each step, so that the caller can take what has gathered."""
        parser = self._parser()
        try:
            while chunk := part.read(CHUNK):
                self._fed += len(chunk)
                parser.Parse(chunk, False)
                if self._fed > MAX_PART or self._fed - self._heard > MAX_SILENCE:
                    raise too_much()
                yield
            parser.Parse(b"", True)
        except (expat.ExpatError, ValueError, LookupError):
            raise broken() from None
        yield

    def finish(self, part: IO[bytes]) -> None:
        """Read to the end."""
        for _step in self.scan(part):
            pass

    def _parser(self) -> expat.XMLParserType:
        parser = expat.ParserCreate(intern={})
        parser.buffer_text = True
        parser.StartDoctypeDeclHandler = _no_doctype
        parser.StartElementHandler = self._open
        parser.EndElementHandler = self._close
        parser.CharacterDataHandler = self._hear
        return parser

    def _open(self, name: str, attributes: Attributes) -> None:
        self._heard = self._fed
        self._elements += 1
        self._depth += 1
        if self._elements > MAX_ELEMENTS or self._depth > MAX_DEPTH:
            raise too_much()
        if name not in self._names or not attributes.keys() <= self._names:
            # the parser keeps every name it has met for as long as it lives
            self._names.update(attributes, [name])
            if len(self._names) > MAX_NAMES:
                raise too_much()
        self.opened(name.rpartition(":")[2], attributes)

    def _close(self, name: str) -> None:
        self._depth -= 1
        self.closed(name.rpartition(":")[2])

    def _hear(self, text: str) -> None:
        self._heard = self._fed
        if self.listening:
            self._length += len(text)
            if self._length > MAX_TEXT:
                raise too_much()
            self.text.append(text)


def too_much() -> BadFile:
    return BadFile(N_("Excel 檔展開後太大，請只留要匯入的工作表和欄位，另存成新的檔案再匯入。"))


def broken() -> BadFile:
    return BadFile(N_("Excel 檔讀不下去，可能已損壞；請另存成新的 .xlsx 或 CSV UTF-8 再匯入。"))


def _no_doctype(*_: Any) -> None:
    raise broken()
