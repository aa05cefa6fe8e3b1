"""Terminal commands, all under `flask`: one module for each kind of thing they do."""

from __future__ import annotations

from flask import Flask

from backoffice.cli import (
    backups,
    checks,
    database,
    files,
    messages,
    orders,
    people,
    running,
    segments,
)


def register(app: Flask) -> None:
    """Add every command to the app."""
    for module in (database, running, people, files, messages, orders, segments, checks, backups):
        for command in module.COMMANDS:
            app.cli.add_command(command)
