"""Deposits: what of an order is asked in advance of members whose record is poor.

How much is decided when an order is opened and stays with it; the member always sees
why. It is a part of the sum with an earlier day, matched and handed back as all money is.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select, update
from sqlalchemy.orm import Session

from models.base import N_, Refusal, local_day
from models.programme import Programme
from models.shop.bill_records import Bill
from models.shop.orders import Order, Status
from models.shop.payment_queries import bill_of
from models.shop.track_record import reliabilities

LATE = (0, 2)


class NoDeposit(Refusal):
    buttons = ("/開團中",)

    def __init__(self, order_no: str) -> None:
        super().__init__(
            N_("訂單 {order_no} 沒有要收的訂金（不用付、已付清或已免收）。"), order_no=order_no
        )


def percent_for(session: Session, member_id: int, *, now: datetime, programme: Programme) -> int:
    """How much of a new order this member pays in advance, in percent of it."""
    terms = programme.reliability
    if not (terms.enabled and terms.deposit_below and terms.deposit_percent):
        return 0
    found = reliabilities(session, [member_id], now=now, programme=programme)
    return found[member_id].deposit_percent


def ask(session: Session, bill: Bill, *, now: datetime, programme: Programme) -> None:
    """Ask a deposit of an order that was just opened, if its member's record is poor."""
    percent, until = of(session, bill.member_id, None, now=now, programme=programme)
    bill.deposit_percent, bill.deposit_due_on = percent, until


def of(
    session: Session, member_id: int, bill: Bill | None, *, now: datetime, programme: Programme
) -> tuple[int, date | None]:
    """The percentage asked in advance and until when: of an order, or of one still to come."""
    if bill is not None:
        asked = 0 if bill.deposit_waived else bill.deposit_percent
        return asked, bill.deposit_due_on
    percent = percent_for(session, member_id, now=now, programme=programme)
    days = timedelta(days=programme.reliability.deposit_days)
    return percent, local_day(now) + days if percent else None


def amount(total: int, percent: int) -> int:
    """The part of a sum that is asked in advance, rounded down in the member's favour."""
    return total * percent // 100


def waive(session: Session, order_no: str, *, waived: bool = True) -> Bill:
    """Ask no deposit of an order, or ask it again.

    Raises:
        NoSuchOrder: there is none with this number.
        NoDeposit: nothing of it is due, or it was waived (or asked again) before.
    """
    bill = bill_of(session, order_no)
    placed = select(Order.id).where(Order.id == Bill.order_id, Order.status == Status.PLACED)
    due = Bill.deposit > Bill.paid - Bill.returned
    changed = session.scalar(
        update(Bill)
        .where(Bill.order_id == bill.order_id, Bill.deposit_waived != waived, due)
        .where(Bill.due_on.is_(None), placed.exists())
        .values(deposit_waived=waived)
        .returning(Bill.order_id)
        .execution_options(synchronize_session=False)
    )
    if changed is None:
        raise NoDeposit(order_no)
    session.refresh(bill)
    return bill


def due() -> tuple[ColumnElement[bool], ...]:
    """Bills of which a deposit is due; joined with their orders."""
    return (
        Bill.deposit_due_on.is_not(None),
        Bill.deposit > Bill.paid - Bill.returned,
        ~Bill.deposit_waived,
        Bill.due_on.is_(None),
        Order.status == Status.PLACED,
    )


def reminded(day: date) -> Select[*tuple[Any, ...]]:
    """Members whose deposits are due on this day, or were two days before; one sum each."""
    days = [day - timedelta(days=late) for late in LATE]
    # a sum, so that bills are not read in the order of their members instead
    whose = (Bill.member_id + 0).label("member_id")
    return (
        select(
            whose,
            func.count().label("orders"),
            func.sum(Bill.deposit - Bill.paid + Bill.returned).label("owed"),
            func.min(Bill.deposit_due_on).label("due_on"),
        )
        .join(Order, Order.id == Bill.order_id)
        .where(Bill.deposit_due_on.in_(days), *due())
        .group_by(whose)
    )


def unpaid(session: Session, group_buy_id: int) -> int:
    """How many orders of a group-buy still owe their deposit."""
    query = (
        select(func.count())
        .select_from(Bill)
        .join(Order, Order.id == Bill.order_id)
        .where(Bill.group_buy_id == group_buy_id, *due())
    )
    return session.scalar(query) or 0
