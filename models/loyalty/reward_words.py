"""What an organiser writes about a reward, read: 保溫杯 300 20; 庫存 30; 等級 金級 鑽石級.

Pure. None stands for words that mean nothing here; whoever asked says how to write.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from typing import Any

from models.base import N_, Refusal, day_start, end_of_day
from models.loyalty.reward_records import RewardKind
from models.programme import Programme

KINDS = {
    "券": RewardKind.COUPON,
    "優惠券": RewardKind.COUPON,
    "體驗": RewardKind.EXPERIENCE,
    "座位": RewardKind.SEAT,
    "商品": RewardKind.GOODS,
}
NO_LIMIT = ("不限", "不限量", "無", "沒有")
COUNT = re.compile(r"(?:庫存)?(\d{1,7})(?:點|份|個|張)?", re.ASCII)
DAY = re.compile(r"(?:(\d{4})[/-])?(\d{1,2})[/-](\d{1,2})", re.ASCII)
FIELDS = {
    "庫存": "stock",
    "點數": "price",
    "名稱": "name",
    "每人": "per_member_limit",
    "等級": "tiers",
    "開始": "opens_at",
    "截止": "closes_at",
    "圖片": "picture",
}


class NoSuchCouponKind(Refusal):
    buttons = ("/獎品",)

    def __init__(self, said: str, known: Sequence[str]) -> None:
        super().__init__(
            N_("規則檔裡沒有「{said}」這張券，可用的代號有 {known}。"),
            said=said,
            known="、".join(known),
        )


class NoSuchTier(Refusal):
    buttons = ("/獎品",)

    def __init__(self, said: str, known: Sequence[str]) -> None:
        super().__init__(
            N_("沒有「{said}」這個等級，可以寫 {known}，或寫「不限」。"),
            said=said,
            known="、".join(known),
        )


class NotAPicture(Refusal):
    buttons = ("/獎品",)

    def __init__(self) -> None:
        super().__init__(N_("圖片請給 https:// 開頭的網址；不要圖片就寫「無」。"))


def new(said: str, programme: Programme) -> dict[str, Any] | None:
    """What to add: [券|體驗|座位] a name (or a coupon's key), a price, and a stock or none."""
    words = said.split()
    kind = KINDS.get(words[0]) if words else None
    if kind is not None:
        del words[0]
    counts: list[int] = []
    while len(words) > 1 and len(counts) < 2 and (found := COUNT.fullmatch(words[-1])):
        counts.insert(0, int(found[1]))
        del words[-1]
    if not words or not counts:
        return None
    wanted: dict[str, Any] = {"name": " ".join(words), "kind": kind or RewardKind.GOODS}
    if kind is RewardKind.COUPON or (kind is None and wanted["name"] in programme.coupons):
        wanted |= _coupon(wanted["name"], programme)
    return wanted | {"price": counts[0], "stock": counts[1] if len(counts) > 1 else None}


def change(said: str, programme: Programme, today: date) -> tuple[str, Any] | None:
    """The field to change and its new value: 庫存 30, 每人 不限, 截止 12/31."""
    word, _space, rest = said.partition(" ")
    field, rest = FIELDS.get(word), rest.strip()
    if field is None or not rest:
        return None
    if field == "name":
        return field, rest
    if field == "picture":
        return field, "" if rest in NO_LIMIT else _picture(rest)
    if field == "tiers":
        return field, "" if rest in NO_LIMIT else _tiers(rest.split(), programme)
    return _number_or_day(field, rest, today)


def _number_or_day(field: str, said: str, today: date) -> tuple[str, Any] | None:
    if said in NO_LIMIT:
        return None if field == "price" else (field, None)
    if field in ("opens_at", "closes_at"):
        return _instant(field, said, today)
    count = COUNT.fullmatch(said)
    return None if count is None else (field, int(count[1]))


def _coupon(said: str, programme: Programme) -> dict[str, Any]:
    for key, terms in programme.coupons.items():
        if said in (key, terms.name):
            return {"name": terms.name, "kind": RewardKind.COUPON, "coupon_key": key}
    raise NoSuchCouponKind(said[:40], list(programme.coupons))


def _picture(address: str) -> str:
    if not re.fullmatch(r"https://[!-~]{4,990}", address, re.ASCII):
        raise NotAPicture
    return address


def _tiers(said: Sequence[str], programme: Programme) -> str:
    by_word = {tier.key: tier.key for tier in programme.tiers}
    by_word |= {tier.name: tier.key for tier in programme.tiers}
    for word in said:
        if word not in by_word:
            raise NoSuchTier(word[:40], [tier.name for tier in programme.tiers])
    return ",".join(dict.fromkeys(by_word[word] for word in said))


def _instant(field: str, said: str, today: date) -> tuple[str, Any] | None:
    found = DAY.fullmatch(said)
    if found is None:
        return None
    year, month, on = found.groups()
    try:
        day = date(int(year or today.year), int(month), int(on))
        # a day without a year is the next one that is called so
        day = day if year or day >= today else day.replace(year=today.year + 1)
    except ValueError:
        return None
    return field, day_start(day) if field == "opens_at" else end_of_day(day)
