"""What an order's way from placed to picked up or refunded does to all that follows from it.

Paid brings points that are pending, picked up makes them available and counts
towards the tier; cancelled and refunded undo whatever was done. Each step is
one conditional update, so an order cannot be settled twice.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from itertools import groupby
from typing import NamedTuple

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from models.base import N_, Refusal, batches, local_day
from models.loyalty import points, tiers
from models.programme import PointTerms, Programme
from models.shop import reminders, replenishment_upkeep, totals
from models.shop.bill_records import Bill
from models.shop.orders import BOUGHT, Order, OrderDraft, Status, follows

REASONS = {
    Status.CANCELLED: N_("訂單 {order_no} 取消"),
    Status.REFUNDED: N_("訂單 {order_no} 退款"),
}


class CannotBecome(Refusal):
    def __init__(self, order_no: str, status: Status) -> None:
        super().__init__(
            N_("訂單 {order_no} 現在不能改成「{status}」。"), order_no=order_no, status=status
        )
        self.status = status


class OrderMoved(Refusal):
    def __init__(self, order_no: str) -> None:
        super().__init__(N_("訂單 {order_no} 剛才有別的變動，請再試一次。"), order_no=order_no)


class Step(NamedTuple):
    """An order on its way from one state to the next; `cash` and `refunded` are whole TWD.

    `reopened` is how often it was unpaid again: each time it is paid is an earning of its own.
    """

    order_id: int
    order_no: str
    member_id: int
    ordered_on: date
    cash: int
    before: Status
    after: Status
    refunded: int = 0
    reopened: int = 0

    @classmethod
    def first(cls, order_id: int, draft: OrderDraft, after: Status) -> Step:
        """The first step of an order that was just placed."""
        day = local_day(draft.ordered_at)
        return cls(
            order_id, draft.order_no, draft.member_id, day, draft.cash, Status.PLACED, after
        )

    @property
    def source(self) -> str:
        return f"order:{self.order_no}"

    @property
    def earning(self) -> str:
        """What its points are earned under."""
        return earning(self.order_no, self.reopened)


def earning(order_no: str, reopened: int) -> str:
    """The source of what an order earned the last time it was paid."""
    return f"order:{order_no}:{reopened}" if reopened else f"order:{order_no}"


def settle(
    session: Session, order: Order, status: Status, *, now: datetime, programme: Programme
) -> list[tiers.Change]:
    """Move an order on, and say whose tier that changed; being there already changes nothing.

    Raises:
        CannotBecome: the order has gone another way.
        OrderMoved: somebody else moved it at this moment.
    """
    before = Status(order.status)
    if before == status:
        return []
    if not follows(status, before):
        raise CannotBecome(order.order_no, status)
    step = Step(
        order.id,
        order.order_no,
        order.member_id,
        order.ordered_on,
        order.cash,
        before,
        status,
        order.refunded,
        order.reopened,
    )
    changes = settle_many(
        session, [step], now=now, programme=programme, qualified_on=local_day(now)
    )
    session.refresh(order)
    bill = session.get(Bill, order.id)
    if bill is not None and bill.locked_at is None:  # nothing is added to what is settled
        bill.locked_at = now
        session.flush()
    return changes


def settle_many(
    session: Session,
    steps: Sequence[Step],
    *,
    now: datetime,
    programme: Programme,
    qualified_on: date | None = None,
) -> list[tiers.Change]:
    """Move many orders on at once, each to a state that follows its own.

    Orders count towards the tier from `qualified_on`; if it is None, as for orders
    that lie in the past, each from the day on which it was made.

    Raises:
        OrderMoved: one of them is not where its step begins (any more).
    """
    _advance(session, steps, now)
    bought = [(s.member_id, s.order_id) for s in steps if s.after in BOUGHT]
    reminders.call_off(session, bought, now=now)
    if programme.points.enabled:
        _move_points(session, steps, now, programme.points)
    changes = _move_tiers(session, steps, now, programme, qualified_on)
    totals.change(session, _differences(steps), now=now)
    moved = [step.order_id for step in steps if (step.before in BOUGHT) != (step.after in BOUGHT)]
    replenishment_upkeep.follow_orders(session, moved)
    return changes


def refund_part(
    session: Session, order: Order, amount: int, *, now: datetime, programme: Programme
) -> list[tiers.Change]:
    """Give back `amount` NT$ of what was paid for goods, and what it earned in proportion.

    Raises:
        RefundTooLarge: less is left of it.
        CannotBecome: the order is neither paid nor picked up.
    """
    if Status(order.status) not in BOUGHT:
        raise CannotBecome(order.order_no, Status.REFUNDED)
    raised = session.scalar(
        update(Order)
        .where(Order.id == order.id, Order.status.in_(BOUGHT))
        .where(Order.refunded + amount <= Order.cash)
        .values(refunded=Order.refunded + amount, changed_at=now)
        .returning(Order.refunded)
        .execution_options(synchronize_session=False)
    )
    if amount < 1 or raised is None:
        raise tiers.RefundTooLarge(order.order_no, order.cash - order.refunded)
    session.refresh(order)
    source = f"order:{order.order_no}"
    _take_back_part(session, order, raised - amount, now, programme.points)
    changes = tiers.refund_many(session, [tiers.Refund(source, raised)], programme, now)
    totals.hold(session, [order.member_id], now=now)
    totals.recount(session, today=local_day(now), member_ids=[order.member_id])
    return changes


def _take_back_part(
    session: Session, order: Order, before: int, now: datetime, terms: PointTerms
) -> None:
    source = earning(order.order_no, order.reopened)
    earned = session.scalar(select(points.PointLot.points).where(points.PointLot.source == source))
    if not earned:
        return
    lost = [points.share(earned, part=part, whole=order.cash) for part in (before, order.refunded)]
    if lost[1] > lost[0]:
        back = points.TakeBack(
            earned=source,
            source=f"{source}:refunded:{order.refunded}",
            points=lost[1] - lost[0],
            reason=REASONS[Status.REFUNDED].format(order_no=order.order_no),
        )
        points.take_back_many(session, [back], now=now, terms=terms)


def _differences(steps: Sequence[Step]) -> list[totals.Difference]:
    """What these steps do to the members' totals."""
    signs = [(step, (step.after in BOUGHT) - (step.before in BOUGHT)) for step in steps]
    return [
        totals.Difference(step.member_id, step.ordered_on, sign, sign * step.cash)
        for step, sign in signs
        if sign
    ]


