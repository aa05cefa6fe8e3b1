"""Group-buys whose time is over are closed, and offers that nobody took go to the next in line.

Each in a transaction of its own, under the group-buy's hold: whoever comes
second finds nothing left to do.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import structlog
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from bot.views import notices as views
from models.programme import Programme
from models.shop import closing, group_buys, waitlist
from models.shop.group_buy_records import GroupBuy, Stage
from scheduler import notices, waiting_notices

log = structlog.get_logger()


def overdue(session: Session, *, now: datetime) -> Sequence[int]:
    """The open group-buys whose closing time has passed."""
    query = select(GroupBuy.id).where(GroupBuy.stage == Stage.OPEN, GroupBuy.closes_at <= now)
    return session.scalars(query.order_by(GroupBuy.closes_at, GroupBuy.id)).all()


def close_due(sessions: sessionmaker[Session], now: datetime, programme: Programme) -> int:
    """Close the group-buys whose time is over, and tell their people; how many."""
    with sessions() as session:
        session.connection(execution_options={"readonly": True})
        numbers = overdue(session, now=now)
    count = 0
    for number in numbers:
        with sessions.begin() as session:
            count += _close(session, number, now=now, programme=programme)
    return count


def lapse_due(sessions: sessionmaker[Session], now: datetime, programme: Programme) -> int:
    """End the offers that were not taken in time; how many others were served."""
    with sessions() as session:
        session.connection(execution_options={"readonly": True})
        numbers = waitlist.overdue(session, now=now)
    count = 0
    for number in numbers:
        with sessions.begin() as session:
            lapsed = waitlist.lapse(session, number, now=now, programme=programme)
            group_buy = group_buys.find(session, number)
            waiting_notices.lapsed(session, group_buy, lapsed.ended, now=now)
            notices.promoted(session, group_buy, lapsed.served, now=now)
            count += len(lapsed.served)
    return count


def _close(session: Session, number: int, *, now: datetime, programme: Programme) -> bool:
    group_buy = group_buys.hold(session, number)
    over = group_buy.closes_at is not None and group_buy.closes_at <= now
    if group_buy.stage != Stage.OPEN or not over:
        return False
    done = closing.close(session, number, now=now, programme=programme)
    group_buy = group_buys.find(session, number)
    if group_buy.short:
        # whether it goes ahead all the same is for the organiser to say
        notices.to_organiser(session, group_buy, "short", views.short(group_buy), now=now)
    else:
        notices.closed(session, group_buy, done, now=now, programme=programme)
        orders = len(closing.live_bills(session, number))
        said = views.over(group_buy, orders=orders)
        notices.to_organiser(session, group_buy, "over", said, now=now)
    log.info("group_buy_closed", number=number, short=group_buy.short)
    return True
