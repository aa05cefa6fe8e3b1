"""flask ledger verify, doctor and richmenu push."""

from __future__ import annotations

import sys

import click
from flask.cli import AppGroup

from backoffice.cli.terminal import desk, plainly, progress, runtime

ledger = AppGroup("ledger", help="The books.")
richmenu = AppGroup("richmenu", help="The menu under the keyboard.")


@ledger.command("verify")
@plainly
def verify() -> None:
    """Prove that points, tiers and coupons add up; 1 if they don't."""
    from models.insight import invariants
    from scheduler.jobs import keep_faults

    wired = desk()
    with wired.sessions.begin() as session:
        faults = invariants.check(session, _tell)
        keep_faults(session, faults, now=wired.clock())
    for fault in faults:
        click.echo(fault, err=True)
    if faults:
        raise click.ClickException(f"{len(faults)} faults")
    click.echo("everything adds up")


def _tell(name: str, done: int, of: int) -> None:
    """Tell whoever watches how far it is; a shop of few members is done before they look."""
    if of > 1 and sys.stderr.isatty():
        progress(name.replace("_", " "), done, of)


@richmenu.command("push")
@plainly
def push() -> None:
    """Draw the menu from the commands, give it to LINE and make it everybody's."""
    from bot import richmenu as menus

    wired = runtime()
    click.echo(f"rich menu {menus.push(wired.settings, wired.programme.shop_name)} is everybody's")


@click.command()
@plainly
def doctor() -> None:
    """Check a real set-up and say what to do about each fault."""
    from backoffice import doctor as checkup

    findings = checkup.examine(runtime())
    for finding in findings:
        click.echo(f"{'ok  ' if finding.good else 'BAD '} {finding.what}: {finding.sentence}")
    if not all(finding.good for finding in findings):
        raise click.exceptions.Exit(1)


COMMANDS = [ledger, richmenu, doctor]
