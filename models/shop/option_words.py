"""What an organiser wants of an item's options, read: 加 尺寸:XL 480, 刪 XL, 改 XL 特大.

Pure. What is wanted is kept as plain lists, so that its opposite can be remembered.
"""

from __future__ import annotations

import re
from enum import StrEnum
from typing import Any, NamedTuple

from models.shop.opening_items import LONGEST_VALUE, MANY_VALUES, MOST_VALUES, BadTerms

WHOLE = re.compile(r"(加|新增|刪|刪除|移除|改|改名)選項[ :]*(.*)", re.DOTALL)
AXIS, COSTS = r"(?:([^:,、 ]{1,10}):)?", r"(?: (?:NT)?\$?(\d{1,7})元?)?"
ADD = re.compile(rf"(?:加|新增|增加)[ :]*{AXIS}([^ ]+){COSTS}")
DROP = re.compile(r"(?:刪除|刪|移除|去掉)[ :]*(\S+)")
RENAME = re.compile(r"(?:改名|改)[ :]*(\S+?)(?: |->|→|改成|為)+(\S+)")
BETWEEN = re.compile(r"[,、/|]")


class Act(StrEnum):
    """What is done to options."""

    ADD = "add"
    DROP = "drop"
    RENAME = "rename"


class Edit(NamedTuple):
    """One change of an item's options.

    ADD: these `values` of an `axis` ("" is the only one there is), each for `price` NT$
    where that is not the usual, at a place of the axis (None: last); DROP: the values;
    RENAME: the first of them becomes the second.
    """

    act: Act
    values: tuple[str, ...]
    axis: str = ""
    price: int | None = None
    at: int | None = None

    def plain(self) -> list[Any]:
        """As it is remembered."""
        return [self.act.value, list(self.values), self.axis, self.price, self.at]


def from_plain(kept: list[Any]) -> Edit:
    """What `plain` kept."""
    act, values, axis, price, at = kept
    return Edit(Act(act), tuple(values), axis, price, at)


def normal(text: str) -> str:
    """加選項 XL as 選項 加 XL."""
    found = WHOLE.fullmatch(text)
    return f"選項 {found[1]} {found[2]}" if found else text


def read(rest: str) -> Edit | None:
    """What is wanted, None if that is not understood.

    Raises:
        BadTerms: too many values, or too long ones.
    """
    if found := RENAME.fullmatch(rest):
        return _checked(Edit(Act.RENAME, (found[1], found[2])))
    if found := DROP.fullmatch(rest):
        return Edit(Act.DROP, _values(found[1]))
    if found := ADD.fullmatch(rest):
        price = int(found[3]) if found[3] else None
        return _checked(Edit(Act.ADD, _values(found[2]), found[1] or "", price))
    return None


def _values(said: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(value for value in BETWEEN.split(said) if value))


def _checked(edit: Edit) -> Edit:
    longest = max((len(value) for value in edit.values), default=LONGEST_VALUE + 1)
    if len(edit.values) > MOST_VALUES or longest > LONGEST_VALUE:
        axis = edit.axis or edit.values[0][:LONGEST_VALUE] if edit.values else edit.axis
        raise BadTerms(MANY_VALUES, axis=axis, most=MOST_VALUES, longest=LONGEST_VALUE)
    if edit.act is Act.RENAME and BETWEEN.search("".join(edit.values)):
        raise BadTerms(MANY_VALUES, axis=edit.values[0], most=MOST_VALUES, longest=LONGEST_VALUE)
    return edit
