"""A page in a browser that may ask nobody but its own server, and may not complain."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page, Request


@contextmanager
def watched(browser: Browser, url: str, size: tuple[int, int], **more: Any) -> Iterator[Page]:
    """The chat page at `url`, open; what it did wrong is told at the end."""
    width, height = size
    context = browser.new_context(
        viewport={"width": width, "height": height},
        locale="zh-TW",
        timezone_id="Asia/Taipei",
        **more,
    )
    problems: list[str] = []

    def stay(asked: Request) -> None:
        if not asked.url.startswith((url, "blob:", "data:")):
            problems.append(f"asked {asked.url}")

    context.on("request", stay)
    opened = context.new_page()
    opened.set_default_timeout(30_000)
    opened.on("pageerror", lambda error: problems.append(str(error)))
    opened.on("console", lambda told: problems.append(told.text) if told.type == "error" else None)
    opened.goto(url)
    opened.locator(".phone").first.wait_for(state="attached")
    yield opened
    context.close()
    assert problems == []
