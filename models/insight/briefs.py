"""The organiser's brief of a day: what came in, what is due, what waits for them.

Every figure is one statement that looks at what is due or open, not at the shop's history:
group-buys are looked at for `KEPT` after they closed or arrived, deposits for `LATELY`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, func, select, text
from sqlalchemy.orm import Session

from models.base import end_of_day, local_day
from models.loyalty import coupons, points_expiry
from models.loyalty.coupon_records import Coupon
from models.people import birthdays
from models.people.approvals import OPEN as UNDECIDED
from models.people.approvals import Approval
from models.people.members import Member
from models.shop import pickup_days
from models.shop.bill_records import Bill
from models.shop.group_buy_records import GroupBuy, Stage
from models.shop.group_buy_terms import Delivery
from models.shop.orders import Order, Status
from models.shop.payment_records import REPORTED, Deposit, Payment
from models.shop.return_records import OPEN as ASKED
from models.shop.return_records import ReturnRequest
from models.talk import quota, tickets
from models.talk.outbox_records import OutboxMessage, State, in_state
from models.terms import ShopTerms

DAY, SOON, LATELY, KEPT = (timedelta(days=days) for days in (1, 7, 14, 90))
OVER = (Status.CANCELLED, Status.REFUNDED)
BALANCE = Bill.total - Bill.refunded - Bill.paid + Bill.returned


class Sum(NamedTuple):
    """So many, and what they come to: whole TWD, or points."""

    quantity: int = 0
    amount: int = 0


class Unpaid(NamedTuple):
    """Orders of group-buys that take no more, on which something is owed; the first was due on."""

    orders: int
    amount: int
    due_on: date | None


class Waiting(NamedTuple):
    """Orders of a group-buy that are there and not picked up; late ones count from `last_day`."""

    number: int
    title: str
    orders: int
    last_day: date


@dataclass(frozen=True)
class Brief:
    """What there is to know of a day.

    `ordered` are the orders of `today` and yesterday by day; `closing` closes until tomorrow
    and `coming` is to be picked up by then but has not arrived. Points and coupons are those
    that expire within a week, `failed` the messages LINE refused since yesterday, `reported`
    the payments to check and `strange` the deposits of late that pay for nothing yet.
    """

    today: date
    ordered: Mapping[date, Sum]
    unpaid: Unpaid
    closing: Sequence[GroupBuy]
    coming: Sequence[GroupBuy]
    waiting: Sequence[Waiting]
    birthdays: int
    points: Sum
    coupons: int
    quota: quota.Reading | None
    failed: int
    questions: int
    asked_at: datetime | None
    reported: int
    strange: int
    returns: int
    approvals: int

    @property
    def late(self) -> list[Waiting]:
        """What should have been picked up by now."""
        return [each for each in self.waiting if each.last_day < self.today]

    @property
    def there(self) -> list[Waiting]:
        """What waits and is still in time."""
        return [each for each in self.waiting if each.last_day >= self.today]


def brief(session: Session, *, now: datetime, terms: ShopTerms) -> Brief:
    """The brief of the day that `now` is in."""
    today = local_day(now)
    questions, asked_at = tickets.open_ones(session)
    return Brief(
        today=today,
        ordered=_ordered(session, today - DAY),
        unpaid=_unpaid(session, now),
        closing=_group_buys(
            session,
            GroupBuy.stage == Stage.OPEN,
            GroupBuy.closes_at <= end_of_day(today, days_later=1),
        ),
        coming=_group_buys(
            session, GroupBuy.stage == Stage.CLOSED, GroupBuy.pickup_on <= today + DAY
        ),
        waiting=_waiting(session, now, terms),
        birthdays=_birthdays(session, today),
        points=_points(session, now),
        coupons=_count(
            session, coupons.expiring(now, days=SOON.days).with_only_columns(Coupon.id)
        ),
        quota=quota.latest(session),
        failed=_failed(session, now),
        questions=questions,
        asked_at=asked_at,
        reported=_count(session, select(Payment.id).where(text(REPORTED))),
        strange=_strange(session, today),
        returns=_count(session, select(ReturnRequest.id).where(text(ASKED))),
        approvals=_count(
            session, select(Approval.id).where(text(UNDECIDED), Approval.expires_at > now)
        ),
    )


def _ordered(session: Session, since: date) -> dict[date, Sum]:
    query = (
        select(Order.ordered_on, func.count(), func.sum(Bill.total - Bill.refunded))
        .join(Bill, Bill.order_id == Order.id)
        .where(Order.ordered_on >= since, Order.status.not_in(OVER))
        .group_by(Order.ordered_on)
    )
    return {on: Sum(count, int(amount)) for on, count, amount in session.execute(query)}


def _unpaid(session: Session, now: datetime) -> Unpaid:
    shut = (Stage.CLOSED, Stage.ARRIVED, Stage.FINISHED)
    numbers = _numbers(session, GroupBuy.stage.in_(shut), GroupBuy.closed_at > now - KEPT)
    query = (
        select(func.count(), func.coalesce(func.sum(BALANCE), 0), func.min(Bill.due_on))
        .join(Order, Order.id == Bill.order_id)
        .where(Bill.group_buy_id.in_(numbers), Order.status.not_in(OVER), BALANCE > 0)
    )
    count, amount, due_on = session.execute(query).one()
    return Unpaid(count, int(amount), due_on)


def _waiting(session: Session, now: datetime, terms: ShopTerms) -> list[Waiting]:
    numbers = _numbers(
        session,
        GroupBuy.stage == Stage.ARRIVED,
        GroupBuy.arrived_at > now - KEPT,
        ~GroupBuy.dropship,
    )
    query = (
        select(GroupBuy.id, GroupBuy.title, GroupBuy.arrived_at, GroupBuy.pickup_on, func.count())
        .join(Bill, Bill.group_buy_id == GroupBuy.id)
        .join(Order, Order.id == Bill.order_id)
        .where(GroupBuy.id.in_(numbers), Bill.delivery == Delivery.PICKUP)
        .where(Order.status.in_((Status.PLACED, Status.PAID)), Bill.no_show_at.is_(None))
        .group_by(GroupBuy.id, GroupBuy.title, GroupBuy.arrived_at, GroupBuy.pickup_on)
        .order_by(GroupBuy.arrived_at, GroupBuy.id)
    )
    return [
        Waiting(number, title, orders, pickup_days.last_day(arrived_at, pickup_on, terms))
        for number, title, arrived_at, pickup_on, orders in session.execute(query)
        if arrived_at is not None
    ]


def _birthdays(session: Session, today: date) -> int:
    born = select(Member.id).where(birthdays.born_on(today), Member.left_on.is_(None))
    return _count(session, born)


def _points(session: Session, now: datetime) -> Sum:
    theirs = points_expiry.expiring(now=now, within_days=SOON.days).subquery()
    query = select(func.count(), func.coalesce(func.sum(theirs.c.points), 0))
    count, amount = session.execute(query.select_from(theirs)).one()
    return Sum(count, int(amount))


def _failed(session: Session, now: datetime) -> int:
    since = OutboxMessage.done_at > now - DAY
    return _count(session, select(OutboxMessage.id).where(in_state(State.DEAD), since))


def _strange(session: Session, today: date) -> int:
    used = select(Payment.id).where(Payment.deposit_id == Deposit.id)
    late = Deposit.booked_on >= today - LATELY
    query = select(Deposit.id).where(late, Deposit.set_aside_at.is_(None), ~used.exists())
    return _count(session, query)


def _group_buys(session: Session, *which: ColumnElement[bool]) -> Sequence[GroupBuy]:
    return session.scalars(select(GroupBuy).where(*which).order_by(GroupBuy.id)).all()


def _numbers(session: Session, *which: ColumnElement[bool]) -> Sequence[int]:
    return session.scalars(select(GroupBuy.id).where(*which)).all()


def _count(session: Session, which: Select[Any]) -> int:
    return session.scalar(select(func.count()).select_from(which.subquery())) or 0
