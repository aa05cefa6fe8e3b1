"""The waiting list released N at a time: those first in line get what they wait for.

The shop has found more: the stock grows by what they need beyond what is free.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from models.base import N_, Refusal
from models.programme import Programme
from models.shop import group_buys, waitlist
from models.shop.bill_records import Wait, WaitState
from models.shop.group_buy_records import Item


class NobodyWaits(Refusal):
    buttons = ("/開團中",)

    def __init__(self, number: int) -> None:
        super().__init__(N_("第 {number} 團現在沒有人候補。"), number=number)


def first_in_line(session: Session, number: int, most: int) -> Sequence[Wait]:
    """Those who would be served.

    Raises:
        NobodyWaits: there are none.
    """
    query = select(Wait).where(Wait.group_buy_id == number, Wait.state == WaitState.WAITING)
    found = session.scalars(query.order_by(Wait.id).limit(most)).all()
    if not found:
        raise NobodyWaits(number)
    return found


def needed(waits: Sequence[Wait]) -> dict[int, int]:
    """How many more shares of each item it takes, by item id."""
    wanted: dict[int, int] = {}
    for wait in waits:
        wanted[wait.item_id] = wanted.get(wait.item_id, 0) + wait.quantity
    items = {wait.item_id: wait.item for wait in waits}
    return {
        item_id: max(count - (left if (left := items[item_id].left) is not None else count), 0)
        for item_id, count in wanted.items()
    }


def release(
    session: Session, number: int, most: int, *, now: datetime, programme: Programme
) -> list[Wait]:
    """Give those first in line, at most so many, what they wait for.

    Raises:
        NoSuchGroupBuy: there is none.
        NobodyWaits: nobody waits.
    """
    group_buy = group_buys.hold(session, number)
    if group_buy.stage not in (group_buys.Stage.OPEN, group_buys.Stage.CLOSED):
        raise group_buys.WrongStage(group_buy)
    waits = first_in_line(session, number, most)
    for item_id, more in needed(waits).items():
        session.execute(
            update(Item)
            .where(Item.id == item_id)
            .values(stock=Item.stock + more, supply=Item.supply + more)
            .execution_options(synchronize_session=False)
        )
    session.expire_all()
    group_buy = group_buys.hold(session, number)
    return waitlist.refill(session, group_buy, now=now, programme=programme, most=most)
