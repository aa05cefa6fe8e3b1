"""What became of members' past orders, as far as it speaks for or against them.

Picked up in time or late, never picked up, given up after closing, paid late: read from
bills and payments, in two statements for many members as for one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from models.base import among, local_day
from models.programme import Programme
from models.shop import pickup_days, reliability
from models.shop.bill_records import Bill
from models.shop.group_buy_records import GroupBuy
from models.shop.orders import Order
from models.shop.payment_records import Payment, PaymentShare, PaymentState
from models.shop.reliability import Fact, Outcome, Reliability
from models.terms import ShopTerms


def reliabilities(
    session: Session, member_ids: Sequence[int], *, now: datetime, programme: Programme
) -> Mapping[int, Reliability]:
    """How reliable each of these members has shown to be by today."""
    found = facts(session, member_ids, terms=programme.shop)
    today = local_day(now)
    return {
        member_id: reliability.reliability(
            found.get(member_id, ()), programme.reliability, today=today
        )
        for member_id in member_ids
    }


def facts(
    session: Session, member_ids: Sequence[int], *, terms: ShopTerms
) -> dict[int, list[Fact]]:
    """The outcomes of these members' orders that have any."""
    found: dict[int, list[Fact]] = defaultdict(list)
    fetched = (
        select(
            *(Bill.member_id, Order.order_no, Bill.picked_up_at, Bill.no_show_at),
            *(Bill.called_off_at, GroupBuy.arrived_at, GroupBuy.pickup_on),
        )
        .join(Order, Order.id == Bill.order_id)
        .join(GroupBuy, GroupBuy.id == Bill.group_buy_id)
        .where(
            among(session, Bill.member_id, member_ids),
            or_(
                Bill.picked_up_at.is_not(None),
                Bill.no_show_at.is_not(None),
                Bill.called_off_at.is_not(None),
            ),
        )
    )
    for row in session.execute(fetched):
        found[row.member_id].append(_fetched(row, terms))
    for member_id, order_no, paid_at, due_on in session.execute(_paid(session, member_ids)):
        if local_day(paid_at) > due_on:
            found[member_id].append(Fact(Outcome.PAID_LATE, local_day(paid_at), order_no))
    return found


def _fetched(row: Any, terms: ShopTerms) -> Fact:
    if row.called_off_at is not None:
        return Fact(Outcome.CANCELLED_LATE, local_day(row.called_off_at), row.order_no)
    if row.picked_up_at is None:
        return Fact(Outcome.NO_SHOW, local_day(row.no_show_at), row.order_no)
    on = local_day(row.picked_up_at)
    last: date = on
    if row.arrived_at is not None:
        last = pickup_days.last_day(row.arrived_at, row.pickup_on, terms)
    late = pickup_days.days_late(last, on)
    outcome = Outcome.PICKED_UP_LATE if late else Outcome.PICKED_UP
    return Fact(outcome, on, row.order_no, late)


def _paid(session: Session, member_ids: Sequence[int]) -> Any:
    """When the last money for each order came in that had to be paid by some day."""
    came_in = func.max(func.coalesce(Payment.reported_at, Payment.received_at))
    return (
        select(Bill.member_id, Order.order_no, came_in, Bill.due_on)
        .join(Order, Order.id == Bill.order_id)
        .join(PaymentShare, PaymentShare.order_id == Bill.order_id)
        .join(Payment, Payment.id == PaymentShare.payment_id)
        .where(
            among(session, Bill.member_id, member_ids),
            Bill.due_on.is_not(None),
            Payment.state == PaymentState.CONFIRMED,
            # cash is for whoever picks up, whenever that is
            Payment.method == "transfer",
        )
        .group_by(Bill.member_id, Order.order_no, Bill.due_on)
    )
