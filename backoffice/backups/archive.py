"""The file of a backup: a ZIP archive whose manifest is written last, when all else is in it."""

from __future__ import annotations

import contextlib
import hashlib
import os
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Any

import orjson

FORMAT = 1
MANIFEST = "manifest.json"
PIECE = 1024 * 1024


class BadBackup(Exception):
    """One line that says what is wrong with the file, or with the place for it."""


@dataclass
class Part:
    """One file in the archive: its checksum, and for a table its columns and rows."""

    sha256: str
    size: int
    rows: int | None = None
    columns: list[str] = field(default_factory=list)


@dataclass
class Manifest:
    """What a backup holds.

    `rows` counts by table; `key_mark` tells one SECRET_KEY from another.
    """

    kind: str
    revision: str
    made_at: datetime
    key_mark: str
    rows: dict[str, int] = field(default_factory=dict)
    parts: dict[str, Part] = field(default_factory=dict)
    format: int = FORMAT


class Writer:
    """Writes a backup beside its place, and puts it there once it is whole and on the disk."""

    def __init__(
        self, path: Path, kind: str, revision: str, *, made_at: datetime, key_mark: str
    ) -> None:
        self._path, self._unfinished = path, path.with_name(f".{path.name}.unfinished")
        self.folder = path.parent
        self.manifest = Manifest(kind, revision, made_at, key_mark)

    def __enter__(self) -> Writer:
        self._zip = zipfile.ZipFile(
            self._unfinished, "w", zipfile.ZIP_DEFLATED, allowZip64=True, compresslevel=3
        )
        return self

    def add(self, name: str, pieces: Iterable[bytes], columns: Iterable[str] = ()) -> Part:
        """One file from pieces as they come; returns it, to be told how many rows it has."""
        digest, size = hashlib.sha256(), 0
        with self._zip.open(name, "w", force_zip64=True) as file:
            for piece in pieces:
                digest.update(piece)
                size += len(piece)
                file.write(piece)
        part = Part(digest.hexdigest(), size, columns=list(columns))
        self.manifest.parts[name] = part
        return part

    def __exit__(
        self,
        kind: type[BaseException] | None,
        _error: BaseException | None,
        _traceback: TracebackType | None,
    ) -> None:
        try:
            if kind is None:
                self._zip.writestr(MANIFEST, orjson.dumps(asdict(self.manifest)))
            self._zip.close()
            if kind is None:
                with self._unfinished.open("rb") as file:
                    os.fsync(file.fileno())
                # holds what members said: for whoever made it only
                self._unfinished.chmod(0o600)
                self._unfinished.replace(self._path)
        finally:
            self._unfinished.unlink(missing_ok=True)


class Archive:
    """A backup that is read."""

    def __init__(self, file: zipfile.ZipFile, manifest: Manifest) -> None:
        self._file, self.manifest = file, manifest

    def verify(self) -> None:
        """Read everything once.

        Raises:
            BadBackup: something is not as it was written.
        """
        for name, part in self.manifest.parts.items():
            digest = hashlib.sha256()
            try:
                for piece in self.pieces(name):
                    digest.update(piece)
            except (zipfile.BadZipFile, KeyError, OSError, EOFError) as error:
                raise BadBackup(f"{name} in the backup cannot be read: use another") from error
            if digest.hexdigest() != part.sha256:
                raise BadBackup(f"{name} in the backup is not as it was written: use another")

    def pieces(self, name: str) -> Iterator[bytes]:
        """A file of the archive, piece by piece."""
        with self._file.open(name) as file:
            while piece := file.read(PIECE):
                yield piece


@contextlib.contextmanager
def reading(path: Path) -> Iterator[Archive]:
    """An archive to read.

    Raises:
        BadBackup: it is none.
    """
    try:
        with zipfile.ZipFile(path) as file:
            yield Archive(file, _manifest(file))
    except (zipfile.BadZipFile, KeyError, orjson.JSONDecodeError, TypeError) as error:
        raise BadBackup(f"{path.name} is no whole backup of a shop: use another") from error


def _manifest(file: zipfile.ZipFile) -> Manifest:
    told: dict[str, Any] = orjson.loads(file.read(MANIFEST))
    if told.get("format") != FORMAT:
        raise BadBackup("this backup is of a later release: restore it with that one")
    parts = {name: Part(**part) for name, part in told.pop("parts").items()}
    made_at = datetime.fromisoformat(told.pop("made_at"))
    return Manifest(**told, made_at=made_at, parts=parts)