def _advance(session: Session, steps: Sequence[Step], now: datetime) -> None:
    def way(step: Step) -> tuple[Status, Status]:
        return step.before, step.after

    for (before, after), alike in groupby(sorted(steps, key=way), key=way):
        for batch in batches(list(alike)):
            values = {"status": after, "changed_at": now}
            moved = session.scalars(
                update(Order)
                .where(Order.id.in_([step.order_id for step in batch]), Order.status == before)
                .values(values | ({"refunded": Order.cash} if after == Status.REFUNDED else {}))
                .returning(Order.id)
                .execution_options(synchronize_session=False)
            ).all()
            if missing := {step.order_id: step for step in batch}.keys() - set(moved):
                raise OrderMoved(next(s.order_no for s in batch if s.order_id in missing))


def _move_points(
    session: Session, steps: Sequence[Step], now: datetime, terms: PointTerms
) -> None:
    earned = [
        points.Earning(
            member_id=step.member_id,
            points=step.cash // terms.spend_per_point,
            source=step.earning,
            earned_on=step.ordered_on,
            reason=N_("訂單 {order_no}").format(order_no=step.order_no),
            pending=step.after == Status.PAID,
        )
        for step in steps
        if step.before == Status.PLACED and step.after in BOUGHT
    ]
    points.earn_many(session, earned, now=now, terms=terms)
    later = [step for step in steps if step.before in BOUGHT]
    known = _with_points(session, later)
    picked_up = [s.earning for s in later if s.after == Status.PICKED_UP and s.earning in known]
    points.confirm_many(session, picked_up, now=now)
    undone = [
        points.TakeBack(
            earned=step.earning,
            source=f"{step.earning}:{step.after}",
            reason=REASONS[step.after].format(order_no=step.order_no),
        )
        for step in later
        if step.after in REASONS and step.earning in known
    ]
    points.take_back_many(session, undone, now=now, terms=terms)


def _with_points(session: Session, steps: Sequence[Step]) -> set[str]:
    """The sources that earned any; an order below the first point has none."""
    found: set[str] = set()
    for batch in batches([step.earning for step in steps]):
        query = select(points.PointLot.source).where(points.PointLot.source.in_(batch))
        found.update(session.scalars(query))
    return found


def _move_tiers(
    session: Session,
    steps: Sequence[Step],
    now: datetime,
    programme: Programme,
    qualified_on: date | None,
) -> list[tiers.Change]:
    earned = [
        tiers.Earned(s.member_id, s.cash, s.source, s.ordered_on, qualified_on or s.ordered_on)
        for s in steps
        if s.after == Status.PICKED_UP
    ]
    undone = [tiers.Refund(s.source, s.cash) for s in steps if s.after == Status.REFUNDED]
    # given back between payment and pickup
    undone += [
        tiers.Refund(s.source, s.refunded)
        for s in steps
        if s.after == Status.PICKED_UP and s.refunded
    ]
    return [
        *tiers.record_many(session, earned, programme, now),
        *tiers.refund_many(session, undone, programme, now),
    ]
