"""How organisers write amounts of goods: `A 20 B 12`, `A黑L 5`, `湯圓 -5` -> kinds and numbers.

A label is looked for whole before its last digits are taken for a number, so
that an item or size called by a number is found.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from typing import NamedTuple

from models.base import N_, Refusal
from models.shop.supply_totals import SupplyLine

NUMBER = re.compile(r"(?:[x×*]|少|缺)?([+-]?\d{1,6})[^\d\s]{0,2}", re.ASCII)
SEPARATORS = re.compile(r"[\s,，、;；:：]+")


class UnreadAmount(Refusal):
    def __init__(self, said: str, usage: str) -> None:
        super().__init__(
            N_("看不懂「{said}」，請寫代號和數量，例如「{usage}」。"), said=said[:30], usage=usage
        )


class WhichOption(Refusal):
    """An item has options, and it was not said which of them."""

    def __init__(self, name: str, options: Sequence[str]) -> None:
        super().__init__(
            N_("「{name}」要寫是哪一種：{options}。"), name=name, options="、".join(options)
        )


class Amount(NamedTuple):
    """So many of a kind."""

    line: SupplyLine
    quantity: int


def amounts(said: str, known: Sequence[SupplyLine], usage: str) -> list[Amount]:
    """Every kind named, with its number.

    Raises:
        UnreadAmount: a word is neither one of these kinds nor a number for one.
        WhichOption: an item was named that has several options.
    """
    plain = unicodedata.normalize("NFKC", said)
    found: list[Amount] = []
    label = ""
    for word in filter(None, SEPARATORS.split(plain)):
        number = NUMBER.fullmatch(word)
        if label and number and not _kinds(label + word, known):
            found.append(Amount(_one(label, known, usage), int(number[1])))
            label = ""
            continue
        label += word
        glued = _glued(label, known)
        if glued is not None:
            found.append(Amount(_one(glued[0], known, usage), glued[1]))
            label = ""
    if label or not found:
        raise UnreadAmount(label or said, usage)
    return found


def _glued(label: str, known: Sequence[SupplyLine]) -> tuple[str, int] | None:
    """Label and number written as one word, the longest label that means something."""
    if _kinds(label, known):
        return None
    for end in range(len(label) - 1, 0, -1):
        number = NUMBER.fullmatch(label[end:])
        if number and _kinds(label[:end], known):
            return label[:end], int(number[1])
    return None


def _one(label: str, known: Sequence[SupplyLine], usage: str) -> SupplyLine:
    kinds = _kinds(label, known)
    if not kinds:
        raise UnreadAmount(label, usage)
    if len(kinds) > 1:
        raise WhichOption(kinds[0].item.name, [f"{k.item.code}{k.option}" for k in kinds])
    return kinds[0]


def _kinds(label: str, known: Sequence[SupplyLine]) -> list[SupplyLine]:
    """The kinds that a label names: one by code or name with option, all of an item without."""
    key = _key(label)
    exact = [
        each
        for each in known
        if key in (_key(each.item.code + each.option), _key(each.item.name + each.option))
    ]
    if exact:
        return exact[:1]
    return [each for each in known if key in (_key(each.item.code), _key(each.item.name))]


def _key(text: str) -> str:
    return re.sub(r"[\s/]+", "", unicodedata.normalize("NFKC", text)).casefold()
