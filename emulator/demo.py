"""`bin/demo`: a seeded shop with LINE played on this machine, no account and no settings.

Plays a short conversation in the terminal, then serves the chat page until
Ctrl-C; with --once it ends after the conversation.
"""

from __future__ import annotations

import signal
import sys
import tempfile
from pathlib import Path

import click

from bot import logs
from emulator import story
from emulator.embedded import EmbeddedShop
from emulator.terminal import Phone


@click.command()
@click.option("--once", is_flag=True, help="End after the conversation.")
@click.option("--port", envvar="PORT", type=int, default=8000, show_default=True)
def main(once: bool, port: int) -> None:
    """Try the shop out."""
    logs.configure(quiet=True)
    with tempfile.TemporaryDirectory(prefix="tuanyou-demo-") as folder:
        shop = EmbeddedShop(Path(folder))
        click.echo("準備一家有一年生意的團購店……")
        shop.open()
        try:
            cast = story.tell(shop)
            if not once:
                _serve(shop, cast, port)
        except story.NotAsExpected as problem:
            click.echo(f"\n不如預期：{problem}", err=True)
            sys.exit(1)
        finally:
            shop.close()
    click.echo("\n每一步都如預期。")


def _serve(shop: EmbeddedShop, cast: tuple[Phone, ...], port: int) -> None:
    try:
        server = shop.serve(port).start()
    except OSError as problem:
        raise click.ClickException(
            f"port {port} cannot be used ({problem.strerror}): try PORT=8001 bin/demo"
        ) from None
    names = "、".join(phone.name for phone in cast)
    click.echo(f"\n聊天頁面：{server.url}/ （{names}）。按 Ctrl-C 結束。")
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        signal.pause()
    except KeyboardInterrupt:
        click.echo()
    finally:
        server.stop()


if __name__ == "__main__":
    main()
