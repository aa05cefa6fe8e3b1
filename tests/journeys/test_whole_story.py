"""A group-buy as its organiser and twelve members live it, from /開團 to the last pickup.

Nothing is looked up behind the counter: there are only words, taps, files and the time.
"""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from tests.shop import Group, Heard, Phone, Shop, taipei

NAMES = (
    *("小美", "小林", "阿珠", "淑芬", "怡君", "家豪"),
    *("雅婷", "志明", "美玲", "惠雯", "秀英", "俊傑"),
)
LATE = "俊傑"  # calls three when twelve are taken, and has not added the account
LINE = "/開團 愛文芒果5斤 450 箱入12 11/28 21:00結單 取貨12/2 社區管理室"
CALLS = (
    ("小林", "+1", 2),
    ("阿珠", "芒果+2", 4),
    ("淑芬", "+ㄅ", 5),
    ("怡君", "我要一份", 6),
    ("家豪", "十1", 7),
    ("雅婷", "跟", 8),
    ("志明", "＋１", 9),
    ("美玲", "幫媽媽+1", 10),
    ("惠雯", "++1", 11),
)
STATEMENT = """交易日期,交易時間,摘要,支出金額,存入金額,餘額,備註
2026/11/29,10:00:00,跨行轉入,,450,10450,0000012345
2026/11/29,10:05:00,跨行轉入,,900,11350,0000054321
"""
MINUTE = timedelta(seconds=61)


@pytest.fixture
def members(shop: Shop) -> dict[str, Phone]:
    """Twelve neighbours; all but one have added the account."""
    phones = {name: shop.phone(name) for name in NAMES}
    for name, phone in phones.items():
        if name != LATE:
            phone.follows()
            phone.says(f"稱呼 {name}")
    return phones


def number_of(heard: Heard) -> str:
    """The order's number or the pickup code that somebody was told."""
    found = re.search(r"\d+-\d+", heard.text)
    assert found, heard.text
    return found[0]


def code_of(heard: Heard) -> str:
    found = re.search(r"取貨碼：(\d{6})", heard.text)
    assert found, heard.text
    return found[1]


def test_fifteen_are_called_twelve_come_and_all_are_paid_and_picked_up(
    shop: Shop, boss: Phone, members: dict[str, Phone]
) -> None:
    boss.follows()
    group = shop.group("芒果好鄰居", boss, *members.values())

    _opens(boss, group)
    _calls(shop, group, members)
    _closes(boss, members)
    _pays(shop, boss, members)
    _arrives(shop, boss, members)
    _picks_up(boss, members)

    assert "第 1 團「愛文芒果5斤」：已完成" in _confirmed(boss, "/完成 1")


def _confirmed(boss: Phone, words: str) -> Heard:
    boss.says(words)
    return boss.says("確認")


def _opens(boss: Phone, group: Group) -> None:
    preview = boss.says(LINE)
    for words in ("NT$450", "一箱 12 份", "11/28(六) 21:00", "12/2(三) 社區管理室"):
        assert words in preview
    assert "第 1 團" in boss.taps("確認")
    assert "愛文芒果5斤" in boss.says_in(group, "/貼團 1")


def _calls(shop: Shop, group: Group, members: dict[str, Phone]) -> None:
    assert "目前 1 份，再 11 份滿一箱" in members["小美"].taps_in(group, "+1")
    for name, words, total in CALLS:
        shop.clock.jump(MINUTE)
        assert f"目前 {total} 份" in members[name].says_in(group, words), (name, words)
    for words in ("確診+1 好可憐", "收到+1", "樓上+1"):
        assert members["小林"].says_in(group, words) == []

    quote = members["秀英"].says("+1")
    assert "愛文芒果5斤 × 1 份：NT$450" in quote
    assert "合計：NT$450" in quote
    assert "訂好了" in members["秀英"].taps("確認")

    shop.clock.jump(MINUTE)
    late = members[LATE].says_in(group, "+3")
    assert "目前 15 份" in late
    assert "請先加好友" in late
    assert "已經登記好了" in members[LATE].follows()
    members[LATE].says(f"稱呼 {LATE}")
    assert "NT$" not in group.hears().text  # nothing private


def _closes(boss: Phone, members: dict[str, Phone]) -> None:
    assert "15 份" in boss.says("/團 1")
    preview = boss.says("/收單 1")
    assert "訂單：12 筆" in preview
    assert "俊傑 愛文芒果5斤 × 3" in preview
    assert "份數：12 份" in boss.taps("確認")

    waits = members[LATE].says("候補")
    assert "第 1 位" in waits
    assert "沒有湊滿整箱" in waits
    mine = members["阿珠"].says("多少錢")
    assert "NT$900" in mine
    assert "結單了" in mine
    assert "媽媽" in members["美玲"].says("我的訂單")
    supplier = boss.says("/叫貨 1")
    assert "12 份" in supplier


def _pays(shop: Shop, boss: Phone, members: dict[str, Phone]) -> None:
    assert "收到匯款回報" in members["小美"].says("匯款 12345")
    assert "不是 5 個數字" in members["阿珠"].says("匯款 5432")
    assert "收到匯款回報" in members["阿珠"].says("已匯 900 末五碼 54321")
    assert "沒有要付" in members[LATE].says("匯款 11111")
    shop.clock.jump(taipei(2026, 11, 29, 12))
    read = boss.sends_file("明細.csv", STATEMENT.encode("utf-8-sig"))
    assert "確定：2 筆 NT$1,350" in read
    assert "入帳：2 筆" in boss.taps("確認")
    assert "已核對" in members["小美"].hears()
    assert "待入帳（取貨後可用）：4 點" in members["小美"].says("點數")
    assert "已收款：小林" in _confirmed(boss, "/收款 小林 450 現金")


def _arrives(shop: Shop, boss: Phone, members: dict[str, Phone]) -> None:
    shop.clock.jump(taipei(2026, 12, 2, 10))
    assert "12" in boss.says("/點貨 1 A 12")
    assert "通知了 11 位" in _confirmed(boss, "/到貨 1")
    for name, phone in members.items():
        heard = phone.hears()
        assert ("到貨了" in heard) is (name != LATE), name
    sheet = boss.says("/分貨單 1")
    assert "11 筆待取，0 筆已取" in sheet
    assert "收 NT$450" in sheet


def _picks_up(boss: Phone, members: dict[str, Phone]) -> None:
    by_code, by_number = members["小美"], members["阿珠"]
    assert "取貨完成" in _confirmed(boss, f"/取貨 {code_of(by_code.says('我的訂單'))}")
    assert "取貨完成" in _confirmed(boss, f"/取貨 {number_of(by_number.says('我的訂單'))}")
    for name in NAMES[3:-1]:
        boss.says(f"/取貨 {name}")
        assert "收了現金 NT$450" in boss.taps("確認")
    assert "小林" in boss.says("/未取 1")
    assert "取貨完成" in _confirmed(boss, "/取貨 小林")

    assert "可用點數：4 點" in members["小美"].says("點數")
    assert "可用點數：9 點" in members["阿珠"].says("點數")
    assert "可用點數：0 點" in members[LATE].says("點數")
    assert "已收：NT$5,400" in boss.says("/團 1")
