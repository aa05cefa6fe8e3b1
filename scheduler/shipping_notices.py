"""What members are told of orders that are sent to them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from bot.views import shipping as views
from bot.views.kit import Message
from models.shop.consignments import Consignment
from models.shop.group_buy_records import GroupBuy
from models.talk import outbox_riding
from scheduler.notice_drafts import Notice, tell

REACH = 5_000  # messages looked through


def ask(
    session: Session, group_buy: GroupBuy, found: Sequence[Consignment], *, now: datetime
) -> int:
    """Ask members where their orders go, at most once a day for each; how many will hear it."""
    notices = [
        Notice(
            each.member_id,
            f"{each.order_no}:{now:%Y%m%d}",
            _ask(group_buy, each.order_no),
        )
        for each in {each.member_id: each for each in reversed(found)}.values()
    ]
    return tell(session, "ask_recipient", notices, now=now)


def withdraw(session: Session, order_no: str, number: str, *, now: datetime) -> None:
    """What was not told yet of an order that was not sent after all is not told any more."""
    for rider in outbox_riding.waiting(session, "sent_off", limit=REACH):
        if rider.key.startswith(f"sent_off:{order_no}:{number}"[:90]):
            outbox_riding.withdraw(rider, now=now)


def _ask(group_buy: GroupBuy, order_no: str) -> Callable[[], Message]:
    return lambda: views.ask_details(group_buy, order_no)
