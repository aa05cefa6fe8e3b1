"""Claims of one member that one payment may settle together, by what they come to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from itertools import combinations
from typing import TypeAlias

from models.shop.payment_facts import Claim, Deposit

Bundle: TypeAlias = tuple[Claim, ...]
Edges: TypeAlias = Mapping[Deposit, Sequence[Bundle]]

MOST_CLAIMS = 10


def bundles(claims: Sequence[Claim]) -> Iterator[Bundle]:
    """Every way to pay some of a member's claims; of very many, each alone or all at once."""
    if len(claims) <= MOST_CLAIMS:
        for size in range(1, len(claims) + 1):
            yield from combinations(claims, size)
        return
    yield from ((claim,) for claim in claims)
    yield tuple(claims)


def due(bundle: Bundle) -> int:
    return sum(claim.due for claim in bundle)


def ids(bundle: Bundle) -> tuple[str, ...]:
    return tuple(claim.id for claim in bundle)


def best(edges: Edges) -> dict[Deposit, Bundle]:
    """The assignment that settles most claims, then uses most deposits, then the earliest.

    Each deposit and each claim is used once at most; `edges` are in order.
    Where there are too many to try everything, the earliest that fit are taken.
    """
    deposits = list(edges)
    claims = sorted({claim.id for options in edges.values() for some in options for claim in some})
    if len(claims) > MOST_CLAIMS:
        return _earliest(edges)
    bit = {claim: 1 << number for number, claim in enumerate(claims)}

    def mask(bundle: Bundle) -> int:
        return sum(bit[claim.id] for claim in bundle)

    @cache
    def value(number: int, used: int) -> tuple[int, int]:
        """How many claims and deposits can still be put together from a deposit on."""
        if number == len(deposits):
            return (0, 0)
        return max(
            value(number + 1, used),
            *(
                _plus(value(number + 1, used | mask(bundle)), len(bundle))
                for bundle in edges[deposits[number]]
                if not used & mask(bundle)
            ),
            (-1, -1),
        )

    chosen: dict[Deposit, Bundle] = {}
    used = 0
    for number, deposit in enumerate(deposits):
        for bundle in edges[deposit]:
            free = not used & mask(bundle)
            after = used | mask(bundle)
            reached = _plus(value(number + 1, after), len(bundle)) if free else (-1, -1)
            if free and reached == value(number, used):
                chosen[deposit], used = bundle, after
                break
    return chosen


def _plus(value: tuple[int, int], claims: int) -> tuple[int, int]:
    return (value[0] + claims, value[1] + 1)


def _earliest(edges: Edges) -> dict[Deposit, Bundle]:
    chosen: dict[Deposit, Bundle] = {}
    used: set[Claim] = set()
    for deposit, options in edges.items():
        free = next((bundle for bundle in options if not used.intersection(bundle)), None)
        if free is not None:
            chosen[deposit] = free
            used.update(free)
    return chosen
