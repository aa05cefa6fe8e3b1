"""flask roles add."""

from __future__ import annotations

import click
from flask.cli import AppGroup

from backoffice.cli.terminal import plainly, runtime
from bot.settings import USER_ID
from models.people import audit
from models.people import roles as grants
from models.people.roles import Role

roles = AppGroup("roles", help="Who looks after the shop.")
GRANTED = [Role.OWNER.value, Role.ORGANISER.value, Role.SUPPORT.value]


@roles.command("add")
@click.argument("line_id")
@click.argument("role", type=click.Choice(GRANTED))
@plainly
def add(line_id: str, role: str) -> None:
    """Give LINE_ID (U and 32 digits) a role; they need not be a friend yet."""
    if not USER_ID.fullmatch(line_id):
        raise click.ClickException(
            f"{line_id} is not a LINE user id: it is U and 32 digits 0-9 a-f"
        )
    wired = runtime()
    now = wired.clock()
    with wired.sessions.begin() as session:
        grants.grant(session, line_id, Role(role), by="cli", now=now)
        audit.record(
            session, actor="cli", action="role.grant", subject=line_id, detail=role, now=now
        )
    click.echo(f"{line_id} is {role}")


COMMANDS = [roles]
