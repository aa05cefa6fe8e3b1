"""Until when a broadcast is of use: what it is about must not be over before it goes out."""

from __future__ import annotations

from datetime import datetime, timedelta

from models.base import N_, Refusal
from models.shop.group_buy_records import GroupBuy, Stage
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


class NotOpen(Refusal):
    """What it is about cannot be joined."""

    buttons = ("/開團中",)

    def __init__(self, number: int) -> None:
        super().__init__(
            N_("第 {number} 團現在沒有開著，沒有排進去；請先開團（結單了就 /重開），再推播。"),
            number=number,
        )


def use_until(wanted: Wanted, goes_at: datetime, group_buy: GroupBuy | None) -> datetime:
    """When a broadcast is of no use any more: as said, else with its group-buy's end.

    Raises:
        NotOpen: the group-buy is a draft, or over.
        ClosesBefore: it is over when the broadcast would go out.
    """
    closes_at = group_buy.closes_at if group_buy is not None else None
    if group_buy is not None and group_buy.stage != Stage.OPEN:
        raise NotOpen(group_buy.id)
    if group_buy is not None and closes_at is not None and closes_at <= goes_at:
        raise ClosesBefore(group_buy.id)
    if wanted.days is not None:
        return goes_at + timedelta(days=wanted.days)
    return goes_at + broadcasts.USE if closes_at is None else closes_at
