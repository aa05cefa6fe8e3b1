"""The demo in a real browser: what members tap, what they see, and how soon."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Locator, expect

from emulator import story
from emulator.embedded import EmbeddedShop
from tests.emulator.demo_shop import NOON, clock, wait_for
from tests.emulator.pages import watched
from tests.emulator.pictures import picture
from tests.emulator.shop import phone, say

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

SOON = 1.0  # seconds from a tap to its card
TRIES = 3  # the machine may be busy with something else
MENU = ("團購", "我的訂單", "會員卡", "優惠券", "客服", "說明")


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[EmbeddedShop, str]]:
    """The seeded shop with its cast, and the address of its page."""
    shop = EmbeddedShop(tmp_path_factory.mktemp("demo"), clock())
    people = story.cast(shop)
    try:
        shop.open()
        shop.appoint(people.boss.id)
        for person in people:
            shop.platform.follow(person.id)
            wait_for(shop, person.id, "歡迎加入")
        with shop.serve(0) as server:
            yield shop, server.url
    finally:
        shop.close()


@pytest.fixture
def page(browser: Browser, demo: tuple[EmbeddedShop, str]) -> Iterator[Page]:
    with watched(browser, demo[1], (1400, 900)) as opened:
        yield opened


def tapped(place: Locator, share: tuple[float, float]) -> None:
    """Tap a picture at these parts of its width and height."""
    place.scroll_into_view_if_needed()
    box = place.bounding_box()
    assert box
    place.click(position={"x": box["width"] * share[0], "y": box["height"] * share[1]})


def menu(page: Page, name: str, word: str) -> None:
    """Tap the rich menu's area for this word; typing had put the menu away."""
    column, row = MENU.index(word) % 3, MENU.index(word) // 3
    area = phone(page, name).get_by_role("group", name="選單")
    bar = phone(page, name).get_by_role("button", name="選單", exact=True)
    if bar.get_attribute("aria-expanded") == "false":  # waits until the page has drawn it
        bar.click()
    tapped(area, (column / 3 + 1 / 6, row / 2 + 1 / 4))


def answered(page: Page, name: str, word: str, title: str) -> float:
    """Tap the menu and wait for the card with this title; how long that took."""
    cards = phone(page, name).locator(".fx-bubble").filter(has_text=title)
    before = cards.count()
    started = time.monotonic()
    menu(page, name, word)
    cards.nth(before).wait_for(state="visible")
    return time.monotonic() - started


def test_the_cast_sits_side_by_side(page: Page) -> None:
    for name, label in (("小美", "會員"), ("小林", "會員"), ("老闆", "主辦")):
        expect(phone(page, name)).to_be_visible()
        expect(phone(page, name)).to_contain_text(label)


@pytest.mark.parametrize(
    ("word", "title"),
    [("會員卡", "團友團購 會員卡"), ("說明", "看訂單進度")],
)
def test_a_card_is_there_within_a_second_of_the_tap(page: Page, word: str, title: str) -> None:
    taken = [answered(page, "小美", word, title) for _ in range(TRIES)]

    assert min(taken) < SOON, taken


def test_a_member_taps_from_card_to_points_to_coupons(
    page: Page, demo: tuple[EmbeddedShop, str]
) -> None:
    mine = phone(page, "小美")
    say(page, "小美", "生日 11/28")
    expect(mine.get_by_text("新客禮送給你")).to_be_visible()

    menu(page, "小美", "會員卡")
    card = mine.locator(".fx-bubble").filter(has_text="團友團購 會員卡").last
    expect(card).to_contain_text("小美")
    expect(card).to_contain_text("銅級")
    expect(card).to_contain_text("再消費 NT$3,000 → 銀級")
    card.get_by_role("button", name="點數").click()
    points = mine.locator(".fx-bubble").filter(has_text="我的點數").last
    expect(points).to_contain_text("0 點")
    points.get_by_role("button", name="點數明細").click()
    expect(mine.get_by_text("還沒有點數紀錄")).to_be_visible()
    mine.get_by_role("group", name="快速回覆").get_by_role("button", name="會員卡").click()
    expect(card).to_be_visible()
    menu(page, "小美", "優惠券")
    wallet = mine.locator(".fx-bubble").filter(has_text="我的優惠券").last
    expect(wallet).to_contain_text("2 張")
    mine.locator(".fx-bubble").filter(has_text="8折").last.get_by_role(
        "button", name="使用"
    ).click()
    expect(mine.get_by_text("請給店家看這個券號")).to_be_visible()


def test_help_begins_the_command_on_the_keyboard(page: Page) -> None:
    mine = phone(page, "小林")
    menu(page, "小林", "說明")

    mine.get_by_text("設定怎麼稱呼你：稱呼 小美").last.click()

    expect(mine.get_by_label("輸入訊息")).to_have_value("稱呼 ")
    expect(mine.get_by_text("請這樣輸入：稱呼 小美")).to_be_visible()


def test_time_travel_brings_the_birthday_offer(page: Page, demo: tuple[EmbeddedShop, str]) -> None:
    shop, _ = demo
    mine = phone(page, "小美")
    say(page, "小美", "生日 11/28")
    expect(mine.get_by_text("生日").last).to_be_visible()
    mine.click(position={"x": 5, "y": 5})

    page.get_by_role("button", name="下一個生日").click()

    expect(mine.get_by_text("小美，生日快樂！")).to_be_visible(timeout=60_000)
    expect(page.get_by_text("已到", exact=False).first).to_contain_text("11/28")
    assert shop.clock() > NOON
    expect(phone(page, "小林").get_by_text("生日快樂")).to_have_count(0)
    mine.get_by_role("button", name="看我的優惠券").last.click()
    expect(mine.get_by_text("銅級生日券 NT$50").last).to_be_visible()


def test_a_picture_from_the_chat_is_seen_in_the_broadcast_that_names_it(page: Page) -> None:
    boss = phone(page, "老闆")
    chosen = {"name": "a.png", "mimeType": "image/png", "buffer": picture()}
    boss.locator("input[type=file]").first.set_input_files(chosen)
    expect(boss.get_by_text("圖片收好了")).to_be_visible()

    say(page, "老闆", "/推播 全部 | 圖:上一張")
    expect(boss.get_by_text("推播試算")).to_be_visible()

    shown = boss.get_by_role("img", name="照片").last
    shown.scroll_into_view_if_needed()
    page.wait_for_function("seen => seen.naturalWidth === 800", arg=shown.element_handle())
    assert "/p/" in (shown.get_attribute("src") or "")
