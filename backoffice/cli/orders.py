"""flask orders parse: how utterances read, without a shop or a database."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from typing import Any, BinaryIO

import click
from flask.cli import AppGroup

from backoffice import utterances
from backoffice.cli.terminal import plainly
from bot import spoken
from models.shop.reading import read

orders = AppGroup("orders", help="What members write to order.")


@orders.command("parse")
@plainly
def parse() -> None:
    """Read utterances from stdin, JSON lines with the catalogues first; one reading a line.

    Ends with 1 at the first line that cannot be read, so that what was printed
    stands line by line for what came before it.
    """
    lines = sys.stdin.buffer
    try:
        for found in _answers(lines):
            _print(found)
    except utterances.BrokenLine as broken:
        raise click.ClickException(str(broken)) from None


def _answers(lines: BinaryIO) -> Iterator[dict[str, Any]]:
    known = utterances.catalogues(lines.readline())
    for number, raw in enumerate(lines, 2):
        if raw.strip():
            text, setting = utterances.utterance(raw, number, known, spoken.recognise)
            yield utterances.answer(read(text, setting))


def _print(found: dict[str, Any]) -> None:
    click.echo(json.dumps(found, ensure_ascii=False).encode("utf-8", "replace"))


COMMANDS = [orders]
