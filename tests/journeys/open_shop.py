"""A group-buy that is open, for the journeys of members."""

from __future__ import annotations

from typing import Any

from models.shop import group_buys
from models.shop.group_buy_terms import GroupBuyTerms, ItemTerms
from tests.shop import Heard, Phone, Shop

MANGO = ItemTerms("A", "愛文芒果", 450, unit="箱", aliases=("芒果",))
EGGS = ItemTerms("A", "放牧雞蛋", 165, unit="盤", aliases=("雞蛋",))
TEA = ItemTerms(
    "A",
    "珍珠奶茶",
    55,
    unit="杯",
    aliases=("珍奶",),
    options=(("甜度", ("正常糖", "半糖", "無糖")), ("冰塊", ("正常冰", "去冰"))),
)


def opens(shop: Shop, *items: ItemTerms, **terms: Any) -> int:
    """Publish a group-buy; its number."""
    offered = items or (MANGO,)
    named = {"title": offered[0].name, **terms}
    with shop.sessions.begin() as session:
        draft = group_buys.draft(
            session, GroupBuyTerms(items=tuple(offered), **named), by="boss", now=shop.clock()
        )
        return group_buys.publish(session, draft, now=shop.clock()).id


def buys(phone: Phone, words: str) -> Heard:
    """Order and confirm; what is heard then."""
    phone.says(words)
    return phone.taps("確認")
