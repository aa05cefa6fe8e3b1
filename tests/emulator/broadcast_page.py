"""A broadcast on the chat page, from its dry run to its result: for its test and its pictures."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playwright.sync_api import expect

from tests.emulator.group_page import DIRECT, Keep, asks, chat, new_card, nothing, taps
from tests.emulator.shop import phone, say

if TYPE_CHECKING:
    from playwright.sync_api import Page

SAID = "{稱呼}早安，你有 {點數} 點。週末新品開賣，歡迎來看看！"
BROADCAST = f"/推播 好友 | {SAID} | 目標:回訪"


def tell_everybody(page: Page, keep: Keep = nothing) -> None:
    """Tried out, confirmed and undone; then sent, with a pause on its way."""
    chat(page, "老闆", DIRECT)
    chat(page, "小美", DIRECT)
    tried = asks(page, "老闆", BROADCAST, "推播試算")
    keep("broadcast-dry-run", tried)
    taps(page, "老闆", tried, "確認", "排好了")
    undone = asks(page, "老闆", "/復原", "已取消")
    expect(undone).to_contain_text("已送出0／")
    tried = asks(page, "老闆", BROADCAST, "推播試算")
    keep("broadcast-confirmed", taps(page, "老闆", tried, "確認", "排好了"))
    asks(page, "老闆", "/暫停", "已暫停")
    page.get_by_role("button", name="明天 09:00").click()
    expect(page.get_by_text("排程執行了")).to_be_visible()
    mine = phone(page, "小美").get_by_text("小美早安，你有")
    expect(mine).to_have_count(0)
    new_card(page, "老闆", "繼續送", lambda: say(page, "老闆", "/繼續"))
    expect(mine).to_have_count(1)
    number = _finished(page)
    keep("broadcast-result", asks(page, "老闆", f"/成效 {number}", "成效"))


def _finished(page: Page) -> str:
    """Wait until all of it is sent; the broadcast's number."""
    for _ in range(50):
        told = asks(page, "老闆", "/成效", "推播").text_content() or ""
        if "送完了" in told.partition("#")[2].partition("#")[0]:
            break
        page.wait_for_timeout(300)
    return told.partition("#")[2].partition(" ")[0]
