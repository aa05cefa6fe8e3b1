"""Utterances as JSON lines: what was said where, and how it reads.

The first line holds the catalogues by name, and who is who; every other line is
a text with its context, the name of what is open there, and what the writer had.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

from models.shop.reading import Chat, Item, Line, Op, Reading, Recogniser, Setting

WRITER = re.compile(r"^(\S+) writes every line")
MEMBERS = re.compile(r"[;；]\s*(.+?) (?:are|is an)(?: other)? members?")


class BrokenLine(ValueError):
    """One sentence that names the line and what is wrong with it."""

    def __init__(self, number: int, reason: str) -> None:
        super().__init__(f"line {number}: {reason}")


@dataclass(frozen=True)
class Catalogues:
    """What may be open, by name, and whom the lines know."""

    items: dict[str, tuple[Item, ...]]
    writer: str = ""
    names: frozenset[str] = frozenset()


def catalogues(raw: bytes) -> Catalogues:
    """The first line.

    Raises:
        BrokenLine: it holds no catalogues, or one of them is not readable.
    """
    line = _object(raw, 1)
    named = line.get("catalogues")
    if not isinstance(named, dict) or not named:
        raise BrokenLine(1, "it must hold the catalogues")
    try:
        items = {name: tuple(map(_item, each)) for name, each in named.items()}
        said = str((line.get("conventions") or {}).get("writer", ""))
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise BrokenLine(1, f"a catalogue is not readable: {error!r}") from None
    writer, members = WRITER.match(said), MEMBERS.search(said)
    names = re.split(r"[,、]\s*", members[1]) if members else []
    return Catalogues(items, writer[1] if writer else "", frozenset(names))


def utterance(
    raw: bytes, number: int, known: Catalogues, recognise: Recogniser
) -> tuple[str, Setting]:
    """A later line: its text, and the setting to read it in.

    Raises:
        BrokenLine: it is no JSON object, or something in it is missing or unknown.
    """
    line = _object(raw, number)
    text, offers = line.get("text"), line.get("offers")
    if not isinstance(text, str):
        raise BrokenLine(number, "text must be a string")
    if not isinstance(offers, str) or offers not in known.items:
        raise BrokenLine(number, f"offers must name a catalogue, not {offers!r}")
    try:
        setting = Setting(
            known.items[offers],
            Chat(str(line.get("context"))),
            tuple(_line(each) for each in line.get("had") or ()),
            quotes=line.get("quotes") or None,
            quotes_chat=bool(line.get("quotes_text")),
            writer=known.writer,
            names=known.names,
            recognise=recognise,
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise BrokenLine(number, f"context, had or quotes is not readable: {error!r}") from None
    return text, setting


def answer(reading: Reading) -> dict[str, Any]:
    """A reading as one JSON object; `missing` only where something must be asked."""
    found: dict[str, Any] = {
        "expect": reading.expect.value,
        "lines": [_written(line) for line in reading.lines],
        "command": reading.command,
    }
    if reading.missing is not None:
        found["missing"] = reading.missing.value
    return found


def _object(raw: bytes, number: int) -> dict[str, Any]:
    try:
        found = json.loads(raw)
    except (ValueError, RecursionError):
        raise BrokenLine(number, "it is no JSON") from None
    if not isinstance(found, dict):
        raise BrokenLine(number, "it is no JSON object")
    return found


def _item(said: dict[str, Any]) -> Item:
    return Item(
        code=str(said["code"]),
        name=str(said["name"]),
        unit=str(said["unit"]),
        price=int(said["price"]),
        aliases=tuple(map(str, said.get("aliases") or ())),
        options=tuple(
            (str(axis), tuple(map(str, values)))
            for axis, values in (said.get("options") or {}).items()
        ),
        option_aliases=tuple(
            (str(value), tuple(map(str, words)))
            for value, words in (said.get("option_aliases") or {}).items()
        ),
        option_prices=tuple(
            (str(value), int(price)) for value, price in (said.get("option_prices") or {}).items()
        ),
    )


def _line(said: dict[str, Any]) -> Line:
    person, option = said.get("for"), said.get("option")
    return Line(
        str(said["item"]),
        None if option is None else str(option),
        int(said["quantity"]),
        None if person is None else str(person),
        Op(said["op"]) if said.get("op") else None,
    )


def _written(line: Line) -> dict[str, Any]:
    found: dict[str, Any] = {
        "item": line.item,
        "option": line.option,
        "quantity": line.quantity,
        "for": line.person,
    }
    if line.op is not None:
        found["op"] = line.op.value
    return found
