"""Backups: a shop in one file, and a shop made from one.

A file is a ZIP archive with everything the database holds at one moment, and a
manifest that says how much and with which checksums. It is made while the shop
runs. What is restored starts on hold: see `models/talk/restored.py`.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from sqlalchemy import Engine

from backoffice.backups import postgresql, sqlite
from backoffice.backups.archive import Archive, BadBackup, Manifest, Writer, reading
from models import database
from models.base import Vault
from models.programme import Programme
from models.talk import outbox_holds as holds
from models.talk import restored
from scheduler.campaign import CAMPAIGNS
from scheduler.jobs import CHORES
from scheduler.tick import tick

__all__ = ["Archive", "BadBackup", "Manifest", "make", "restore"]

KEY = "tuanyou/backup"


def make(engine: Engine, secret: str, path: Path, *, now: datetime) -> Manifest:
    """Write the whole shop to a new file; nothing is there unless all of it is.

    Raises:
        BadBackup: there is such a file, or the tables are not of this release.
    """
    if path.exists():
        raise BadBackup(f"{path} is there already: name another file")
    with engine.connect() as connection:
        revision = database.version(connection)
    if revision is None:
        raise BadBackup("the database has no tables: there is nothing to keep")
    kind = engine.dialect.name
    with Writer(path, kind, revision, made_at=now, key_mark=Vault(secret).mark(KEY)) as writer:
        (sqlite if kind == "sqlite" else postgresql).dump(engine, writer)
    return writer.manifest


def restore(url: str, secret: str, path: Path, *, now: datetime, programme: Programme) -> Manifest:
    """Make the empty shop at `url` the one of the file, on hold, and plan what was missed.

    Raises:
        BadBackup: the file is damaged or not meant for here, or the shop is not empty.
    """
    with reading(path) as archive:
        _check(archive.manifest, url, secret)
        archive.verify()
        if archive.manifest.kind == "sqlite":
            with sqlite.loaded(archive, url) as beside:
                _begin(beside, secret, archive.manifest, now=now, programme=programme)
        else:
            held = f"restored from {archive.manifest.made_at.isoformat()}"
            postgresql.load(
                archive,
                url,
                secret,
                # with what it holds back: whatever happens next, nothing goes out
                lambda session: holds.hold(session, holds.PUSHES, reason=held, now=now),
            )
            _begin(url, secret, archive.manifest, now=now, programme=programme)
        return archive.manifest


def _check(manifest: Manifest, url: str, secret: str) -> None:
    kind = database.address(url).get_backend_name()
    if manifest.kind != kind:
        raise BadBackup(f"this is a backup of {manifest.kind}: DATABASE_URL names {kind}")
    if manifest.revision > database.newest():
        raise BadBackup("this backup is of a later release: restore it with that one")
    if manifest.key_mark != Vault(secret).mark(KEY):
        raise BadBackup("this backup was made with another SECRET_KEY: set that one")


def _begin(
    url: str, secret: str, manifest: Manifest, *, now: datetime, programme: Programme
) -> None:
    """On hold, with today's tables, and with what was due since planned once."""
    database.upgrade(url)
    engine = database.connect(url)
    try:
        sessions = database.sessions(engine, secret)
        with sessions.begin() as session:
            restored.hold_back(session, made_at=manifest.made_at, now=now)
        tick(sessions, now=now, programme=programme, without=CHORES)
        with sessions.begin() as session:
            restored.planned_again(session, CAMPAIGNS, made_at=manifest.made_at, now=now)
    finally:
        engine.dispose()
