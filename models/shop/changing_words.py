"""What an organiser wants to change of a group-buy, read: 價格 430, 庫存 B 60, 取貨 12/24 管理室.

Pure. With several items the one that is meant is named by its code.
"""

from __future__ import annotations

import re
from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple

from models.base import N_, Refusal
from models.shop import opening_times, option_words
from models.shop.group_buy_records import GroupBuy
from models.shop.opening_fields import fold

NONE = ("不限", "不限量", "無", "沒有", "取消")
LONGEST = 60


class What(StrEnum):
    """What of a group-buy is changed."""

    PRICE = "price"
    STOCK = "stock"
    LIMIT = "limit"
    NAME = "name"
    TITLE = "title"
    MINIMUM = "minimum"
    CLOSES = "closes_at"
    PICKUP = "pickup"
    PICTURE = "picture"
    OPTIONS = "options"


WORDS = {
    "價格": What.PRICE,
    "價錢": What.PRICE,
    "庫存": What.STOCK,
    "限量": What.STOCK,
    "數量": What.STOCK,
    "每人限": What.LIMIT,
    "限購": What.LIMIT,
    "名稱": What.NAME,
    "品名": What.NAME,
    "團名": What.TITLE,
    "標題": What.TITLE,
    "成團": What.MINIMUM,
    "結單時間": What.CLOSES,
    "結單": What.CLOSES,
    "取貨": What.PICKUP,
    "圖片": What.PICTURE,
    "選項": What.OPTIONS,
    "規格": What.OPTIONS,
}
OF_ITEMS = (What.PRICE, What.STOCK, What.LIMIT, What.NAME, What.OPTIONS)
OPTIONAL = (What.STOCK, What.LIMIT, What.MINIMUM, What.CLOSES, What.PICTURE)


class Change(NamedTuple):
    """One change: of an item's `code`, or of the whole with ""; None is no limit."""

    what: What
    code: str
    value: Any


class BadChange(Refusal):
    buttons = ("/開團中",)

    def __init__(self, said: str) -> None:
        super().__init__(
            N_(
                "看不懂「{said}」。可以改 價格、庫存、每人限、名稱、團名、成團、結單時間、取貨、"
                "圖片、選項，也可以 加商品，例如：/改團 3 庫存 60；"
                "幾樣商品時加代號：/改團 3 價格 B 430。"
            ),
            said=said[:60],
        )


class BadOptions(Refusal):
    def __init__(self, said: str) -> None:
        super().__init__(
            N_(
                "看不懂「{said}」。選項這樣改：/改團 3 選項 加 XL（要另外的價格寫 加 XL 480）、"
                "/改團 3 選項 刪 XL、/改團 3 選項 改 XL 特大。"
            ),
            said=said[:60],
        )


class WhichItem(Refusal):
    def __init__(self, group_buy: GroupBuy) -> None:
        codes = "、".join(f"{item.code} {item.name}" for item in group_buy.items)
        super().__init__(
            N_("這一團有幾樣商品，請寫是哪一樣，例如：/改團 {number} 價格 {code} 430（{codes}）"),
            number=group_buy.id,
            code=group_buy.items[-1].code,
            codes=codes[:300],
        )


class TimeOver(Refusal):
    def __init__(self, said: str) -> None:
        super().__init__(
            N_("「{said}」已經過了，請寫之後的時間，例如：12/20 21:00。"), said=said[:40]
        )


def read(said: str, group_buy: GroupBuy, *, now: datetime) -> Change:
    """What an organiser wants to change.

    Raises:
        BadChange: no such thing can be changed, or not to that.
        WhichItem: there are several it could be.
        NoSuchDay, TimeOver: a time that there is not, or no more.
    """
    text = option_words.normal(fold(said).strip())
    word = next((w for w in sorted(WORDS, key=len, reverse=True) if text.startswith(w)), None)
    if word is None:
        raise BadChange(said)
    what, rest = WORDS[word], text[len(word) :].strip(" :")
    code = ""
    if what in OF_ITEMS:
        code, rest = _item(rest, group_buy)
    if not rest:
        raise BadChange(said)
    if rest in NONE and what in OPTIONAL:
        return Change(what, code, "" if what is What.PICTURE else None)
    return Change(what, code, _value(what, rest, said, now))


def moment(said: str, now: datetime) -> datetime:
    """The later time somebody means.

    Raises:
        NoSuchDay, TimeOver: a time that there is not, or no more.
    """
    at = opening_times.instant(fold(said).strip(), now)
    if at <= now:
        raise TimeOver(said)
    return at


def _item(rest: str, group_buy: GroupBuy) -> tuple[str, str]:
    codes = {item.code.upper(): item.code for item in group_buy.items}
    head, _space, tail = rest.partition(" ")
    if tail and head.upper() in codes:
        return codes[head.upper()], tail.strip()
    if len(codes) > 1:
        raise WhichItem(group_buy)
    return group_buy.items[0].code, rest


def _value(what: What, rest: str, said: str, now: datetime) -> Any:
    if what is What.OPTIONS:
        edit = option_words.read(rest)
        if edit is None:
            raise BadOptions(said)
        return edit.plain()
    if what in (What.NAME, What.TITLE):
        return rest[:LONGEST]
    if what is What.CLOSES:
        return moment(rest, now)
    if what is What.PICKUP:
        found = re.match(rf"({opening_times.DAY})?\s*(.*)", rest, re.DOTALL)
        on = opening_times.day(found[1], now) if found and found[1] else None
        return [on.isoformat() if on else None, (found[2] if found else rest)[:200]]
    if what is What.PICTURE:
        if not re.fullmatch(r"https://[!-~]{4,990}", rest, re.ASCII):
            raise BadChange(said)
        return rest
    number = re.fullmatch(r"(?:NT)?\$?(\d{1,7})\D?", rest)
    if number is None or int(number[1]) < 1:
        raise BadChange(said)
    return int(number[1])
