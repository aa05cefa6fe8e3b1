"""The list to hand goods out by: who gets what at which place, and how much of each there is.

Pure: it sorts and sums bags that were read already.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from models.shop.pickup_queries import Bag, Goods, in_turn


@dataclass(frozen=True)
class Place:
    """What is handed out at one place; "" where none was said."""

    name: str
    bags: tuple[Bag, ...]

    @cached_property
    def done(self) -> int:
        """How many were handed out; every card of the place says so."""
        return sum(bag.is_done for bag in self.bags)


def places(bags: Iterable[Bag]) -> list[Place]:
    """Bags by place, within it by slot and name; those that still wait come first."""
    found: dict[str, list[Bag]] = {}
    for bag in sorted(bags, key=lambda p: (p.place, p.is_done, *in_turn(p))):
        found.setdefault(bag.place, []).append(bag)
    return [Place(name, tuple(theirs)) for name, theirs in found.items()]


def totals(bags: Sequence[Bag]) -> list[Goods]:
    """How many of each item and choice, whoever they are for."""
    sums: Counter[Goods] = Counter()
    for bag in bags:
        for goods in bag.goods:
            sums[goods._replace(person="", quantity=0)] += goods.quantity
    return sorted(goods._replace(quantity=count) for goods, count in sums.items())
