"""The demo's story: a member joins, comes up a tier, has a birthday, and buys in a group.

Every step is checked; a step that was not answered as it should be ends the
story with a sentence that says which.
"""

from __future__ import annotations

import time
from datetime import timedelta
from typing import NamedTuple

import click
from sqlalchemy import select

from bot.texts import day
from emulator import seed
from emulator.embedded import EmbeddedShop
from emulator.terminal import PATIENCE, GroupChat, Phone
from models.base import local_day
from models.people.members import Member

GROUP, NEIGHBOURS = "幸福社區團購群", 6
MINUTE = timedelta(seconds=61)  # the group hears the totals once in it


class NotAsExpected(Exception):
    """A step of the story went wrong."""


class Cast(NamedTuple):
    """Two members, who must hear nothing of each other, and the owner."""

    mei: Phone
    lin: Phone
    boss: Phone


def cast(shop: EmbeddedShop) -> Cast:
    """The people of the story, with their phones in hand."""
    told: set[str] = set()
    return Cast(
        Phone(shop, "小美", "會員", told),
        Phone(shop, "小林", "會員", told),
        Phone(shop, "老闆", "主辦", told),
    )


def tell(shop: EmbeddedShop, people: Cast) -> None:
    """Play the story.

    Raises:
        NotAsExpected: a step was not answered as it should be.
    """
    shop.appoint(people.boss.id)
    chapter("一、加入好友")
    _join(shop, people)
    chapter("二、老闆匯入訂單，小美升級")
    _come_up(shop, people)
    chapter("三、隔天是小美的生日")
    _have_a_birthday(shop, people)
    chapter("四、老闆開團，團友在群組喊單")
    number = _buy_together(shop, people)
    chapter("五、結單、付款、到貨、取貨")
    _settle_up(shop, people, number)


def chapter(title: str) -> None:
    click.echo(f"\n━━ {title} ━━")


def _join(shop: EmbeddedShop, people: Cast) -> None:
    mei, lin, boss = people
    expect(mei.follows(), "歡迎加入", "銅級", "停止行銷")
    expect(lin.follows(), "歡迎加入")
    expect(boss.follows(), "歡迎加入")
    are_introduced(shop, people)
    expect(mei.says("會員卡"), "小美", "銅級", "0 點", "0 張")
    expect(mei.says("點數"), "可用點數", "0 點")
    expect(mei.says("等級"), "再消費 NT$3,000 → 銀級")
    birthday = local_day(shop.clock() + timedelta(days=1))
    expect(mei.says(f"生日 {birthday.month}/{birthday.day}"), "新客禮送給你")
    expect(mei.says("優惠券"), "8折", "NT$500")


def are_introduced(shop: EmbeddedShop, people: Cast) -> None:
    """LINE tells the shop what its new friends are called."""
    ids = [phone.id for phone in people]
    nameless = select(Member.id).where(Member.line_user_id.in_(ids), Member.name == "")
    deadline = time.monotonic() + PATIENCE
    while True:
        with shop.runtime.sessions() as session:
            if session.scalars(nameless).first() is None:
                return
        if time.monotonic() > deadline:
            raise NotAsExpected("the shop did not learn the names of its new friends")
        time.sleep(0.05)


def _come_up(shop: EmbeddedShop, people: Cast) -> None:
    mei, _lin, boss = people
    today = local_day(shop.clock())
    rows = [
        "order_no,member,ordered_at,product,quantity,amount,status,days_of_supply",
        f"D001,{mei.id},{today - timedelta(days=40)},放牧雞蛋 30顆,2,330,picked_up,14",
        f"D002,{mei.id},{today - timedelta(days=9)},黏貼型尿布 L 4包,3,2697,picked_up,28",
    ]
    expect(boss.sends("訂單.csv", "\n".join(rows) + "\n"), "可以匯入", "確認匯入")
    expect(boss.says("確認匯入"), "匯入完成")
    expect(mei.says("等級"), "銀級", "NT$3,027")
    expect(mei.says("點數"), "29 點")
    expect(mei.says("為什麼是銀級"), "一年消費滿 NT$3,000")


