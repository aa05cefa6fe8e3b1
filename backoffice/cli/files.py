"""flask import: members and orders from a spreadsheet."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from backoffice import imports
from backoffice.cli.terminal import desk, json_option, now_option, plainly, progress
from backoffice.imports import BadFile, Rejection, Report
from models.people import audit

MAPPINGS = ["plain"]


@click.command("import")
@click.argument("kind", type=click.Choice(sorted(imports.KINDS)))
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--mapping", type=click.Choice(MAPPINGS), default="plain", help="Names of columns.")
@click.option("--commit", is_flag=True, help="Write; without it nothing is.")
@now_option
@json_option
@plainly
def bring_in(
    kind: str, file: Path, mapping: str, commit: bool, now: datetime | None, as_json: bool
) -> None:
    """Read FILE and report row by row; --commit writes everything or nothing."""
    try:
        report = _run(kind, file, commit=commit, now=now)
    except BadFile as refused:
        if as_json:
            click.echo(_unreadable(refused).json())
        raise
    click.echo(report.json() if as_json else _spoken(report))
    if report.ignored:
        # beside the JSON, whose form programs rely on
        click.echo(f"ignored columns: {', '.join(report.ignored)}", err=as_json)
    if report.rejected:
        raise click.exceptions.Exit(1)


def _run(kind: str, file: Path, *, commit: bool, now: datetime | None) -> Report:
    wired = desk()
    at = now or wired.clock()
    with wired.sessions() as session:
        report = imports.run(
            session,
            kind,
            file.read_bytes(),
            file.name,
            now=at,
            programme=wired.programme,
            commit=commit,
            progress=progress,
        )
        if report.committed:
            audit.record(
                session,
                actor="cli",
                action=f"import.{kind}",
                subject=file.name[:100],
                detail=f"{report.accepted} rows",
                now=at,
            )
            session.commit()
        else:
            session.rollback()
    return report


def _unreadable(refused: BadFile) -> Report:
    reason = Rejection(refused.row or 1, refused.column, refused.msgid, refused.values)
    return Report(0, 0, 0, (reason,), committed=False)


def _spoken(report: Report) -> str:
    lines = [
        f"{report.rows} rows: {report.accepted} to write, {report.unchanged} already there, "
        f"{len(report.rejected)} rejected"
    ]
    lines += [f"row {r.row}, {r.column or 'whole row'}: {r.reason}" for r in report.rejected[:50]]
    hidden = len(report.rejected) - 50
    if hidden > 0:
        lines.append(f"and {hidden} more")
    if report.committed:
        lines.append("written")
    elif report.rejected:
        lines.append("nothing was written: correct these rows and import the file again")
    else:
        lines.append("nothing was written: add --commit to write")
    return "\n".join(lines)


COMMANDS = [bring_in]
