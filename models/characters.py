"""Simplified and traditional characters, whichever somebody writes.

zhconv leaves the file of its tables open, which Python warns of; so they are read once, quietly.
"""

from __future__ import annotations

import warnings
from functools import cache, lru_cache

import zhconv


def traditional(text: str) -> str:
    """Simplified characters made traditional, phrase by phrase."""
    return text if text.isascii() else _converted(text, "zh-hant")


def simplified(text: str) -> str:
    """Traditional characters made simplified, phrase by phrase."""
    return text if text.isascii() else _converted(text, "zh-hans")


@lru_cache(maxsize=256)  # a text is asked for again by the next who reads it
def _converted(text: str, into: str) -> str:
    _load()
    return str(zhconv.convert(text, into))


@cache
def _load() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        zhconv.convert("说", "zh-hant")
