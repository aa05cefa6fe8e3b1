"""The chat page's control panel and its behaviour on small screens."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.emulator.cards import LONG, UNBROKEN, flex, member_card, text_message
from tests.emulator.shop import Shop, phone, picture, say

OUTSIDE = """
() => [...document.querySelectorAll("body *")].filter(node => {
  const box = node.getBoundingClientRect();
  return box.width > 0 && box.height > 0 && (box.right > innerWidth + 1 || box.left < -1)
    && !node.closest(".scroller, .quick-reply, .tabs, .visually-hidden");
}).map(node => node.className)
"""
small = pytest.mark.parametrize("viewport", [(390, 844), (320, 640)], ids=str)


def test_a_jump_to_tomorrow_moves_the_shop_and_the_page(shop: Shop, page: Page) -> None:
    panel = page.get_by_role("complementary", name="控制台")

    panel.get_by_role("button", name="明天 09:00").click()

    expect(panel.locator(".time-now")).to_have_text("2027/01/01(五) 09:00")
    expect(panel.get_by_text("排程執行了 38 次")).to_be_visible()
    assert shop.journeys == [{"jump": "tomorrow"}]


def test_a_birthday_is_that_of_the_phone_used_last(shop: Shop, page: Page) -> None:
    phone(page, "小林").get_by_label("輸入訊息").click()

    page.get_by_role("button", name="下一個生日").click()

    expect(page.get_by_text("排程執行了")).to_be_visible()
    assert shop.journeys == [{"jump": "birthday", "person": shop.lin}]


def test_a_time_typed_in_is_taipei_time(shop: Shop, page: Page) -> None:
    page.get_by_label("前往的日期與時間").fill("2026-12-24T20:00")

    page.get_by_role("button", name="前往").click()

    expect(page.get_by_text("排程執行了")).to_be_visible()
    assert shop.journeys == [{"to": "2026-12-24T20:00:00+08:00"}]


def test_faults_are_switched_on_and_off(shop: Shop, page: Page) -> None:
    page.get_by_role("tab", name="故障開關").click()

    page.get_by_role("switch", name="回應變慢").check()
    page.get_by_label("回應變慢的程度").select_option("3 秒")
    page.get_by_role("switch", name="500（未受理）").check()
    page.get_by_role("switch", name="重送 webhook").check()

    expect(page.get_by_role("tab", name="3 個開啟")).to_be_visible()
    faults = shop.platform.faults
    assert (faults.slow_ms, faults.fail_before, faults.redeliver) == (3000, 1.0, True)
    page.get_by_role("button", name="全部恢復正常").click()
    expect(page.get_by_role("tab", name="故障開關", exact=True)).to_be_visible()
    assert not any(faults.as_dict().values())


def test_every_fault_of_the_emulator_has_a_switch_in_words(shop: Shop, page: Page) -> None:
    page.get_by_role("tab", name="故障開關").click()

    expect(page.get_by_role("switch")).to_have_count(len(shop.platform.faults.as_dict()))
    expect(page.locator(".fault small:empty")).to_have_count(0)


def test_the_meter_tells_what_is_left_of_the_month(shop: Shop, page: Page) -> None:
    shop.push(shop.mei, text_message("嗨"))
    shop.push(shop.lin, text_message("嗨"))

    expect(page.get_by_text("已用 2 / 3,000 則，還剩 2,998 則")).to_be_visible()


def test_the_log_shows_requests_and_webhooks_with_their_bodies(shop: Shop, page: Page) -> None:
    shop.answers["點數"] = [text_message("你有 0 點")]
    log = page.get_by_role("log", name="請求紀錄")

    say(page, "小美", "點數")

    entry = log.locator("details", has_text="/v2/bot/message/reply")
    entry.locator("summary").click()
    expect(entry.locator("pre").first).to_contain_text("你有 0 點")
    expect(log.locator("details", has_text="webhook message")).to_have_count(1)
    page.get_by_role("button", name="Webhook", exact=True).click()
    expect(entry).to_be_hidden()


def test_pictures_files_and_stickers_reach_the_shop(shop: Shop, page: Page) -> None:
    mine = phone(page, "小美")
    image, document = mine.locator("input[type=file]").all()

    image.set_input_files({"name": "付款.png", "mimeType": "image/png", "buffer": picture()})
    expect(mine.locator(".row-own img.photo")).to_be_visible()
    document.set_input_files({"name": "訂單.csv", "mimeType": "text/csv", "buffer": b"a,b"})
    expect(mine.get_by_role("link", name="訂單.csv")).to_be_visible()
    mine.get_by_role("button", name="貼圖").click()
    mine.get_by_role("button", name="傳送貼圖：謝謝").click()

    expect(mine.get_by_role("img", name="貼圖：謝謝")).to_be_visible()
    kinds = [event["message"]["type"] for event in shop.heard if "message" in event]
    assert kinds == ["image", "file", "sticker"]


def test_a_wide_screen_shows_two_members_and_the_organiser(page: Page) -> None:
    for name in ("小美", "小林", "老闆"):
        expect(phone(page, name)).to_be_visible()


@small
def test_a_small_screen_shows_one_phone_and_changes_hands(page: Page) -> None:
    expect(page.locator(".phone:visible")).to_have_count(1)
    expect(phone(page, "小美")).to_be_visible()

    page.get_by_role("button", name="老闆").click()

    expect(phone(page, "老闆")).to_be_visible()
    expect(phone(page, "小美")).to_be_hidden()


@small
def test_nothing_runs_out_of_a_small_screen(shop: Shop, page: Page) -> None:
    shop.set_menu("會員卡", "點數", "優惠券")
    shop.push(
        shop.mei,
        text_message(LONG + UNBROKEN * 3),
        flex(member_card("giga", LONG)),
        flex({"type": "carousel", "contents": [member_card()] * 3}),
        text_message("選一個", *(f"{number} {LONG[:12]}" for number in range(9))),
    )
    expect(phone(page, "小美").locator(".chip")).to_have_count(9)

    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert page.evaluate(OUTSIDE) == []


@small
def test_the_panel_opens_over_a_small_screen_and_closes_again(page: Page) -> None:
    panel = page.get_by_role("complementary", name="控制台")
    expect(panel).to_be_hidden()

    page.get_by_role("button", name="控制台", exact=True).click()
    expect(panel.get_by_role("button", name="明天 09:00")).to_be_visible()
    panel.press("Escape")

    expect(panel).to_be_hidden()
