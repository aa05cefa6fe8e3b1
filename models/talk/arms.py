"""Which arm of a comparison a member is in: which variant they get, or nothing at all.

It depends on the two ids alone: however often a part is planned again, and
whether here or inside PostgreSQL, nobody changes sides.
"""

from __future__ import annotations

from hashlib import md5

from sqlalchemy import BigInteger, ColumnElement, Text, case, cast, func, literal
from sqlalchemy.dialects.postgresql import BIT

BUCKETS = 100
DIGITS = 15  # of the digest, in hexadecimal: as many as a number of 64 bits holds for certain

Arm = int | None  # the variant's place, or None: held back


def arm(number: int, member_id: int, *, held_back: int, variants: int) -> Arm:
    """The arm of a member in the broadcast of this number; `held_back` is of a hundred."""
    digest = md5(f"{number}:{member_id}".encode(), usedforsecurity=False).hexdigest()
    rest, bucket = divmod(int(digest[:DIGITS], 16), BUCKETS)
    return None if bucket < held_back else rest % variants


def drawn(number: int, member_id: ColumnElement[int]) -> ColumnElement[int]:
    """What `selected` needs of a member; by itself, as it is read twice."""
    digest = func.md5(func.concat(literal(f"{number}:", Text), member_id))
    digits = func.concat(literal("x", Text), func.substr(digest, 1, DIGITS))
    return cast(cast(digits, BIT(4 * DIGITS)), BigInteger)


def selected(drawn: ColumnElement[int], *, held_back: int, variants: int) -> ColumnElement[Arm]:
    """The same as `arm`, inside PostgreSQL; NULL is held back."""
    return case((drawn % BUCKETS >= held_back, drawn // BUCKETS % variants))
