"""What the bank's deposits may pay: what members say that they paid, and what others owe.

Of a million members only those are read whom one of the deposits may come from.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Select, func, or_, select, union
from sqlalchemy.orm import Session

from models.base import among, local_day
from models.people.members import Member
from models.shop import payments
from models.shop.bill_records import Bill
from models.shop.orders import Order
from models.shop.payment_facts import Claim, Deposit
from models.shop.payment_queries import owing
from models.shop.payment_records import Payment, PaymentShare, PaymentState

PAYMENT, ORDER = "p", "o"


class Option(NamedTuple):
    """Claims of one member that a deposit may pay: their ids, orders and sum."""

    claims: tuple[str, ...]
    member_id: int
    name: str
    order_nos: tuple[str, ...]
    due: int


def claimed(
    session: Session, deposits: Iterable[Deposit], *, now: datetime
) -> tuple[list[Claim], dict[str, Option]]:
    """The claims that these deposits may meet, each with what it stands for.

    Others that are left out agree with none of them in digits or in any sum that counts.
    What is due of an order may be its deposit; where all that is owed came, it was all.
    """
    deposits = list(deposits)
    if not deposits:
        return [], {}
    came = {each.amount for each in deposits}
    fives = {five for each in deposits for five in each.last_fives}
    claims: list[Claim] = []
    options: dict[str, Option] = {}
    reports = payments.reported(session)
    shares = _shares(session, [each.id for each in reports])
    told = {order_id for orders in shares.values() for order_id in orders}
    bills = _bills(session, told, set(session.scalars(_concerned(session, came, fives))))
    for each in reports:
        theirs = [bills[order_id] for order_id in shares.get(each.id, ())]
        if due := each.amount or _due([bill for bill, _ in theirs], came):
            id_ = f"{PAYMENT}{each.id}"
            on = local_day(each.reported_at or now)
            claims.append(Claim(id_, each.member_id, due, on, each.digits))
            numbers = tuple(bill.order.order_no for bill, _ in theirs)
            name = theirs[0][1] if theirs else ""
            options[id_] = Option((id_,), each.member_id, name, numbers, due)
    silent = [pair for order_id, pair in bills.items() if order_id not in told]
    digits = _usual_digits(session, [bill.member_id for bill, _ in silent])
    for bill, name in silent:
        id_ = f"{ORDER}{bill.order_id}"
        of = bill.member_id
        due = _due([bill], came)
        claims.append(Claim(id_, of, due, bill.order.ordered_on, digits.get(of, "")))
        options[id_] = Option((id_,), of, name, (bill.order.order_no,), due)
    return claims, options


def _bills(
    session: Session, told: Collection[int], concerned: Collection[int]
) -> dict[int, tuple[Bill, str]]:
    """The orders somebody told of, and all that the others owe, with whose they are."""
    named = (
        select(Bill, Member.name)
        .join(Order, Order.id == Bill.order_id)
        .join(Member, Member.id == Bill.member_id)
    )
    asked = (
        among(session, Bill.order_id, told),
        owing() & among(session, Bill.member_id, concerned),
    )
    return {
        bill.order_id: (bill, name)
        for which in asked
        for bill, name in session.execute(named.where(which))
    }


def _concerned(session: Session, came: Collection[int], fives: Collection[str]) -> Select[int]:
    """The members one of these sums or accounts may be of.

    Somebody's orders together count where they are all that is theirs. Who reported
    something, or owes a deposit, may owe sums that only a look at all of it tells.
    """
    owed = Bill.total - Bill.refunded - Bill.paid + Bill.returned
    bills = select(Bill.member_id).join(Order, Order.id == Bill.order_id).where(owing())
    paid = select(Payment.member_id)
    together = bills.group_by(Bill.member_id).having(among(session, func.sum(owed), came))
    found = union(
        bills.where(or_(among(session, owed, came), Bill.deposit_percent > 0)),
        together,
        paid.where(Payment.state == PaymentState.REPORTED),
        paid.where(Payment.state == PaymentState.CONFIRMED, among(session, Payment.digits, fives)),
    ).subquery()
    return select(found.c.member_id)


def _due(bills: Sequence[Bill], came: Collection[int]) -> int:
    """What these bills ask for now, or all that is owed where just that came."""
    owed = sum(max(bill.balance, 0) for bill in bills)
    due = sum(bill.due_now for bill in bills)
    return owed if owed in came and due not in came else due


def _shares(session: Session, payment_ids: Sequence[int]) -> Mapping[int, list[int]]:
    found: dict[int, list[int]] = {}
    query = select(PaymentShare.payment_id, PaymentShare.order_id)
    for payment_id, order_id in session.execute(
        query.where(among(session, PaymentShare.payment_id, payment_ids)).order_by(
            PaymentShare.order_id
        )
    ):
        found.setdefault(payment_id, []).append(order_id)
    return found


def _usual_digits(session: Session, member_ids: Sequence[int]) -> dict[int, str]:
    """The account from which each of these members paid last."""
    query = select(Payment.member_id, Payment.digits).where(
        among(session, Payment.member_id, set(member_ids)),
        Payment.state == PaymentState.CONFIRMED,
        Payment.digits != "",
    )
    return dict(session.execute(query.order_by(Payment.id)).all())
