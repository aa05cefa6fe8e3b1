"""What members are told of goods that do not come, or come after all."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from bot.views import supply_notices as views
from bot.views.kit import Message
from models.shop.bill_records import Bill
from models.shop.group_buy_records import GroupBuy
from models.shop.supply_shortages import Cut, Shared
from scheduler.notice_drafts import Notice, tell


def short(session: Session, shared: Shared, *, now: datetime) -> int:
    """Each who is cut hears it at once, before they ask; how many will."""
    notices = [
        Notice(lost.member_id, f"{shared.group_buy.id}:{shared.shortage.id}", _cut(shared, lost))
        for lost in shared.cuts
    ]
    return tell(session, "short", notices, now=now)


def restored(
    session: Session, group_buy: GroupBuy, bills: Sequence[Bill], version: int, *, now: datetime
) -> int:
    """What was short is theirs again."""
    notices = [
        Notice(
            bill.member_id,
            f"{group_buy.id}:{version}:{bill.order_id}",
            _restored(group_buy, bill.order.order_no, bill.total),
        )
        for bill in bills
    ]
    return tell(session, "short_no_more", notices, now=now)


def _cut(shared: Shared, lost: Cut) -> Callable[[], Message]:
    return lambda: views.cut(shared, lost)


def _restored(group_buy: GroupBuy, order_no: str, total: int) -> Callable[[], Message]:
    return lambda: views.restored(group_buy, order_no, total)
