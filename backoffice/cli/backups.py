"""flask backup, restore, hold, release: a shop in one file, and messages that wait."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click
from sqlalchemy.orm import Session

from backoffice.backups.archive import BadBackup
from backoffice.cli.terminal import Instant, desk, json_option, plainly, show
from models.people import audit
from models.talk import outbox_holds, restored


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@json_option
@plainly
def backup(file: Path, as_json: bool) -> None:
    """Write the whole shop to FILE, while it runs."""
    from backoffice import backups

    wired = desk()
    try:
        made = backups.make(wired.engine, wired.settings.secret_key, file, now=wired.clock())
    except (BadBackup, OSError) as refused:
        raise click.ClickException(str(refused)) from None
    show({"rows": sum(made.rows.values()), "revision": made.revision}, as_json=as_json)


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@plainly
def restore(file: Path) -> None:
    """Make an empty database the shop of FILE; nothing is pushed until it is released."""
    from backoffice import backups
    from models.insight import invariants

    wired = desk()
    wired.engine.dispose()
    settings, now = wired.settings, wired.clock()
    key, programme = settings.secret_key, wired.programme
    try:
        made = backups.restore(settings.database_url, key, file, now=now, programme=programme)
    except (BadBackup, OSError) as refused:
        raise click.ClickException(str(refused)) from None
    with wired.sessions.begin() as session:
        audit.record(
            session,
            actor="cli",
            action="shop.restore",
            subject=file.name[:100],
            detail=f"made at {made.made_at.isoformat()}",
            now=now,
        )
        faults = invariants.check(session)
    click.echo(f"{sum(made.rows.values()):,} rows as they were at {made.made_at.isoformat()}")
    for fault in faults:
        click.echo(fault, err=True)
    if faults:
        raise click.ClickException(f"{len(faults)} faults in the books; nothing is pushed")
    click.echo("everything adds up; answers go out, pushes wait for `flask release pushes`")


@click.command()
@click.option("--restored-from", type=Instant(), required=True, help="When the backup was made.")
@plainly
def hold(restored_from: datetime) -> None:
    """Let no push go out, after a backup was restored by other means."""
    wired = desk()
    now = wired.clock()
    with wired.sessions.begin() as session:
        restored.hold_back(session, made_at=restored_from, now=now)
        _audit(session, "messages.hold", outbox_holds.PUSHES, now)
    click.echo("pushes wait for `flask release pushes`")


@click.command()
@click.argument("scope", required=False)
@plainly
def release(scope: str | None) -> None:
    """Let what waits on hold SCOPE go out; without one, list the holds."""
    wired = desk()
    with wired.sessions.begin() as session:
        found = outbox_holds.holds(session)
        if scope is None:
            for each in found:
                click.echo(f"{each.scope}: {each.reason} (since {each.since.isoformat()})")
            if not found:
                click.echo("nothing is on hold")
            return
        if scope not in {each.scope for each in found}:
            raise click.ClickException(f"{scope} is not on hold: `flask release` lists what is")
        freed = outbox_holds.lift(session, scope)
        _audit(session, "messages.release", scope, wired.clock())
    wired.wakeups.ring("outbox")
    click.echo(f"{scope} released, {freed} messages go on")


def _audit(session: Session, action: str, scope: str, now: datetime) -> None:
    audit.record(session, actor="cli", action=action, subject=scope, now=now)


COMMANDS = [backup, restore, hold, release]
