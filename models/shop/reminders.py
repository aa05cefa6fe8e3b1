"""Reminders to buy again that wait to be sent, and what becomes of them after a purchase."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from models.base import batches
from models.shop.orders import OrderLine
from models.talk.outbox_records import OutboxMessage, State, in_state

RULE = "replenishment"


def period(product_id: int, bought_on: date) -> str:
    """What a reminder is sent once for: one purchase of one product."""
    return f"{product_id}-{bought_on:%Y%m%d}"


def call_off(session: Session, bought: Collection[tuple[int, int]], *, now: datetime) -> int:
    """Cancel what members need not be reminded of any more; return how many messages.

    `bought` are pairs of member id and the id of their new order. What has been
    tried already goes on to its end.
    """
    cancelled = 0
    for some in batches(list(bought)):
        waiting = _waiting(session, {member_id for member_id, _ in some})
        if not waiting:
            continue
        lines = session.execute(
            select(OrderLine.order_id, OrderLine.product_id).where(
                OrderLine.order_id.in_([order_id for _, order_id in some])
            )
        )
        member_of = {order_id: member_id for member_id, order_id in some}
        again = {(member_of[order_id], product_id) for order_id, product_id in lines}
        ids = [id_ for id_, *what in waiting if tuple(what) in again]
        cancelled += _cancel(session, ids, now)
    return cancelled


def _waiting(session: Session, members: Collection[int]) -> list[tuple[int, int | None, int]]:
    """Messages not tried yet: id, member, product."""
    rows = session.execute(
        select(OutboxMessage.id, OutboxMessage.member_id, OutboxMessage.period).where(
            OutboxMessage.rule == RULE,
            OutboxMessage.member_id.in_(members),
            or_(in_state(State.QUEUED), in_state(State.PARKED)),
            OutboxMessage.first_tried_at.is_(None),
        )
    )
    return [(id_, member_id, int(what.partition("-")[0])) for id_, member_id, what in rows]


def _cancel(session: Session, ids: Collection[int], now: datetime) -> int:
    gone = session.scalars(
        update(OutboxMessage)
        .where(
            OutboxMessage.id.in_(ids),
            OutboxMessage.lease.is_(None),
            OutboxMessage.first_tried_at.is_(None),
        )
        .values(state=State.CANCELLED.value, reason="bought again", done_at=now)
        .returning(OutboxMessage.id)
        .execution_options(synchronize_session=False)
    )
    return len(gone.all())
