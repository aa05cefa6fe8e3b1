"""flask segment: who an expression means."""

from __future__ import annotations

from datetime import datetime

import click
from sqlalchemy import select

from backoffice.cli.terminal import desk, json_option, now_option, plainly, show
from models.insight import segments
from models.people.members import Member
from models.wholesale import wholesale


@click.command("segment")
@click.argument("expression")
@json_option
@now_option
@plainly
def segment(expression: str, as_json: bool, now: datetime | None) -> None:
    """Count and list the members EXPRESSION means, such as "金級 #母嬰 R>30".

    The size counts everybody; members are listed by LINE id, those who have one.
    """
    wired = desk()
    with wired.sessions() as session:
        meant = segments.parse(session, expression, wired.programme).members(now or wired.clock())
        rows = select(Member.line_user_id).where(Member.id.in_(meant)).order_by(Member.id)
        with wholesale(session):
            found = session.scalars(rows).all()
    listed = [line_id for line_id in found if line_id is not None]
    if as_json:
        result = {"expression": expression, "size": len(found), "members": listed}
        show(result, as_json=True)
        return
    click.echo(f"size: {len(found)}")
    for line_id in listed:
        click.echo(line_id)


COMMANDS = [segment]
