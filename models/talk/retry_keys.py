"""What LINE knows a push by for a day: UUIDs, written without the work of making them objects."""

from __future__ import annotations

from hashlib import sha1
from os import urandom
from uuid import UUID

VARIANT = dict(zip("0123456789abcdef", "89ab" * 4, strict=True))  # RFC 9562's in two bits of four


def new() -> str:
    """A random one, as `uuid4` makes them."""
    return _written(urandom(16).hex(), "4")


def of(space: UUID, name: str) -> str:
    """The same one for the same name, as `uuid5` makes them."""
    digest = sha1(space.bytes + name.encode(), usedforsecurity=False)
    return _written(digest.hexdigest(), "5")


def _written(digits: str, version: str) -> str:
    return (
        f"{digits[:8]}-{digits[8:12]}-{version}{digits[13:16]}"
        f"-{VARIANT[digits[16]]}{digits[17:20]}-{digits[20:32]}"
    )
