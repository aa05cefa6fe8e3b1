"""A real browser for the chat page; only where there is no Chromium may its tests be skipped.

The fixture lives as long as one module: Playwright keeps an event loop running in this
thread, which other modules' coroutines would trip over.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from emulator.server import Server
from tests.emulator.pages import watched
from tests.emulator.shop import Shop

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

MISSING = "no Chromium: install it, or name it in CHROMIUM"
ARGUMENTS = [
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--lang=zh-TW",
]


def chromium() -> str | None:
    """Where Chromium is: CHROMIUM, else where Debian and others put it."""
    named = os.environ.get("CHROMIUM")
    return named or shutil.which("/usr/bin/chromium") or shutil.which("chromium")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    program = chromium()
    if program is None:
        if os.environ.get("TUANYOU_NO_SKIP"):
            pytest.fail(MISSING)
        pytest.skip(MISSING)
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=program, args=ARGUMENTS)
        yield started
        started.close()


@pytest.fixture
def shop() -> Iterator[Shop]:
    """A shop whose LINE is served over HTTP; `shop.url` is the chat page."""
    made = Shop()
    with Server(made.platform, time_travel=made.travel) as server:
        made.url = server.url
        yield made


@pytest.fixture
def viewport() -> tuple[int, int]:
    return (1400, 900)


@pytest.fixture
def page(browser: Browser, shop: Shop, viewport: tuple[int, int]) -> Iterator[Page]:
    """The chat page, open; it may ask nobody else and may not complain."""
    with watched(browser, shop.url, viewport) as opened:
        yield opened
