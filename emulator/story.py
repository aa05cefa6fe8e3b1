"""The demo's story: a member joins, comes up a tier, and has a birthday.

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
from emulator.embedded import EmbeddedShop
from emulator.terminal import PATIENCE, Phone
from models.base import local_day
from models.people.members import Member


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


def chapter(title: str) -> None:
    click.echo(f"\n━━ {title} ━━")


def _join(shop: EmbeddedShop, people: Cast) -> None:
    mei, lin, boss = people
    expect(mei.follows(), "歡迎加入", "銅級", "停止行銷")
    expect(lin.follows(), "歡迎加入")
    expect(boss.follows(), "歡迎加入")
    _are_introduced(shop, people)
    expect(mei.says("會員卡"), "小美", "銅級", "0 點", "0 張")
    expect(mei.says("點數"), "可用點數", "0 點")
    expect(mei.says("等級"), "再消費 NT$3,000 → 銀級")
    birthday = local_day(shop.clock() + timedelta(days=1))
    expect(mei.says(f"生日 {birthday.month}/{birthday.day}"), "新客禮送給你")
    expect(mei.says("優惠券"), "8折", "NT$500")


def _are_introduced(shop: EmbeddedShop, people: Cast) -> None:
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


def expect(heard: str, *words: str) -> None:
    """Raises `NotAsExpected` if one of the words was not heard."""
    missing = [word for word in words if word not in heard]
    if missing:
        raise NotAsExpected(f"expected {', '.join(missing)} but heard: {heard or 'nothing'}")
