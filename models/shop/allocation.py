"""Who gets what there is: in the order in which they asked, nobody half without consent.

Pure: claims in, shares out.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple


class Claim(NamedTuple):
    """What one line wants; `rank` is the member's tier, `at` its place in time."""

    id: int
    quantity: int
    at: int
    rank: int = 0
    splits: bool = False


class Allocation(NamedTuple):
    """How many shares each claim gets, by id; `spare` are left over."""

    given: dict[int, int]
    spare: int


def allocate(claims: Sequence[Claim], supply: int, *, tier_first: bool = False) -> Allocation:
    """Give out `supply` shares, earlier claims first.

    A claim that does not fit whole gets nothing, unless it may be split; a later
    one that fits is served. With `tier_first` a higher tier comes before an
    earlier call.

    Raises:
        ValueError: `supply` is below zero.
    """
    if supply < 0:
        raise ValueError(supply)
    left = supply
    given: dict[int, int] = {}
    for claim in sorted(claims, key=lambda c: (-c.rank if tier_first else 0, c.at, c.id)):
        fits = claim.quantity <= left
        given[claim.id] = claim.quantity if fits else (left if claim.splits else 0)
        left -= given[claim.id]
    return Allocation(given, left)


def full_cases(wanted: int, case_size: int | None) -> int:
    """How many of `wanted` shares fill whole cases; all of them where there is no case."""
    return wanted if case_size is None else wanted - wanted % case_size


def missing_for_case(wanted: int, case_size: int | None) -> int:
    """Shares missing until the next case is full; 0 at a full one, or without cases."""
    return 0 if case_size is None else -wanted % case_size
