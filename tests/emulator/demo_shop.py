"""The demo's shop for tests: its clock runs from a fixed noon."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from emulator.embedded import EmbeddedShop
from emulator.travel import MovableClock

NOON = datetime(2026, 11, 24, 4, tzinfo=UTC)


def clock() -> MovableClock:
    """From Tuesday noon in Taipei on, as fast as time goes."""
    started = time.monotonic()
    return MovableClock(lambda: NOON + timedelta(seconds=time.monotonic() - started))


@contextmanager
def opened(folder: Path) -> Iterator[EmbeddedShop]:
    """A seeded shop at work."""
    shop = EmbeddedShop(folder, clock())
    try:
        shop.open()
        yield shop
    finally:
        shop.close()


def heard(shop: EmbeddedShop, person: str) -> str:
    """All that somebody has heard so far."""
    messages = shop.platform.heard(person)
    return "\n".join(str(each.get("text") or each.get("altText")) for each in messages)


def wait_for(shop: EmbeddedShop, person: str, words: str, seconds: float = 20.0) -> None:
    """Until somebody has heard these words."""
    deadline = time.monotonic() + seconds
    while words not in heard(shop, person):
        assert time.monotonic() < deadline, f"{words!r} not in {heard(shop, person)!r}"
        time.sleep(0.02)
