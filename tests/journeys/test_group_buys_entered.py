"""Orders entered by the shop: one by one, after closing, and pasted from comments."""

import pytest

from bot.dispatch import sentence
from models.shop import entering
from models.shop.desk_queries import UnknownOrder
from models.shop.entering import NotClear, WhichGroupBuy
from models.shop.pasting import NothingPasted
from models.shop.shares import OverLimit
from tests.journeys.test_group_buys_life import news, opens
from tests.shop import Phone, Shop

COMMENTS = """小美：+1
3小時 讚 回覆
小林：A+2
阿婆：+1
阿婆：+1
路人：好想要喔
Amy
2小時
A+3
這是公告"""


@pytest.fixture
def chief(boss: Phone, mei: Phone, lin: Phone) -> Phone:
    for each in (boss, mei, lin):
        each.follows()
    mei.says("稱呼 小美")
    lin.says("稱呼 小林")
    opens(boss, "愛文芒果 450 限20箱")
    return boss


def test_a_call_by_telephone_is_entered_and_told(shop: Shop, chief: Phone, mei: Phone):
    heard = chief.says("/代喊 小美 +2")

    assert "已登記：小美" in heard
    assert "訂單 1-1：NT$900" in heard
    told = news(shop, mei)
    assert "店家幫你登記了訂單" in told
    assert "NT$900" in told
    assert "1-1 小美：NT$900，未付款" in chief.says("/訂單 1")


def test_what_is_not_clear_is_not_entered(shop: Shop, chief: Phone):
    assert "要幫誰登記什麼" in chief.says("/代喊")
    assert "請這樣輸入" in chief.says("/代喊 小美")
    with shop.sessions() as session:
        offers = entering.open_now(session)
        expected = sentence(NotClear("好喔", offers))["text"]
    assert chief.says("/代喊 小美 好喔").text == expected
    assert "還沒有訂單" in chief.says("/訂單 1")


def test_with_several_open_the_number_says_which(shop: Shop, chief: Phone):
    opens(chief, "玉荷包 300")

    heard = chief.says("/代喊 小美 +2")

    with shop.sessions() as session:
        which = WhichGroupBuy("+2", entering.open_now(session))
    assert heard.text == sentence(which)["text"]
    assert "第 1 團" in chief.taps("1 愛文芒果")
    assert "第 2 團" in chief.says("/代喊 2 小美 +1")


def test_somebody_unknown_may_become_a_guest(shop: Shop, chief: Phone):
    assert "建立一位訪客" in chief.says("/代喊 阿婆 +2")

    entered = chief.says("確認")

    assert "已登記：阿婆" in entered
    assert "訪客收不到通知" in entered
    assert "已登記：阿婆" in chief.says("/代喊 阿婆 再+1")
    assert "NT$1,350" in chief.says("/訂單 1-1")


def test_what_was_entered_is_taken_back(shop: Shop, chief: Phone):
    chief.says("/代喊 小美 +2")
    chief.says("/復原")

    assert "已收回" in chief.says("確認")

    assert "還沒有訂單" in chief.says("/訂單 1")


def test_after_closing_one_more_is_entered(shop: Shop, chief: Phone, mei: Phone):
    chief.says("/代喊 小美 +2")
    chief.says("/結單 1")
    chief.says("確認")

    assert "已經結單的團用「/補單" in chief.says("/代喊 小林 +1")
    assert "已登記：小林" in chief.says("/補單 1 小林 +1")
    assert "2 筆" in chief.says("/團 1")


def test_pasted_comments_become_orders_once(shop: Shop, chief: Phone, mei: Phone):
    preview = chief.says(f"/貼單 1\n{COMMENTS}")

    text = preview.text
    assert "3 行沒有登記" in text
    assert "這是公告（看不出是誰）" in text
    assert "路人:好想要喔（看不出要訂什麼）" in text
    assert "阿婆:+1（和上面一樣" in text
    assert "阿婆（新訪客）" in text
    assert text.index("這是公告") < text.index("小林：愛文芒果 +2")
    assert "要登記這 4 筆嗎" in text

    assert "登記了 4 筆" in chief.says("確認")

    assert "7 箱／20" in chief.says("/團 1")
    again = chief.says(f"/貼單 1\n{COMMENTS}\n小美：再+1")
    assert "要登記這 1 筆嗎" in again
    assert "之前登記過了" in again
    chief.says("確認")
    same = chief.says(f"/貼單 1\n{COMMENTS}\n小美：再+1")
    assert "沒有可以登記的留言" in same
    assert "NT$900" in chief.says("/訂單 1-1")


def test_a_paste_may_follow_the_question_and_be_undone(shop: Shop, chief: Phone):
    assert "整段貼上來" in chief.says("/貼單 1")
    assert "要登記這 2 筆嗎" in chief.says("1. 小美 +1\n2. 小林 +2")
    chief.says("確認")
    chief.says("/復原")
    assert "已收回" in chief.says("確認")

    assert "要登記這 2 筆嗎" in chief.says("/貼單 1\n小美：+1\n小林：+2")


def test_a_paste_without_comments_says_so(shop: Shop, chief: Phone):
    assert chief.says("/貼單 1\n讚 回覆").text == sentence(NothingPasted(1))["text"]


def test_one_line_that_is_refused_leaves_the_others(shop: Shop, chief: Phone):
    opens(chief, "草莓 300 每人限2")

    chief.says("/貼單 2\n小美：+3\n小林：+1")
    done = chief.says("確認")

    assert "登記了 1 筆" in done
    assert sentence(OverLimit("草莓", 2, 0))["text"] in done


def test_orders_are_listed_page_by_page(shop: Shop, chief: Phone):
    lines = "\n".join(f"客人{chr(0x4E00 + n)}：+1" for n in range(12))
    chief.says(f"/貼單 1\n{lines}")
    chief.says("確認")

    assert "1-12" not in chief.says("/訂單 1")
    assert "1-12" in chief.taps("下一頁")
    assert chief.says("/訂單 9-9").text == sentence(UnknownOrder("9-9"))["text"]
    assert "愛文芒果" in chief.says("/訂單")
    assert "請這樣輸入" in chief.says("/訂單 芒果")
