"""Before a process begins: its settings, rules and database are looked at, once.

What an operator can put right ends the start with one line that says how.
Later the same database may go away and come back; then it is waited for.
"""

from __future__ import annotations

import structlog
from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError, OperationalError, ProgrammingError

from bot import runtime, settings
from bot.settings import BadSetting, Settings
from bot.texts import refusal
from models import database, programme
from models.base import Refusal
from models.programme import BadProgramme

log = structlog.get_logger()

UPGRADE = "run `flask db upgrade`"
UNDEFINED = {"42P01", "42703"}  # PostgreSQL's codes for a table and a column


class NotReady(Exception):
    """One line that says what is missing and what to do."""


def read() -> Settings:
    """The settings of this process, checked together with what they point at.

    Raises:
        SystemExit: something is wrong; the one line goes to stderr.
    """
    try:
        found = settings.read()
        programme.load(found.programme)
        engine = runtime.connect(found)
        check(engine)
        engine.dispose()
    except Exception as error:
        said = sentence(error)
        if said is None:
            raise
        raise SystemExit(f"Error: {said}") from None
    return found


def check(engine: Engine) -> None:
    """Make sure that the database is there and at least as new as this code.

    A newer one is fine: the next release migrates while this one still runs.

    Raises:
        NotReady: it cannot be reached, is empty or old.
    """
    found = version(engine)
    if found is None:
        raise NotReady(f"the database has no tables: {UPGRADE}")
    if found < database.newest():
        raise NotReady(f"the database's tables are old: {UPGRADE}")
    if found > database.newest():
        log.info("database_is_newer", stands_at=found, known=database.newest())


def version(engine: Engine) -> str | None:
    """The migration the database stands at.

    Raises:
        NotReady: it cannot be reached.
    """
    try:
        with engine.connect() as connection:
            return database.version(connection)
    except DBAPIError as error:
        raise NotReady(_unusable(error)) from error


def sentence(error: Exception) -> str | None:
    """One line for what an operator can put right; None for anything else."""
    match error:
        case BadProgramme():
            said = f"PROGRAMME: {refusal(error)}"
        case Refusal():
            said = refusal(error)
        case BadSetting() | NotReady():
            said = str(error)
        case OperationalError() | ProgrammingError() if _misses_a_table(error):
            said = f"the database's tables are missing or old: {UPGRADE}"
        case OperationalError():
            said = _unusable(error)
        case _:
            return None
    return " ".join(said.split())


def _misses_a_table(error: DBAPIError) -> bool:
    code = getattr(error.orig, "sqlstate", None)
    return code in UNDEFINED or str(error.orig).startswith(("no such table", "no such column"))


def _unusable(error: DBAPIError) -> str:
    reason = str(error.orig).strip().partition("\n")[0]
    return f"the database cannot be used ({reason}): check DATABASE_URL, and that it runs"
