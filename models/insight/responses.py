"""The night's look at which of the pushed messages brought an order.

A message of a day is answered if its member ordered after it, within the
shop's window counted from the day's end. Each day is looked at once, when its
window is over.
"""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import and_, delete, exists, func, select, text
from sqlalchemy.orm import Session

from models.base import day_start, insert
from models.message_terms import ResponseTerms
from models.shop.orders import Order, Status
from models.talk.outbox_records import ASKED_OF_QUOTA, OutboxMessage, State, in_state
from models.talk.policy import Purpose
from models.talk.responses import KEEP, TopicResponse

CATCH_UP = 7  # days
DAY = timedelta(days=1)


def observe(session: Session, terms: ResponseTerms, *, today: date) -> int:
    """Look at the days whose window is over; return how many messages they had."""
    last = today - terms.window - DAY
    days = [last - DAY * back for back in range(CATCH_UP)]
    known = set(
        session.scalars(select(TopicResponse.day).where(TopicResponse.day.in_(days)).distinct())
    )
    seen = sum(_observe(session, day, terms) for day in days if day not in known)
    session.execute(delete(TopicResponse).where(TopicResponse.day < today - KEEP))
    return seen


def _observe(session: Session, day: date, terms: ResponseTerms) -> int:
    begins, ends = day_start(day), day_start(day + DAY)
    ordered = exists().where(
        Order.member_id == OutboxMessage.member_id,
        Order.ordered_on >= day,
        Order.ordered_at > OutboxMessage.done_at,
        Order.ordered_at < ends + terms.window,
        Order.status != Status.CANCELLED,
    )
    sent = and_(
        OutboxMessage.done_at >= begins,
        OutboxMessage.done_at < ends,
        OutboxMessage.purpose == Purpose.MARKETING,
        in_state(State.SENT),
        text(ASKED_OF_QUOTA),
    )
    rows = session.execute(
        select(OutboxMessage.topic, func.count(), func.count().filter(ordered))
        .where(sent)
        .group_by(OutboxMessage.topic)
    ).all()
    if rows:
        found = [
            {"day": day, "topic": topic, "sent": count, "answered": answered}
            for topic, count, answered in rows
        ]
        session.execute(insert(session, TopicResponse).values(found).on_conflict_do_nothing())
    return sum(count for _, count, _ in rows)
