"""`python -m emulator`: LINE on a port, for a shop whose processes run by themselves.

Time is real here; the shop's own `tick --now` and `deliver --now` move it.
"""

from __future__ import annotations

import signal
from datetime import UTC, datetime

import click

from emulator.platform import Platform
from emulator.posting import Poster
from emulator.server import Server

CAST = ("小美", "小林", "老闆")


@click.command()
@click.option("--port", type=int, default=8100, show_default=True)
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--webhook", default="http://127.0.0.1:8000/callback", show_default=True)
@click.option("--secret", envvar="LINE_CHANNEL_SECRET", required=True)
@click.option("--token", envvar="LINE_CHANNEL_ACCESS_TOKEN", required=True)
@click.option("--quota", type=int, default=3000, show_default=True, help="0: no limit")
@click.option("--people", default=",".join(CAST), show_default=True, help="names, by comma")
@click.option("--redelivery", is_flag=True, help="bring unanswered webhooks again")
def main(
    *,
    port: int,
    host: str,
    webhook: str,
    secret: str,
    token: str,
    quota: int,
    people: str,
    redelivery: bool,
) -> None:
    """Play LINE on this machine until Ctrl-C."""
    platform = Platform(
        clock=lambda: datetime.now(UTC),
        # during a rotation both are good; LINE signs with one
        secret=secret.partition(",")[0].strip(),
        token=token,
        quota=quota or None,
    )
    platform.webhook_url = webhook
    platform.webhook = Poster(lambda: platform.webhook_url)
    platform.redelivery = redelivery
    for name in filter(None, people.split(",")):
        platform.add_user(name.strip())
    try:
        server = Server(platform, host=host, port=port).start()
    except OSError as problem:
        raise click.ClickException(f"cannot listen on {host}:{port}: {problem}") from None
    # a shell that starts it in the background lets it ignore Ctrl-C
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.default_int_handler)
    click.echo(f"LINE is at {server.url}, webhooks go to {webhook}")
    try:
        signal.pause()
    except KeyboardInterrupt:
        server.stop()


if __name__ == "__main__":
    main()
