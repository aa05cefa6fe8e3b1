"""A shop's day in a real browser: a group-buy to its pickup, a broadcast to its result."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from emulator import story
from emulator.embedded import EmbeddedShop
from tests.emulator import broadcast_page, group_page
from tests.emulator.demo_shop import clock, wait_for
from tests.emulator.pages import watched

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The seeded shop with its cast in a group; the address of its page."""
    shop = EmbeddedShop(tmp_path_factory.mktemp("demo"), clock())
    people = story.cast(shop)
    try:
        shop.open()
        shop.appoint(people.boss.id)
        for person in people:
            shop.platform.follow(person.id)
            wait_for(shop, person.id, "歡迎加入")
        story.are_introduced(shop, people)
        shop.platform.add_group(story.GROUP, story.gathered(shop, people))
        with shop.serve(0) as server:
            yield server.url
    finally:
        shop.close()


@pytest.fixture
def page(browser: Browser, demo: str) -> Iterator[Page]:
    with watched(browser, demo, (1400, 900)) as opened:
        yield opened


def test_a_group_buy_goes_from_its_opening_to_points(page: Page) -> None:
    group_page.buy(page)

    points = group_page.asks(page, "小美", "點數", "我的點數")
    expect(points).to_contain_text("8 點")
    expect(points).to_contain_text("待入帳（取貨後可用）0 點")


def test_a_broadcast_goes_from_its_dry_run_to_its_result(page: Page) -> None:
    broadcast_page.tell_everybody(page)
