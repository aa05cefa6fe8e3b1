"""What LINE knows a push by for a day: UUIDs, written without the work of making them objects."""

from __future__ import annotations

from hashlib import md5
from os import urandom
from uuid import UUID

from sqlalchemy import ColumnElement, LargeBinary, Text, func, literal

# RFC 9562's in two bits of four
VARIANT = dict(zip("0123456789abcdef", "89ab" * 4, strict=True))


def new() -> str:
    """A random one, as `uuid4` makes them."""
    return _written(urandom(16).hex(), "4")


def of(space: UUID, name: str) -> str:
    """The same one for the same name, as `uuid3` makes them."""
    return _written(md5(space.bytes + name.encode(), usedforsecurity=False).hexdigest(), "3")


def digest(space: UUID, name: ColumnElement[str]) -> ColumnElement[str]:
    """What `selected` needs of a name; by itself, as it is read in several places."""
    encoded = func.convert_to(name, literal("UTF8", Text))
    return func.md5(literal(space.bytes, LargeBinary).concat(encoded))


def selected(digest: ColumnElement[str]) -> ColumnElement[str]:
    """The same as `of`, inside PostgreSQL."""
    among, written = "".join(VARIANT), "".join(VARIANT.values())
    variant = func.translate(func.substr(digest, 17, 1), among, written)
    return func.concat(
        *(func.substr(digest, 1, 8), "-", func.substr(digest, 9, 4), "-3"),
        *(func.substr(digest, 14, 3), "-", variant, func.substr(digest, 18, 3), "-"),
        func.substr(digest, 21, 12),
    )


def _written(digits: str, version: str) -> str:
    return (
        f"{digits[:8]}-{digits[8:12]}-{version}{digits[13:16]}"
        f"-{VARIANT[digits[16]]}{digits[17:20]}-{digits[20:32]}"
    )
