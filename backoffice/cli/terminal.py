"""What every command shares: the runtime, `--now`, JSON on stdout, refusals on stderr."""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import UTC, datetime
from functools import wraps
from typing import Any, ParamSpec, TypeVar

import click
import orjson
import structlog
from flask import current_app
from flask.cli import with_appcontext

from bot import logs, startup
from bot.account import Unavailable
from bot.runtime import Runtime
from models.base import TAIPEI

Parameters = ParamSpec("Parameters")
Result = TypeVar("Result")


class Instant(click.ParamType[datetime]):
    """An ISO time; without a zone it is Taipei's."""

    name = "ISO"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> datetime:
        if isinstance(value, datetime):
            return value
        try:
            at = datetime.fromisoformat(str(value))
        except ValueError:
            self.fail(f"{value!r} is not a time: give one like 2026-11-24T12:00", param, ctx)
        return (at if at.tzinfo else at.replace(tzinfo=TAIPEI)).astimezone(UTC)


now_option = click.option("--now", type=Instant(), help="Instead of the time it is.")
json_option = click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout.")


def runtime() -> Runtime:
    """The runtime of this command's app, closed when the command is over."""
    found: Runtime = current_app.extensions["runtime"]()
    click.get_current_context().call_on_close(found.close)
    return found


def desk() -> Runtime:
    """The same for commands that need no LINE: DATABASE_URL and SECRET_KEY are enough."""
    found: Runtime = current_app.extensions["desk"]()
    click.get_current_context().call_on_close(found.close)
    return found


def plainly(function: Callable[Parameters, Result]) -> Callable[Parameters, Result]:
    """Run in the app's context; say what can be put right in one line and exit with 1."""

    @wraps(function)
    def command(*args: Parameters.args, **kwargs: Parameters.kwargs) -> Result:
        if not structlog.is_configured():
            logs.configure()  # until the settings say how; stdout is for results
        try:
            return function(*args, **kwargs)
        except Unavailable as error:
            raise click.ClickException(str(error)) from None
        except Exception as error:
            said = startup.sentence(error)
            if said is None:
                raise
            raise click.ClickException(said) from None

    return with_appcontext(command)


def show(found: dict[str, Any], *, as_json: bool) -> None:
    """Print a result: as JSON, or as `name: value` lines."""
    if as_json:
        click.echo(orjson.dumps(found).decode())
        return
    for name, value in found.items():
        click.echo(f"{name}: {_plain(value)}")


def progress(doing: str, done: int, total: int) -> None:
    """How far a long job is, told on stderr: line by line, or in place on a terminal."""
    in_place = sys.stderr.isatty()
    end = "" if in_place and done < total else "\n"
    start = "\r" if in_place else ""
    click.echo(f"{start}{doing} {done:,} / {total:,}{end}", nl=False, err=True)


def _plain(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{name} {each}" for name, each in value.items()) or "-"
    return str(value)
