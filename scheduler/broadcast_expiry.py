"""Until when a broadcast is of use: what it is about must not be over before it goes out."""

from __future__ import annotations

from datetime import datetime, timedelta

from models.base import N_, Refusal
from models.shop.group_buy_records import GroupBuy
from models.talk import broadcasts
from models.talk.broadcast_terms import Wanted


class ClosesBefore(Refusal):
    """What it is about is over before it goes out."""

    buttons = ("/開團中",)

    def __init__(self, number: int) -> None:
        super().__init__(
            N_("第 {number} 團在送出以前就結單了，沒有排進去；請先 /延長，或換一個時間。"),
            number=number,
        )


def use_until(wanted: Wanted, release_at: datetime, group_buy: GroupBuy | None) -> datetime:
    """When a broadcast is of no use any more: as said, else with its group-buy's end.

    Raises:
        ClosesBefore: the group-buy is over when it would go out.
    """
    closes_at = group_buy.closes_at if group_buy is not None else None
    if group_buy is not None and closes_at is not None and closes_at <= release_at:
        raise ClosesBefore(group_buy.id)
    if wanted.days is not None:
        return release_at + timedelta(days=wanted.days)
    return release_at + broadcasts.USE if closes_at is None else closes_at
