"""SQLite: its own online copy, taken while others write, and put in place when it is ready."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import Engine

from backoffice.backups.archive import PIECE, Archive, BadBackup, Writer
from models import database

NAME = "shop.db"
BESIDE = ("", "-wal", "-shm", "-journal")


def dump(engine: Engine, writer: Writer) -> None:
    """Copy the database as it is at this moment."""
    copy = writer.folder / f".{NAME}.{writer.manifest.made_at:%Y%m%dT%H%M%S%f}"
    source = engine.raw_connection()
    try:
        with contextlib.closing(sqlite3.connect(copy)) as target:
            connection: sqlite3.Connection = source.driver_connection  # type: ignore[assignment]
            connection.backup(target)
            target.execute("PRAGMA journal_mode = DELETE")
            _sound(target)
            writer.manifest.rows = counted(target)
        writer.add(NAME, _pieces(copy))
    finally:
        source.close()
        remove(copy)


@contextlib.contextmanager
def loaded(archive: Archive, url: str) -> Iterator[str]:
    """The backup as a database beside its place; it is put there when all went well.

    Raises:
        BadBackup: there is a shop in its place already.
    """
    place = Path(str(database.address(url).database))
    place.parent.mkdir(parents=True, exist_ok=True)
    if place.exists():
        with contextlib.closing(sqlite3.connect(place)) as there:
            if any(counted(there).values()):
                raise BadBackup("there is a shop in this database: restore into an empty one")
    beside = place.with_name(f".{place.name}.restoring")
    remove(beside)
    try:
        with beside.open("wb") as file:
            for piece in archive.pieces(NAME):
                file.write(piece)
        with contextlib.closing(sqlite3.connect(beside)) as copy:
            _sound(copy)
            if counted(copy) != archive.manifest.rows:
                raise BadBackup("the backup does not hold what it says: use another")
        yield f"sqlite:///{beside}"
        with contextlib.closing(sqlite3.connect(beside)) as copy:
            copy.execute("PRAGMA journal_mode = DELETE")
        remove(place)
        beside.replace(place)
    finally:
        remove(beside)


def counted(connection: sqlite3.Connection) -> dict[str, int]:
    """How many rows each table has."""
    names = connection.execute(
        "SELECT name FROM sqlite_master WHERE type = 'table'"
        " AND name NOT LIKE 'sqlite_%' AND name <> 'alembic_version' ORDER BY name"
    ).fetchall()
    return {
        name: connection.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0]  # noqa: S608
        for (name,) in names
    }


def remove(path: Path) -> None:
    """A database and what SQLite keeps beside it."""
    for ending in BESIDE:
        path.with_name(path.name + ending).unlink(missing_ok=True)


def _sound(connection: sqlite3.Connection) -> None:
    told = connection.execute("PRAGMA integrity_check").fetchone()[0]
    if told != "ok":
        raise BadBackup(f"SQLite finds the database damaged: {told}")


def _pieces(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while piece := file.read(PIECE):
            yield piece
