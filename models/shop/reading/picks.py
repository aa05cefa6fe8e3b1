"""What was chosen: mentions of items and values, gathered until they name one thing.

A pick is what the words can mean together; `chosen` says which items that leaves,
`option` which value on which axis.
"""

from __future__ import annotations

from typing import NamedTuple

from models.shop.reading.lexicon import Lexicon
from models.shop.reading.parts import WHOLE, Ref

Choice = tuple[str | None, ...]
Chosen = tuple[int, Choice]


class Pick(NamedTuple):
    """Words that name something on offer; `every` means all there is, `kinds` how many of them."""

    mentions: tuple[frozenset[Ref], ...] = ()
    every: bool = False
    kinds: int | None = None

    def joined(self, refs: frozenset[Ref], lexicon: Lexicon) -> Pick | None:
        """This pick with another word to it; None if they cannot mean one thing."""
        grown = self._replace(mentions=(*self.mentions, refs))
        return grown if candidates(grown, lexicon) else None


def candidates(pick: Pick, lexicon: Lexicon) -> list[int]:
    """The items that every mention of the pick fits."""
    if not pick.mentions:
        return list(range(len(lexicon.items)))
    named = set.intersection(*({ref.item for ref in refs} for refs in pick.mentions))
    return [item for item in sorted(named) if choice(pick, item, lexicon) is not None]


def choice(pick: Pick, item: int, lexicon: Lexicon) -> Choice | None:
    """The values the pick gives `item`, None where it gives none; None if two share an axis."""
    values: list[str | None] = [None] * len(lexicon.axes(item))
    for refs in pick.mentions:
        mine = sorted((ref for ref in refs if ref.item == item), reverse=True)
        if not mine:
            return None
        if any(ref.axis == WHOLE for ref in mine) and len(mine) > 1:
            mine = [ref for ref in mine if ref.axis != WHOLE]
        free = [ref for ref in mine if ref.axis == WHOLE or values[ref.axis] in (None, ref.value)]
        repeated = [ref for ref in free if ref.axis != WHOLE and values[ref.axis] == ref.value]
        if not free or (repeated and len(free) == len(repeated)):
            return None
        ref = free[0]
        if ref.axis != WHOLE:
            values[ref.axis] = ref.value
    return tuple(values)


def names_item(pick: Pick) -> bool:
    """Whether the pick names an item, not only values."""
    return any(ref.axis == WHOLE for refs in pick.mentions for ref in refs)


def joined_option(values: Choice) -> str | None:
    """Values as a line has them; None for an item without axes."""
    return "/".join(value for value in values if value is not None) or None
