"""Pictures of the demo for the documents: `python -m tests.emulator.screenshots`.

They are drawn with the packaged font, so that they look the same on every machine.
"""

from __future__ import annotations

import io
import tempfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Locator, Page, Route, sync_playwright

from bot import richmenu
from emulator import story
from emulator.embedded import EmbeddedShop
from tests.emulator import broadcast_page, group_page
from tests.emulator.conftest import ARGUMENTS, chromium
from tests.emulator.demo_shop import clock
from tests.emulator.pages import watched
from tests.emulator.shop import phone, say

FOLDER = Path(__file__).parents[2] / "docs" / "screenshots"
FONT = "/packaged-font.otf"
STYLE = f"""
@font-face {{ font-family: Packaged; src: url({FONT}); }}
:root {{ --font: Packaged, sans-serif; --mono: Packaged, monospace; }}
"""
LARGEST = 300_000
COLOURS = 192
TALL = 1100  # the longest card is seen whole


def main() -> None:
    """Play the demo in a browser and write docs/screenshots/*.png."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        shop = EmbeddedShop(Path(folder), clock())
        people = story.cast(shop)
        try:
            shop.open()
            browser = playwright.chromium.launch(executable_path=chromium(), args=ARGUMENTS)
            with shop.serve(0) as server:
                story.tell(shop, people)
                take(browser, server.url)
            browser.close()
        finally:
            shop.close()


def take(browser: Browser, url: str) -> None:
    """After the story: the whole page, and what stands on 小美's phone."""
    with watched(browser, url, (1440, 900), device_scale_factor=2, bypass_csp=True) as page:
        dress(page)
        mine = phone(page, "小美")
        birthday = mine.locator(".fx-bubble").filter(has_text="生日快樂").last
        keep("birthday", birthday)
        say(page, "老闆", "/開團中")
        group_page.chat(page, "小林", story.GROUP)
        for word, name, title in (
            ("優惠券", "coupons", "8折"),
            ("點數", "points", "我的點數"),
            ("等級", "tier", "我的等級"),
            ("會員卡", "member-card", "團友團購 會員卡"),
        ):
            say(page, "小美", word)
            card = mine.locator(".fx-bubble").filter(has_text=title).last
            card.wait_for(state="visible")
            page.wait_for_timeout(500)  # scrolling comes to rest
            keep(name, mine if name == "coupons" else card)
        keep("page", page.locator("body"))
        page.set_viewport_size({"width": 1440, "height": TALL})
        group_page.buy(page, settled)
        broadcast_page.tell_everybody(page, settled)


def settled(name: str, place: Locator) -> None:
    """Keep a picture of what stands still."""
    place.page.mouse.move(0, 0)  # nothing is pointed at
    place.page.wait_for_timeout(500)  # scrolling comes to rest
    keep(name, place)


def dress(page: Page) -> None:
    """Have everything drawn with the packaged font."""

    def bring(route: Route) -> None:
        route.fulfill(path=richmenu.font_path(), content_type="font/otf")

    page.route(f"**{FONT}", bring)
    page.add_style_tag(content=STYLE)
    page.evaluate("document.fonts.load('16px Packaged', '團友')")
    page.evaluate("document.fonts.ready.then(() => true)")


def keep(name: str, place: Locator) -> None:
    """Write a picture, small enough for the repository."""
    place.scroll_into_view_if_needed()
    picture = Image.open(io.BytesIO(place.screenshot())).convert("RGB")
    if picture.width > 1600:
        picture = picture.resize(
            (picture.width // 2, picture.height // 2), Image.Resampling.LANCZOS
        )
    path = FOLDER / f"{name}.png"
    picture.quantize(COLOURS, dither=Image.Dither.NONE).save(path, optimize=True)
    size = path.stat().st_size
    if size > LARGEST:
        raise SystemExit(f"{path.name} has {size:,} bytes, more than {LARGEST:,}")
    print(f"{path.name}: {picture.width}x{picture.height}, {size:,} bytes")


if __name__ == "__main__":
    main()
