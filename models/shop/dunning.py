"""Reminding members to pay: an order at most once in three days, and no more once they paid."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import and_, false, or_, select, update
from sqlalchemy.orm import Session

from models.base import insert
from models.people import members
from models.people.members import Member
from models.shop.bill_records import Bill
from models.shop.group_buy_records import GroupBuy, Stage
from models.shop.orders import Order
from models.shop.payment_queries import owing, state_of
from models.shop.payment_records import Dunning, PaymentState
from models.talk.outbox_records import OutboxMessage, State, in_state

RULE, OF_ITSELF = "dunning", "payment_due"
CLOSED = "closed"  # what an order costs, told when its group-buy closes
PAUSE = timedelta(days=3)


@dataclass
class Unpaid:
    """Whom to remind of which bills, and why not of others.

    `checking` were reported as paid, `lately` reminded within three days; those
    in `unreachable` are not on LINE.
    """

    remind: dict[int, list[Bill]] = field(default_factory=dict)
    names: dict[int, str] = field(default_factory=dict)
    checking: int = 0
    lately: int = 0
    unreachable: list[str] = field(default_factory=list)

    @property
    def bills(self) -> list[Bill]:
        return [bill for theirs in self.remind.values() for bill in theirs]


def unpaid(session: Session, group_buy_id: int | None, *, now: datetime) -> Unpaid:
    """What is owed in a group-buy; in all that take no more orders, if it is None."""
    which = (
        GroupBuy.stage.in_((Stage.CLOSED, Stage.ARRIVED, Stage.FINISHED))
        if group_buy_id is None
        else GroupBuy.id == group_buy_id
    )
    rows = session.execute(
        select(Bill, Member.name, members.reachable())
        .join(Order, Order.id == Bill.order_id)
        .join(GroupBuy, GroupBuy.id == Bill.group_buy_id)
        .join(Member, Member.id == Bill.member_id)
        .where(owing(), which)
        .order_by(Bill.order_id)
    ).all()
    states = state_of(session, [bill.order_id for bill, *_ in rows])
    recently = lately(session, [bill.order_id for bill, *_ in rows], now=now)
    found = Unpaid()
    for bill, name, reachable in rows:
        found.names[bill.member_id] = name
        if states.get(bill.order_id) is PaymentState.REPORTED:
            found.checking += 1
        elif not reachable:
            found.unreachable.append(f"{name} {bill.order.order_no}".strip())
        elif bill.order_id in recently:
            found.lately += 1
        else:
            found.remind.setdefault(bill.member_id, []).append(bill)
    return found


def lately(session: Session, order_ids: Sequence[int], *, now: datetime) -> set[int]:
    """Those of these orders of which members were reminded within three days, in any way."""
    query = select(Dunning.order_id).where(Dunning.order_id.in_(order_ids))
    by_hand = session.scalars(query.where(Dunning.last_at > now - PAUSE)).all()
    told = select(OutboxMessage.member_id).where(
        OutboxMessage.rule == OF_ITSELF, OutboxMessage.created_at > now - PAUSE
    )
    theirs = select(Bill.order_id).where(Bill.order_id.in_(order_ids), Bill.member_id.in_(told))
    return {*by_hand, *session.scalars(theirs)}


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


def call_off(
    session: Session, member_id: int, order_ids: Collection[int], *, now: datetime
) -> int:
    """Cancel what still waits to ask a member for money that came in; how many messages.

    What told them at closing what these orders cost is not true any more either.
    """
    asked = OutboxMessage.rule.in_((RULE, OF_ITSELF))
    told = [
        OutboxMessage.key.endswith(f":{order_id}:{member_id}") for order_id in sorted(order_ids)
    ]
    closed = and_(OutboxMessage.rule == CLOSED, or_(false(), *told))
    gone = session.scalars(
        update(OutboxMessage)
        .where(
            or_(asked, closed),
            OutboxMessage.member_id == member_id,
            or_(in_state(State.QUEUED), in_state(State.PARKED)),
            OutboxMessage.lease.is_(None),
            OutboxMessage.first_tried_at.is_(None),
            OutboxMessage.rides_on_id.is_(None),
        )
        .values(state=State.CANCELLED.value, reason="paid", done_at=now)
        .returning(OutboxMessage.id)
        .execution_options(synchronize_session=False)
    )
    return len(gone.all())
