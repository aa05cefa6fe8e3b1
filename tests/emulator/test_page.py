"""The chat page in a real browser: what members see on their phones and what a tap does."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.emulator.cards import LONG, button, flex, member_card, text_message, words_of
from tests.emulator.shop import Shop, phone, say

OVERFLOWING = """
bubble => {
  const frame = bubble.getBoundingClientRect();
  const outside = [...bubble.querySelectorAll("*")].filter(node => {
    const box = node.getBoundingClientRect();
    return box.width > 0 && (box.left < frame.left - 1 || box.right > frame.right + 1
      || box.top < frame.top - 1 || box.bottom > frame.bottom + 1);
  });
  const cut = [...bubble.querySelectorAll(".fx-text-inner, .fx-button-label")]
    .filter(node => node.scrollWidth > node.clientWidth + 1);
  return [...outside, ...cut].map(node => node.className + ": " + node.textContent);
}
"""
WIDTHS = "node => [node.scrollWidth, node.clientWidth]"


@pytest.mark.parametrize("size", ["nano", "micro", "deca", "hecto", "kilo", "mega", "giga"])
def test_a_card_shows_all_its_words_inside_its_bubble(shop: Shop, page: Page, size: str) -> None:
    card = member_card(size, LONG, narrow=size in ("nano", "micro"))
    shop.push(shop.mei, flex(card))

    bubble = phone(page, "小美").locator(".fx-bubble")

    for words in words_of(card):
        expect(bubble.get_by_text(words, exact=True).first).to_be_visible()
    assert bubble.evaluate(OVERFLOWING) == []


def test_a_line_too_long_for_its_card_is_noticed(shop: Shop, page: Page) -> None:
    card = member_card()
    card["body"]["contents"].append({"type": "text", "text": LONG})
    shop.push(shop.mei, flex(card))

    bubble = phone(page, "小美").locator(".fx-bubble")

    expect(bubble).to_be_visible()
    assert len(bubble.evaluate(OVERFLOWING)) == 1


def test_a_carousel_scrolls_sideways_within_its_phone(shop: Shop, page: Page) -> None:
    shop.push(shop.mei, flex({"type": "carousel", "contents": [member_card()] * 5}))
    mine = phone(page, "小美")
    expect(mine.locator(".fx-bubble")).to_have_count(5)

    mine.get_by_role("button", name="下一張").click()

    expect(mine.get_by_role("button", name="上一張")).to_be_visible()
    inner, outer = mine.locator(".timeline").evaluate(WIDTHS)
    assert inner == outer


def test_a_button_brings_its_postback_to_the_shop(shop: Shop, page: Page) -> None:
    shop.answers["點數明細"] = [text_message("你有 1,240 點")]
    shop.push(shop.mei, flex(member_card()))
    mine = phone(page, "小美")

    mine.get_by_role("button", name="點數明細").click()

    expect(mine.get_by_text("你有 1,240 點")).to_be_visible()
    expect(mine.locator(".row-own .bubble")).to_have_text("點數明細")
    expect(mine.locator(".row-own .read")).to_have_text("已讀")
    assert shop.heard[-1]["postback"] == {"data": "點數明細"}


def test_a_card_can_be_pressed_from_the_keyboard(shop: Shop, page: Page) -> None:
    shop.answers["看全部"] = [text_message("全部在這裡")]
    whole = {"type": "message", "label": "全部", "text": "看全部"}
    shop.push(shop.mei, flex({**member_card(), "action": whole}))

    phone(page, "小美").locator(".fx-bubble").press("Enter")

    expect(phone(page, "小美").get_by_text("全部在這裡")).to_be_visible()
    assert shop.texts() == ["看全部"]


def test_a_date_picked_from_a_button_reaches_the_shop(shop: Shop, page: Page) -> None:
    shop.answers["生日"] = [text_message("記下了")]
    picker = {"type": "datetimepicker", "data": "生日", "mode": "date", "initial": "1990-01-01"}
    card = member_card()
    card["footer"]["contents"].append(button("選生日", picker))
    shop.push(shop.mei, flex(card))

    phone(page, "小美").get_by_role("button", name="選生日").click()
    expect(page.get_by_role("dialog").get_by_label("選生日")).to_have_value("1990-01-01")
    page.get_by_role("dialog").get_by_label("選生日").fill("1992-03-05")
    page.get_by_role("button", name="確定").click()

    expect(phone(page, "小美").get_by_text("記下了")).to_be_visible()
    assert shop.heard[-1]["postback"] == {"data": "生日", "params": {"date": "1992-03-05"}}


def test_a_link_is_shown_before_it_is_opened(shop: Shop, page: Page) -> None:
    before = len(shop.heard)
    address = "https://shop.example/rules"
    card = member_card()
    card["footer"]["contents"].append(button("規則", {"type": "uri", "uri": address}))
    shop.push(shop.mei, flex(card))

    phone(page, "小美").get_by_role("button", name="規則").click()

    expect(page.get_by_role("dialog").get_by_role("link")).to_have_attribute("href", address)
    assert len(shop.heard) == before


def test_quick_replies_leave_with_the_next_message(shop: Shop, page: Page) -> None:
    shop.answers["點數"] = [text_message("你有 0 點")]
    shop.push(shop.mei, text_message("想看什麼？", "點數", "等級"))
    chips = phone(page, "小美").get_by_role("group", name="快速回覆")
    expect(chips.get_by_role("button")).to_have_text(["點數", "等級"])

    chips.get_by_role("button", name="點數").click()

    expect(phone(page, "小美").get_by_text("你有 0 點")).to_be_visible()
    expect(chips).to_be_hidden()
    assert shop.texts() == ["點數"]


def test_each_part_of_the_menu_says_its_command(shop: Shop, page: Page) -> None:
    shop.answers["優惠券"] = [text_message("你有 3 張")]
    shop.set_menu("會員卡", "點數", "優惠券")
    menu = phone(page, "小美").get_by_role("group", name="會員選單")
    expect(menu).to_be_visible()
    frame = menu.bounding_box()
    assert frame

    page.mouse.click(frame["x"] + frame["width"] * 5 / 6, frame["y"] + frame["height"] / 2)

    expect(phone(page, "小美").get_by_text("你有 3 張")).to_be_visible()
    assert shop.texts() == ["優惠券"]
    phone(page, "小美").get_by_role("button", name="會員選單").click()
    expect(menu).to_be_hidden()


def test_enter_chooses_characters_before_it_sends(shop: Shop, page: Page) -> None:
    shop.answers["點數"] = [text_message("你有 0 點")]
    field = phone(page, "小美").get_by_label("輸入訊息")
    field.focus()
    keyboard = page.context.new_cdp_session(page)
    keyboard.send(
        "Input.imeSetComposition", {"text": "點數", "selectionStart": 2, "selectionEnd": 2}
    )

    field.press("Enter")
    still_there = field.input_value()
    keyboard.send("Input.insertText", {"text": "點數"})
    field.press("Enter")

    assert still_there.startswith("點數")
    expect(phone(page, "小美").get_by_text("你有 0 點")).to_be_visible()
    assert shop.texts() == ["點數"]


def test_what_people_write_is_never_markup(shop: Shop, page: Page) -> None:
    nasty = "<img src=x onerror=alert(1)><b>粗</b>"
    shop.answers[nasty] = [text_message(nasty), flex(member_card(name=nasty), alt=nasty)]

    say(page, "小美", nasty)

    expect(phone(page, "小美").locator(".bubble")).to_have_text([nasty, nasty])
    expect(phone(page, "小美").locator(".fx-header")).to_have_text(nasty)
    expect(page.locator(".timeline b, .timeline img")).to_have_count(0)


def test_members_see_only_their_own_chat(shop: Shop, page: Page) -> None:
    shop.answers["會員卡"] = [text_message("小美，你是銀級會員")]

    say(page, "小美", "會員卡")

    expect(phone(page, "小美").get_by_text("你是銀級會員")).to_be_visible()
    expect(page.get_by_text("你是銀級會員")).to_have_count(1)


def test_a_group_is_read_by_all_its_members(shop: Shop, page: Page) -> None:
    shop.platform.add_group("芒果團", [shop.mei, shop.lin])
    for name in ("小美", "小林"):
        phone(page, name).get_by_role("button", name="聊天列表").click()
        page.get_by_role("menuitem", name="芒果團").click()

    say(page, "小美", "+1")

    expect(phone(page, "小美").locator(".row-own")).to_contain_text("+1")
    expect(phone(page, "小林").locator(".row-other")).to_contain_text("小美")
    assert shop.heard[-1]["source"]["type"] == "group"


def test_who_blocks_the_shop_cannot_write_until_it_is_unblocked(shop: Shop, page: Page) -> None:
    mine = phone(page, "小美")
    mine.get_by_role("button", name="聊天室選單").click()
    page.get_by_role("menuitem", name="封鎖").click()
    expect(mine.get_by_label("輸入訊息")).to_be_hidden()

    mine.get_by_role("button", name="解除封鎖").click()

    expect(mine.get_by_label("輸入訊息")).to_be_visible()
    assert [event["type"] for event in shop.heard[-2:]] == ["unfollow", "follow"]


def test_dots_show_that_the_shop_is_writing(shop: Shop, page: Page) -> None:
    writing = phone(page, "小美").get_by_role("img", name="對方輸入中")

    shop.ask("POST", "/v2/bot/chat/loading/start", {"chatId": shop.mei, "loadingSeconds": 60})
    expect(writing).to_be_visible()
    shop.push(shop.mei, text_message("久等了"))

    expect(phone(page, "小美").get_by_text("久等了")).to_be_visible()
    expect(writing).to_be_hidden()


def test_a_message_taken_back_leaves_only_a_trace(shop: Shop, page: Page) -> None:
    say(page, "小美", "打錯字了")
    mine = phone(page, "小美")

    mine.get_by_text("打錯字了").click(button="right")
    page.get_by_role("menuitem", name="收回").click()

    expect(mine.get_by_text("你已收回訊息")).to_be_visible()
    expect(mine.get_by_text("打錯字了")).to_have_count(0)
    assert shop.heard[-1]["type"] == "unsend"


def test_a_question_is_answered_with_its_buttons(shop: Shop, page: Page) -> None:
    shop.answers["確認"] = [text_message("取消好了")]
    actions = [{"type": "message", "label": word, "text": word} for word in ("確認", "先不要")]
    asked = {"type": "confirm", "text": "確定要取消嗎？", "actions": actions}
    shop.push(shop.mei, {"type": "template", "altText": "確定嗎", "template": asked})

    phone(page, "小美").get_by_role("button", name="確認").click()

    expect(phone(page, "小美").get_by_text("取消好了")).to_be_visible()
    assert shop.texts() == ["確認"]
