"""Reminding members to pay: an order at most once in three days, and no more once they paid."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from models.base import insert
from models.shop.payment_records import Dunning
from models.talk.outbox_records import OutboxMessage, State, in_state

RULE = "dunning"
PAUSE = timedelta(days=3)


def lately(session: Session, order_ids: Sequence[int], *, now: datetime) -> set[int]:
    """Those of these orders whose members were reminded within three days."""
    query = select(Dunning.order_id).where(Dunning.order_id.in_(order_ids))
    return set(session.scalars(query.where(Dunning.last_at > now - PAUSE)))


def claim(session: Session, order_ids: Sequence[int], *, now: datetime) -> set[int]:
    """Those of these orders whose members may be reminded now; again only after three days."""
    if not order_ids:
        return set()
    put = insert(session, Dunning)
    statement = put.on_conflict_do_update(
        index_elements=["order_id"],
        set_={"last_at": now, "times": Dunning.times + 1},
        where=Dunning.last_at <= now - PAUSE,
    )
    rows = [{"order_id": id_, "last_at": now, "times": 1} for id_ in sorted(set(order_ids))]
    return set(session.scalars(statement.returning(Dunning.order_id), rows))


def call_off(session: Session, member_id: int, *, now: datetime) -> int:
    """Cancel what still waits to remind a member who paid; how many messages."""
    gone = session.scalars(
        update(OutboxMessage)
        .where(
            OutboxMessage.rule == RULE,
            OutboxMessage.member_id == member_id,
            or_(in_state(State.QUEUED), in_state(State.PARKED)),
            OutboxMessage.lease.is_(None),
            OutboxMessage.first_tried_at.is_(None),
        )
        .values(state=State.CANCELLED.value, reason="paid", done_at=now)
        .returning(OutboxMessage.id)
        .execution_options(synchronize_session=False)
    )
    return len(gone.all())
