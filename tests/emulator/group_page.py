"""A group-buy on the chat page, from /開團 to the pickup: for its test and its pictures."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from playwright.sync_api import expect

from emulator.story import GROUP
from tests.emulator.shop import phone, say

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

OFFER = "/開團 手工鳳梨酥12入 420 限60盒 成團2 今晚9點結單 取貨明天 社區管理室"
TITLE = "手工鳳梨酥12入"
DIRECT = "1 對 1"
Keep = Callable[[str, "Locator"], None]


def nothing(_name: str, _place: Locator) -> None:
    """Keep no picture."""


def buy(page: Page, keep: Keep = nothing) -> None:
    """小美 orders by the card's button and 小林 by typing; 小美 pays and picks up."""
    number = _open(page, keep)
    _order(page, number, keep)
    _pay(page, number, keep)
    _pick_up(page, number, keep)


def chat(page: Page, name: str, title: str) -> Locator:
    """Turn somebody's phone to this chat; the phone."""
    tab = phone(page, name).get_by_role("group", name="聊天室").get_by_role("button", name=title)
    tab.click()
    expect(tab).to_have_attribute("aria-pressed", "true")
    return phone(page, name)


def asks(page: Page, name: str, words: str, answer: str) -> Locator:
    """Somebody writes this; the new card that says `answer`."""
    return new_card(page, name, answer, lambda: say(page, name, words))


def taps(page: Page, name: str, card: Locator, label: str, answer: str) -> Locator:
    """Somebody taps a button of a card; the new card that says `answer`."""
    button = card.get_by_role("button", name=label, exact=True)
    return new_card(page, name, answer, button.click)


def new_card(page: Page, name: str, words: str, act: Callable[[], object]) -> Locator:
    """The card with these words that was not there before the act."""
    cards = phone(page, name).locator(".fx-bubble").filter(has_text=words)
    before = cards.count()
    act()
    expect(cards.nth(before)).to_be_visible()
    return cards.nth(before)


def _open(page: Page, keep: Keep) -> str:
    chat(page, "老闆", DIRECT)
    preview = asks(page, "老闆", OFFER, "要開這一團嗎")
    keep("opening-preview", phone(page, "老闆"))
    card = taps(page, "老闆", preview, "確認", TITLE)
    number = (card.locator(".fx-header").text_content() or "").partition("第 ")[2].split(" ")[0]
    chat(page, "老闆", GROUP)
    asks(page, "老闆", f"/貼團 {number}", TITLE)
    return number


def _order(page: Page, number: str, keep: Keep) -> None:
    mine, lins = chat(page, "小美", GROUP), chat(page, "小林", GROUP)
    offered = mine.locator(".fx-bubble").filter(has_text=TITLE).last
    keep("offer", offered)
    offered.get_by_role("button", name="+1", exact=True).click()
    expect(mine.get_by_text(f"{TITLE}：目前 1 份")).to_be_visible()
    say(page, "小林", "+1")
    expect(lins.locator(".row-own").last).to_contain_text("+1")
    keep("group-chat", mine)
    chat(page, "小林", DIRECT)
    expect(asks(page, "小林", f"訂單 {number}-2", TITLE)).to_contain_text("1 盒")
    chat(page, "小美", DIRECT)
    quote = asks(page, "小美", f"{number} 幫媽媽+1", "請確認訂單")
    keep("quote", quote)
    keep("order", taps(page, "小美", quote, "確認", "訂好了"))
    asks(page, "小美", "我的訂單", "還要付")
    keep("my-orders", phone(page, "小美"))


def _pay(page: Page, number: str, keep: Keep) -> None:
    chat(page, "老闆", DIRECT)
    preview = asks(page, "老闆", f"/結單 {number}", "要結單嗎")
    keep("closing-preview", preview)
    taps(page, "老闆", preview, "確認", "已結單")
    keep("payment-report", asks(page, "小美", "匯款 12345", "收到匯款回報"))
    preview = asks(page, "老闆", "/收款 小美", "收款：小美")
    keep("receiving", preview)
    new_card(page, "小美", "已核對", lambda: taps(page, "老闆", preview, "確認", "已收款：小美"))


def _pick_up(page: Page, number: str, keep: Keep) -> None:
    preview = asks(page, "老闆", f"/到貨 {number}", "到貨了嗎")
    confirm = preview.get_by_role("button", name="確認", exact=True)
    keep("arrived", new_card(page, "小美", "到貨了，可以取貨", confirm.click))
    keep("doorstep", asks(page, "老闆", f"/分貨單 {number}", "小美"))
    preview = asks(page, "老闆", f"/取貨 {number}-1", TITLE)
    keep("picking-up", preview)
    preview.get_by_role("button", name="確認", exact=True).click()
    expect(phone(page, "老闆").get_by_text("取貨完成").last).to_be_visible()
