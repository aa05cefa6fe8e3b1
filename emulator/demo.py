"""`bin/demo`: a seeded shop with LINE played on this machine, no account and no settings.

Plays a short conversation in the terminal, and serves the chat page until
Ctrl-C; with --once it ends after the conversation.
"""

from __future__ import annotations

import contextlib
import errno
import os
import signal
import sys
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path

import click

from bot import logs
from emulator import story
from emulator.embedded import EmbeddedShop
from emulator.server import Server

TICK = 30.0  # seconds between looks at the clock


@click.command()
@click.option("--once", is_flag=True, help="End after the conversation.")
@click.option(
    "--port", envvar="PORT", type=click.IntRange(0, 65535), default=8000, show_default=True
)
def main(once: bool, port: int) -> None:
    """Try the shop out."""
    logs.configure(quiet=True)
    # a shell that starts it in the background lets it ignore Ctrl-C
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.default_int_handler)
    with tempfile.TemporaryDirectory(prefix="tuanyou-demo-") as folder:
        status = run(EmbeddedShop(Path(folder)), None if once else port)
    sys.exit(status)


def run(shop: EmbeddedShop, port: int | None) -> int:
    """Play in this shop; the exit status: 0, or 1 if a step went wrong."""
    try:
        _play(shop, port)
    except story.NotAsExpected as problem:
        click.echo(f"\n不如預期：{problem}", err=True)
        return 1
    except KeyboardInterrupt:
        click.echo("\n再見。")
    return 0


def _play(shop: EmbeddedShop, port: int | None) -> None:
    people = story.cast(shop)
    with contextlib.ExitStack() as opened:
        server = opened.enter_context(serving(shop, port)) if port is not None else None
        click.echo("準備一家有一年生意的團購店……")
        opened.callback(shop.close)
        shop.open()
        story.tell(shop, people)
        sent, quota = shop.platform.quota_used, shop.platform.quota
        click.echo(f"\n每一步都如預期。本月已主動發送 {sent:,} 則，額度 {quota:,} 則。")
        if server is not None:
            click.echo(f"\n聊天頁面：{server.url}/ （小美、小林、老闆）。按 Ctrl-C 結束。")
            _keep_ticking(shop)


@contextlib.contextmanager
def serving(shop: EmbeddedShop, port: int) -> Iterator[Server]:
    """The chat page on a port; taken before anything else is done."""
    server = shop.serve(port)
    try:
        server.start()
    except OSError as problem:
        reason = os.strerror(problem.errno or errno.EADDRINUSE)
        raise click.ClickException(
            f"port {port} cannot be used ({reason}): name another one, as in PORT=8001 bin/demo"
        ) from None
    try:
        yield server
    finally:
        server.stop()


def _keep_ticking(shop: EmbeddedShop) -> None:
    waiting = threading.Event()
    while not waiting.wait(TICK):
        shop.tick()


if __name__ == "__main__":
    main()
