"""flask db upgrade."""

from __future__ import annotations

import click
from flask.cli import AppGroup

from backoffice.cli.terminal import plainly
from bot import runtime, settings, startup
from models import database

db = AppGroup("db", help="The database's tables.")


@db.command("upgrade")
@plainly
def upgrade() -> None:
    """Bring the tables up to date; nothing happens if they are."""
    found = settings.read(for_real=False, keyed=False)
    engine = runtime.connect(found)
    startup.version(engine)  # one line if it cannot be reached
    engine.dispose()
    database.upgrade(found.database_url)
    click.echo("the database is up to date")


COMMANDS = [db]
