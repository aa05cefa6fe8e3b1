"""What members are told of a deposit that nobody quoted to them: they ordered in a group."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from bot.views import deposits as views
from models.programme import Programme
from models.shop.ordering import Outcome
from scheduler.notice_drafts import Notice, tell

SOON = timedelta(hours=1)


def asked(session: Session, outcome: Outcome, *, now: datetime, programme: Programme) -> int:
    """An order that was called in a group asks for a deposit; told once for each sum."""
    bill = outcome.bill
    if bill is None or not bill.deposit_due:
        return 0
    account = programme.shop.account
    key = f"{bill.order_id}:{bill.deposit}"
    said = Notice(bill.member_id, key, lambda: views.told(bill, account=account))
    return tell(session, "deposit_asked", [said], now=now, rides=SOON)
