"""What members are told of a place on the waiting list that came to nothing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from bot.views import notices as views
from bot.views.kit import Message
from models.shop.bill_records import Wait
from models.shop.group_buy_records import GroupBuy
from scheduler.notice_drafts import Notice, of_wait, tell


def lapsed(session: Session, group_buy: GroupBuy, waits: Sequence[Wait], *, now: datetime) -> int:
    """What was held for some is held no longer; and what they may do now."""
    whose: dict[int, list[Wait]] = {}
    for wait in waits:
        whose.setdefault(wait.member_id, []).append(wait)
    notices = [
        Notice(member_id, f"{group_buy.id}:{theirs[0].id}", _lapsed(group_buy, theirs))
        for member_id, theirs in whose.items()
    ]
    return tell(session, "lapsed", notices, now=now)


def _lapsed(group_buy: GroupBuy, waits: Sequence[Wait]) -> Callable[[], Message]:
    goods = [of_wait(wait) for wait in waits]
    again = ";".join(f"{w.item_id}|{w.option}|{w.quantity}|{w.person}" for w in waits)
    return lambda: views.lapsed(group_buy, goods, f"選購 {again}")
