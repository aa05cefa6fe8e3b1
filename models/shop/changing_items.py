"""Further items put on sale in a group-buy that runs, and taken off again while untouched."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import delete
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from models.base import N_, Refusal
from models.programme import Programme
from models.shop import group_buys, item_offers, opening
from models.shop.group_buy_records import GroupBuy, Item, Stage
from models.shop.group_buy_terms import GroupBuyTerms, ItemTerms
from models.shop.opening_items import LETTERS, MOST_ITEMS, TWICE, BadTerms

WORDS = ("加商品", "加品項", "新增商品", "新增品項")
RUNNING = (Stage.DRAFT, Stage.OPEN, Stage.CLOSED)
NOT_ALONE = N_(
    "加商品時只能寫商品本身（名稱、價格、選項、限量…），例如：/改團 3 加商品 玉米水餃 250"
)
TOO_MANY = N_("一團最多 {most} 樣商品，請另開一團。")
OF_THE_OFFER = (
    *("minimum", "opens_at", "closes_at", "pickup", "pickup_on", "tier", "tag", "windows"),
    *("preorder", "dropship", "free_from", "picture"),
)


class ItemOrdered(Refusal):
    def __init__(self, name: str) -> None:
        super().__init__(
            N_("「{name}」已經有人訂過或看過卡片，不能拿掉；不賣了請把庫存改成已訂的數量。"),
            name=name,
        )


def asked(said: str) -> str | None:
    """What is to be added, None if something else is wanted."""
    word = next((word for word in WORDS if said.startswith(word)), None)
    return None if word is None else said[len(word) :].strip(" :：")


def read(said: str, *, programme: Programme, now: datetime) -> Sequence[ItemTerms]:
    """The items that a line describes, as for an opening.

    Raises:
        NotUnderstood, BadTerms: it says nothing known, or more than items.
    """
    terms: GroupBuyTerms = opening.read(said, programme=programme, now=now)
    if any(getattr(terms, name) for name in OF_THE_OFFER):
        raise BadTerms(NOT_ALONE)
    return terms.items


def add(session: Session, number: int, items: Sequence[ItemTerms]) -> list[Item]:
    """Put further items on sale, each under its letter or the next that is free.

    Raises:
        NoSuchGroupBuy, WrongStage: there is none, or it is over.
        BadTerms: one of that name or letter is there, or they become too many.
    """
    group_buy = _running(session, number)
    if len(group_buy.items) + len(items) > MOST_ITEMS:
        raise BadTerms(TOO_MANY, most=MOST_ITEMS)
    ids = item_offers.product_ids(session, items)
    made = [item_offers.item(each, ids[each.name]) for each in _coded(group_buy, items)]
    group_buy.items += made
    session.flush()
    return made


def remove(session: Session, number: int, code: str) -> Item:
    """Take an item off that nobody has ordered or been shown yet.

    Raises:
        NoSuchGroupBuy, WrongStage: there is none, or it is over.
        ItemOrdered: somebody has.
    """
    group_buy = _running(session, number)
    item = group_buy.item(code)
    try:
        with session.begin_nested():
            session.execute(delete(Item).where(Item.id == item.id, Item.taken == 0))
    except IntegrityError:
        raise ItemOrdered(item.name) from None
    session.expire(group_buy, ["items"])
    if any(each.id == item.id for each in group_buy.items):
        raise ItemOrdered(item.name)
    return item


def _running(session: Session, number: int) -> GroupBuy:
    group_buy = group_buys.hold(session, number)
    if group_buy.stage not in RUNNING:
        raise group_buys.WrongStage(group_buy)
    return group_buy


def _coded(group_buy: GroupBuy, items: Sequence[ItemTerms]) -> list[ItemTerms]:
    """The items with letters that are free; what they were read with counts from A again."""
    names = {item.name for item in group_buy.items}
    free = [each for each in LETTERS if each not in {item.code for item in group_buy.items}]
    made = []
    for item in items:
        if item.name in names:
            raise BadTerms(TWICE, name=item.name)
        code = item.code if item.code in free else free[0]
        free.remove(code)
        made.append(replace(item, code=code))
    return made
