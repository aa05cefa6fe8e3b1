"""Fair draws that anybody can repeat: the seed is promised before and shown after.

Before the draw the shop shows `commitment(seed)`, afterwards the seed. Everybody
who takes part has a rank of their own, `rank(seed, number)`; the lowest ranks
win. So nobody's chance depends on who else takes part or in which order they
are listed, and the shop cannot choose another seed once it has seen the result.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable


def new_seed() -> str:
    """128 random bits in hex: nobody can try them all."""
    return secrets.token_hex(16)


def commitment(seed: str) -> str:
    """SHA-256 of the seed, in hex: shown before the draw, it tells nothing of the seed."""
    return hashlib.sha256(seed.encode()).hexdigest()


def rank(seed: str, number: int) -> str:
    """Where somebody with this number stands: SHA-256 of `seed:number`, in hex; low wins."""
    return hashlib.sha256(f"{seed}:{number}".encode()).hexdigest()


def draw(seed: str, numbers: Iterable[int], places: int) -> list[int]:
    """The winners, the first first; all of them if there are no more than places."""
    return sorted(set(numbers), key=lambda number: rank(seed, number))[:places]
