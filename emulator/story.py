"""The demo's story: a member joins, comes up a tier, and has a birthday.

Every step is checked; a step that was not answered as it should be ends the
story with a sentence that says which.
"""

from __future__ import annotations

from datetime import timedelta

import click

from bot.texts import day
from emulator.embedded import EmbeddedShop
from emulator.terminal import Phone
from models.base import local_day


class NotAsExpected(Exception):
    """A step of the story went wrong."""


def tell(shop: EmbeddedShop) -> tuple[Phone, Phone, Phone]:
    """Play the story and return its cast: two members and the owner.

    Raises:
        NotAsExpected: a step was not answered as it should be.
    """
    mei, lin, boss = Phone(shop, "小美"), Phone(shop, "小林"), Phone(shop, "老闆")
    shop.appoint(boss.id)
    _join(mei, lin, boss)
    _come_up(shop, mei, boss)
    _have_a_birthday(shop, mei, lin)
    return mei, lin, boss


def _join(mei: Phone, lin: Phone, boss: Phone) -> None:
    _expect(mei.follows(), "歡迎加入", "銅級", "停止行銷")
    _expect(mei.says("會員卡"), "銅級", "0 點")
    _expect(mei.says("點數"), "可用點數", "0 點")
    _expect(mei.says("等級"), "再消費 NT$3,000 → 銀級")
    birthday = mei.shop.clock() + timedelta(days=1)
    _expect(mei.says(f"生日 {local_day(birthday):%-m/%-d}"), "新客禮送給你")
    _expect(mei.says("優惠券"), "8折")
    _expect(lin.follows(), "歡迎加入")
    _expect(boss.follows(), "歡迎加入")


def _come_up(shop: EmbeddedShop, mei: Phone, boss: Phone) -> None:
    today = local_day(shop.clock())
    rows = [
        "order_no,member,ordered_at,product,quantity,amount,status,days_of_supply",
        f"D001,{mei.id},{today - timedelta(days=40)},放牧雞蛋 30顆,2,330,picked_up,14",
        f"D002,{mei.id},{today - timedelta(days=9)},黏貼型尿布 L 4包,3,2697,picked_up,28",
    ]
    _expect(boss.sends("訂單.csv", "\n".join(rows) + "\n"), "可以匯入", "確認匯入")
    _expect(boss.says("確認匯入"), "匯入完成")
    _expect(mei.says("等級"), "銀級", "NT$3,027")
    _expect(mei.says("點數"), "29 點")
    _expect(mei.says("為什麼是銀級"), "一年消費滿 NT$3,000")


def _have_a_birthday(shop: EmbeddedShop, mei: Phone, lin: Phone) -> None:
    shop.travel({"jump": "tomorrow"})
    click.echo(f"\n── {day(shop.clock())} 早上 9:00 ──\n")
    _expect(mei.hears(), "生日快樂", "NT$100")
    if "生日快樂" in lin.hears():
        raise NotAsExpected("小林 was congratulated on 小美's birthday")
    again = shop.tick()
    sent = shop.deliver()
    if again.plans or again.failed or sent or "生日" in mei.hears():
        raise NotAsExpected(f"the second tick was not quiet: {again.json()}, {sent} sent")
    click.echo("再跑一次排程：沒有重複發送。")


def _expect(heard: str, *words: str) -> None:
    missing = [word for word in words if word not in heard]
    if missing:
        raise NotAsExpected(f"expected {', '.join(missing)} but heard: {heard or 'nothing'}")
