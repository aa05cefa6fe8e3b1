"""What was sent is forgotten in time; that it was sent is not.

The keys stay for good: they are what makes "once" true.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import and_, literal, select, update
from sqlalchemy.orm import Session

from models.talk.outbox_records import OutboxMessage

KEEP = timedelta(days=60)


def empty(session: Session, *, now: datetime, limit: int) -> int:
    """Empty up to `limit` messages that ended more than 60 days ago; return how many."""
    # written out, so that the partial index is used
    full = OutboxMessage.messages != literal("[]", literal_execute=True)
    old = and_(OutboxMessage.done_at.is_not(None), OutboxMessage.done_at < now - KEEP, full)
    some = (
        select(OutboxMessage.id)
        .where(old)
        .order_by(OutboxMessage.done_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    emptied = session.scalars(
        update(OutboxMessage)
        .where(OutboxMessage.id.in_(some))
        .values(messages="[]")
        .returning(OutboxMessage.id)
        .execution_options(synchronize_session=False)
    )
    return len(emptied.all())
