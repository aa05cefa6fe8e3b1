"""An organiser is never left standing: what cannot be done says what can."""

from datetime import timedelta

from bot.dispatch import sentence
from handlers.organiser.group_buy_life import StillOpen
from models.shop.entering import NothingOpen


def test_what_cannot_be_done_says_what_can(shop, boss, mei):
    boss.says("/開團中")  # the first thing ever heard brings a notice along
    said = boss.says("/代喊 小美 A+2")
    assert said.text == sentence(NothingOpen())["text"]
    assert said.choices == ["/開團", "/開團中"]
    assert boss.says("/團 9").choices == ["團購"]
    assert "沒有進行中的團" in boss.taps("團購")

    boss.says("/開團 愛文芒果 450 明晚9點結單 取貨12/1 管理室")
    boss.taps("確認")
    said = boss.says("/重開 1")
    assert said.text == sentence(StillOpen(1))["text"]
    assert said.choices == ["/延長 1", "/團 1"]
    assert boss.says("/到貨 1").choices == ["/團 1"]
    assert "/復原" not in boss.says("/改團 1 價格 430").choices
    assert "/復原" in boss.says("/改團 1 庫存 20").choices

    mei.says("+2")
    mei.taps("確認")
    boss.says("/結單 1")
    assert {"叫貨", "催款", "/復原"} <= set(boss.taps("確認").choices)
    assert boss.says("/缺貨 1").choices == ["/點貨 1"]
    assert boss.says("/退現 1-1").choices == ["/訂單 1-1", "/退差額"]
    assert "這筆訂單是自取" in boss.says("/出貨 1-1 黑貓 123456789012")
    assert "要取消請用「/補單 1 稱呼 取消」" in boss.says("/退款 1-1")
    assert boss.says("/退款 1-1").choices == ["/訂單 1-1", "/收款 1-1"]


def test_only_what_can_be_undone_offers_it(shop, boss, mei):
    boss.says("/開團 愛文芒果 450 明晚9點結單 取貨12/1 管理室")
    boss.taps("確認")
    mei.says("+2")
    mei.taps("確認")
    boss.says("/結單 1")
    boss.taps("確認")
    boss.says("/到貨 1")
    arrived = boss.taps("確認")
    assert arrived.choices == ["分貨單", "看這一團", "看訂單"]
    older = boss.says("/復原")
    assert "操作：結單第 1 團" in older
    assert "你最後做的是「團購到貨」，那個不能復原" in older

    shop.clock.jump(timedelta(hours=1))
    assert boss.says("/開團中").text.count("到貨") == 2  # 已到貨, and when
    assert "狀態：已到貨；時間：11/24(二) 到貨" in boss.says("/團 1")
    sheet = boss.says("/分貨單 1")
    assert len(sheet) == 2  # how far it is, and beneath it whom to hand out to
    assert "管理室，1 筆待取，0 筆已取。" in sheet


def test_an_order_is_cancelled_for_its_member(shop, boss, mei):
    mei.says("稱呼 小美")
    boss.says("/開團 愛文芒果 450 明晚9點結單 取貨12/1 管理室")
    boss.taps("確認")
    assert "已登記：小美" in boss.says("/代喊 小美 A+2")

    assert "已取消：小美" in boss.says("/補單 1 小美 取消")
    assert "還沒有訂單" in boss.says("/訂單 1")
