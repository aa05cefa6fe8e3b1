"""What the reader is given and what it answers: items, lines and a reading.

`person` is who a line is for, as written; None is the writer. `option` joins the
values of the item's axes, in their order, with a slash.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from models.shop.reading.writing import each

Recogniser = Callable[[str], str | None]
OWN_NAMES = frozenset(each("老闆 老闆娘 團主 團媽 團爸 團友 小編 主揪 團長"))


class Chat(StrEnum):
    """Where something was written: before everybody, or to the shop alone."""

    GROUP = "group"
    DIRECT = "direct"


class Expect(StrEnum):
    """What a message turned out to be."""

    ORDER = "order"
    CHANGE = "change"
    CANCEL = "cancel"
    ASK = "ask"
    COMMAND = "command"
    NONE = "none"


class Missing(StrEnum):
    """What must be asked before a wish can be carried out."""

    ITEM = "item"
    OPTION = "option"
    QUANTITY = "quantity"
    UNIT = "unit"
    PERSON = "for"
    INTENT = "intent"
    TARGET = "target"


class Op(StrEnum):
    """How a line of a change is meant: as the new total, or as more or fewer."""

    SET = "set"
    DELTA = "delta"


@dataclass(frozen=True)
class Item:
    """One thing that can be ordered; `options` are its axes with their values, in order.

    `price` is whole TWD; `option_aliases` are other words for a value, `option_prices`
    the values that cost something else.
    """

    code: str
    name: str
    unit: str
    price: int
    aliases: tuple[str, ...] = ()
    options: tuple[tuple[str, tuple[str, ...]], ...] = ()
    option_aliases: tuple[tuple[str, tuple[str, ...]], ...] = ()
    option_prices: tuple[tuple[str, int], ...] = ()


class Line(NamedTuple):
    """A quantity of one item; `op` only in a change."""

    item: str
    option: str | None
    quantity: int
    person: str | None = None
    op: Op | None = None


@dataclass(frozen=True)
class Setting:
    """Where a message was written, and what its reader may know.

    `items` are what is open there; `quotes` the code of the item whose card is quoted,
    `quotes_chat` whether ordinary chat is; `writer` and `names` are who writes and whom
    the group knows; `recognise` gives the canonical command that a text calls.
    """

    items: tuple[Item, ...]
    chat: Chat = Chat.GROUP
    had: tuple[Line, ...] = ()
    quotes: str | None = None
    quotes_chat: bool = False
    writer: str = ""
    names: frozenset[str] = frozenset()
    shop: frozenset[str] = OWN_NAMES
    recognise: Recogniser | None = None


@dataclass(frozen=True)
class Reading:
    """How a message reads; `missing` only for ask, `command` only for command."""

    expect: Expect
    lines: tuple[Line, ...] = ()
    missing: Missing | None = None
    command: str | None = None


NONE = Reading(Expect.NONE)


class Unclear(Exception):
    """A wish that must not be guessed; ends the reading with a question."""

    def __init__(self, missing: Missing) -> None:
        super().__init__(missing)
        self.missing = missing
