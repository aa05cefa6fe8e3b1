"""Changing a group-buy that runs: 價格 430, 庫存 B 60, 取貨 12/24 管理室.

Whoever ordered was quoted a price: it may come down for everybody who has not
paid yet (who has gets the difference at closing), but it is never raised once
something is ordered; for a dearer price a new group-buy is opened.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import update
from sqlalchemy.orm import Session

from models.base import N_, Refusal
from models.programme import Programme
from models.shop import (
    changing_options,
    group_buys,
    ladders,
    option_words,
    refunds,
    requoting,
    waitlist,
)
from models.shop.bill_records import Wait
from models.shop.changing_words import OF_ITEMS, Change, What
from models.shop.group_buy_records import GroupBuy, Item, Stage

ALIVE = (Stage.DRAFT, Stage.OPEN, Stage.CLOSED)


@dataclass
class Changed:
    """What came of a change: what it was `before`, who got what came free, what is cheaper now.

    Of options `before` is what takes it back. `refunds` is what goes back to those who
    had paid more, by order id.
    """

    group_buy: GroupBuy
    before: Any = None
    promoted: list[Wait] = field(default_factory=list)
    lowered: list[Item] = field(default_factory=list)
    refunds: dict[int, int] = field(default_factory=dict)


class StockBelowTaken(Refusal):
    def __init__(self, name: str, taken: int) -> None:
        super().__init__(
            N_("「{name}」已經訂了 {taken} 份，庫存不能少於這個數；真的不夠請用 /缺貨。"),
            name=name,
            taken=taken,
        )
        self.taken = taken


class PriceRaised(Refusal):
    def __init__(self, name: str, price: int) -> None:
        super().__init__(
            N_("「{name}」已經有人用 NT${price:,} 訂了，不能漲價；要漲請結單後另開一團。"),
            name=name,
            price=price,
        )


def make(
    session: Session, number: int, change: Change, *, now: datetime, programme: Programme
) -> Changed:
    """Change a group-buy, and all that follows from it.

    Raises:
        NoSuchGroupBuy, WrongStage: there is none, or it is over.
        StockBelowTaken: more than that is ordered.
        PriceRaised: somebody ordered at the lower price.
        NoSuchOption, OptionExists, WhichAxis, OptionOrdered, AxisOrdered: as for options.
    """
    group_buy = group_buys.hold(session, number)
    if group_buy.stage not in ALIVE:
        raise group_buys.WrongStage(group_buy)
    done = Changed(group_buy)
    if change.what in OF_ITEMS:
        item = group_buy.item(change.code)
        if change.what is What.OPTIONS:
            edit = option_words.from_plain(change.value)
            done.before = changing_options.make(session, group_buy, item, edit).plain()
        else:
            done.before = getattr(item, change.what.value)
            _ITEM[change.what](session, group_buy, item, change.value)
    else:
        done.before = _whole(group_buy, change)
    session.flush()
    if change.what is What.PRICE:
        _follow(session, done, item, now=now, programme=programme)
    if change.what is What.STOCK:
        done.promoted = waitlist.refill(session, group_buy, now=now, programme=programme)
    return done


def extend(session: Session, number: int, closes_at: datetime | None) -> Changed:
    """Let an open group-buy (or a draft) close at another time, or only by hand.

    Raises:
        NoSuchGroupBuy, WrongStage: there is none, or it is not open.
    """
    group_buy = group_buys.hold(session, number)
    if group_buy.stage not in (Stage.DRAFT, Stage.OPEN):
        raise group_buys.WrongStage(group_buy)
    done = Changed(group_buy, before=group_buy.closes_at)
    group_buy.closes_at = closes_at
    session.flush()
    return done


def _follow(
    session: Session, done: Changed, item: Item, *, now: datetime, programme: Programme
) -> None:
    """Let a new price count for everybody, and give those the difference who have paid."""
    before, reached = item.price_now, ladders.reached(item.rungs, item.price, item.taken)
    item.price_now = min(reached, before) if item.taken else reached
    session.flush()
    if item.price_now < before and item.taken:
        done.lowered = [item]
    requoting.reprice(session, done.group_buy, now=now, programme=programme)
    if done.group_buy.stage == Stage.CLOSED:
        refunds.give_difference(
            session, done.group_buy, done.refunds, now=now, programme=programme
        )


def _price(session: Session, group_buy: GroupBuy, item: Item, value: int) -> None:
    if value > item.price and item.taken:
        raise PriceRaised(item.name, item.price_now)
    item.price = value


def _stock(session: Session, group_buy: GroupBuy, item: Item, value: int | None) -> None:
    enough = Item.taken <= value if value is not None else Item.id == item.id
    changed = session.scalar(
        update(Item)
        .where(Item.id == item.id, enough)
        .values(stock=value)
        .returning(Item.id)
        .execution_options(synchronize_session=False)
    )
    if changed is None:
        raise StockBelowTaken(item.name, item.taken)
    session.refresh(item, ["stock"])


def _limit(session: Session, group_buy: GroupBuy, item: Item, value: int | None) -> None:
    item.limit = value


def _name(session: Session, group_buy: GroupBuy, item: Item, value: str) -> None:
    if group_buy.title == item.name:
        group_buy.title = value
    item.name = value


_ITEM: dict[What, Callable[[Session, GroupBuy, Item, Any], None]] = {
    What.PRICE: _price,
    What.STOCK: _stock,
    What.LIMIT: _limit,
    What.NAME: _name,
}


def _whole(group_buy: GroupBuy, change: Change) -> Any:
    if change.what is What.PICKUP:
        on, place = change.value
        before = [group_buy.pickup_on and group_buy.pickup_on.isoformat(), group_buy.pickup]
        group_buy.pickup_on = date.fromisoformat(on) if on else None
        group_buy.pickup = place
        return before
    before = getattr(group_buy, change.what.value)
    setattr(group_buy, change.what.value, change.value)
    return before
