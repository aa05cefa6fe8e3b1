"""The price ladder: the more shares are ordered, the less each costs, for everybody.

A price that was reached stays, whoever cancels afterwards.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from models.programme import Programme
from models.shop import requoting
from models.shop.group_buy_records import GroupBuy, Item
from models.shop.group_buy_terms import Rung


def reached(rungs: Sequence[Rung], price: int, taken: int) -> int:
    """What one share costs once `taken` are ordered; never more than `price`."""
    return min([price, *(rung.price for rung in rungs if rung.quantity <= taken)])


def next_rung(item: Item) -> Rung | None:
    """The next rung that is cheaper than now."""
    ahead = [rung for rung in item.rungs if rung.price < item.price_now]
    return min(ahead, key=lambda rung: rung.quantity, default=None)


def lower(
    session: Session, group_buy: GroupBuy, *, now: datetime, programme: Programme
) -> list[Item]:
    """Bring the prices of a held group-buy down to what was reached, and every open bill too.

    The items that have become cheaper.
    """
    lowered = [item for item in group_buy.items if _lower(session, item)]
    if lowered:
        requoting.reprice(session, group_buy, now=now, programme=programme)
    return lowered


def _lower(session: Session, item: Item) -> bool:
    price = reached(item.rungs, item.price, item.taken)
    if price >= item.price_now:
        return False
    lowered = session.scalar(
        update(Item)
        .where(Item.id == item.id, Item.price_now > price)
        .values(price_now=price)
        .returning(Item.id)
        .execution_options(synchronize_session=False)
    )
    session.refresh(item, ["price_now"])
    return lowered is not None