def _have_a_birthday(shop: EmbeddedShop, people: Cast) -> None:
    shop.travel({"jump": "tomorrow"})
    click.echo(f"\n（{day(shop.clock())} 早上 9:00，排程啟動）")
    expect(people.mei.listens(), "生日快樂", "NT$100")
    if "生日快樂" in people.lin.listens():
        raise NotAsExpected("小林 was congratulated on 小美's birthday")
    sent = shop.platform.quota_used
    again = shop.tick()
    shop.settle()
    if again.plans or again.failed or shop.platform.quota_used != sent or people.mei.listens():
        raise NotAsExpected(f"the second tick was not quiet: {again.json()}")
    click.echo("\n（再跑一次排程：沒有重複發送。）")


def _buy_together(shop: EmbeddedShop, people: Cast) -> int:
    """One orders in the group, one in 1:1; the group-buy's number."""
    mei, lin, boss = people
    line = "/開團 日本水蜜桃 380 限30盒 成團3 今晚9點結單 取貨明天 社區管理室"
    expect(boss.says(line), "NT$380", "還差 3 份成團", "要開這一團嗎")
    opened = boss.says("確認")
    expect(opened, "已開團", "日本水蜜桃")
    number = int(opened.partition("/貼團 ")[2].split("」")[0])
    group = GroupChat(shop, GROUP, gathered(shop, people))
    expect(group.hears_from(boss, f"/貼團 {number}"), "日本水蜜桃", "NT$380")
    expect(group.hears_from(lin, "+1"), "目前 1 份", "還差 2 份成團")
    expect(mei.says("團購"), "日本水蜜桃", "NT$361")
    expect(mei.says(f"{number} +2"), "請確認訂單", "日本水蜜桃 × 2", "銀級")
    expect(mei.taps("確認"), "訂好了", "取貨碼")
    shop.clock.move(shop.clock() + MINUTE)
    expect(group.hears_from(lin, "水蜜桃再+1"), "目前 4 份", "已成團")
    return number


def gathered(shop: EmbeddedShop, people: Cast) -> list[str]:
    """Who is in the LINE group: the cast, and some of the shop's members."""
    known = [each.line_user_id for each in seed.customers(local_day(shop.clock()))]
    return [*(phone.id for phone in people), *[each for each in known if each][:NEIGHBOURS]]


def _settle_up(shop: EmbeddedShop, people: Cast, number: int) -> None:
    mei, lin, boss = people
    expect(boss.says(f"/結單 {number}"), "訂單：2 筆", "份數：4 份")
    expect(boss.says("確認"), "已結單")
    # that it is closed rides along with whatever they hear next
    expect(lin.says("我的訂單"), "結單了", "NT$760")
    expect(mei.says("匯款 12345"), "收到匯款回報", "12345")
    expect(boss.says("/對帳"), "小美", "12345")
    expect(boss.says("/收款 小美"), "收款：小美", "轉帳")
    expect(boss.says("確認"), "已收款")
    shop.settle()
    expect(mei.listens(), "已核對")
    expect(mei.says("點數"), "待入帳（取貨後可用）：")
    expect(boss.says(f"/到貨 {number}"), "到貨了嗎")
    expect(boss.says("確認"), "已到貨")
    shop.settle()
    expect(mei.listens(), "到貨了", "取貨碼")
    expect(boss.says("/取貨 小美"), "小美", "日本水蜜桃")
    expect(boss.says("確認"), "小美")
    expect(mei.says("點數"), "待入帳（取貨後可用）：0 點")
    expect(mei.says("我的訂單"), "日本水蜜桃")


def expect(heard: str, *words: str) -> None:
    """Raises `NotAsExpected` if one of the words was not heard."""
    missing = [word for word in words if word not in heard]
    if missing:
        raise NotAsExpected(f"expected {', '.join(missing)} but heard: {heard or 'nothing'}")
