"""A broadcast is measured: links and cards that are tapped, orders that come, those held back."""

from datetime import timedelta

import pytest

from models.talk import arms
from scheduler import broadcast_sets
from tests.shop import Phone, Shop

PHONE = {"User-Agent": "Mozilla/5.0 (iPhone) Mobile/15E148 Safari Line/14.2.0"}
SEND = "/推播 全部 | {稱呼}看看 https://x.example/mango ，好吃 | 團:1"


@pytest.fixture(autouse=True)
def friends(mei: Phone, lin: Phone, boss: Phone) -> None:
    for each in (mei, lin, boss):
        each.follows()
        each.says(f"稱呼 {each.name}")
    boss.says("/開團 愛文芒果 450")
    boss.says("確認")


def later(shop: Shop, time: timedelta) -> None:
    shop.clock.jump(time)
    shop.tick()
    shop.settle()


def opens(shop: Shop, text: str) -> None:
    """Open the link that a text holds."""
    [path] = [word.partition("8000")[2] for word in text.split() if "/r/" in word]
    assert shop.client.get(path, headers=PHONE).location == "https://x.example/mango"


def test_what_a_broadcast_brought_is_told_once_its_time_is_over(
    mei: Phone, lin: Phone, boss: Phone, shop: Shop, monkeypatch: pytest.MonkeyPatch
):
    people = {each.name: each for each in (mei, lin, boss)}
    drawn = iter([0, None, 1])
    placed: dict[int, int | None] = {}

    def draw(_number: int, member_id: int, **_others: int) -> int | None:
        """Three would all fall into one group; how they are drawn is another test's."""
        if member_id not in placed:
            placed[member_id] = next(drawn)
        return placed[member_id]

    monkeypatch.setattr(arms, "arm", draw)
    # one by one on either database: inside PostgreSQL they would be drawn by a hash
    monkeypatch.setattr(broadcast_sets, "can", lambda *_: False)
    tried = boss.says(f"{SEND} | B:乙 https://x.example/mango | 對照:33%")
    assert "對照組：約 1 位不送" in tried
    assert "https://x.example/mango" in tried
    assert "網址：1 個，換成店裡的連結來算點擊" in tried
    assert "空一格" not in tried
    assert "空一格" in boss.says("/推播 全部 | 看https://x.example/mango好吃")
    boss.says(f"{SEND} | B:乙 https://x.example/mango | 對照:33%")
    boss.taps("確認")
    later(shop, timedelta(seconds=61))

    heard = {name: phone.hears() for name, phone in people.items()}
    got = [name for name, messages in heard.items() if "/r/" in messages.text]
    assert len(got) == 2
    first, second = (people[name] for name in got)
    opens(shop, heard[first.name].text)
    opens(shop, heard[first.name].text)
    assert "愛文芒果" in first.taps("團購")
    assert "愛文芒果" in second.says("團購")  # said and not tapped: nobody's merit
    second.taps("通知設定")
    second.says("1 +2")
    second.says("確認")

    [held_back] = [phone for name, phone in people.items() if name not in got]
    assert "推播 #1；11/24(二) 12:01 抽到對照組" in boss.says(f"/為什麼沒送 {held_back.name}")
    told = boss.says("/成效 1")
    assert "A 版" in told
    assert "點了：1 位（100.0%），共 3 次" in told
    assert "點了：0 位" in told
    assert "下單：1 位（100.0%），1 筆；營業額：NT$900；平均每人：NT$900.0" in told
    assert "對照組（沒推播的人）" in told
    assert "還在算" in told

    later(shop, timedelta(days=3, minutes=1))
    told = boss.says("/成效 1")
    assert "還在算" not in told
    assert "資料不足：人少的那組只有 1 位" in told
    assert "有效" not in told
