"""Money received from members, shared out over their orders and booked once.

A payment is decided by one conditional update of its row, so that two who
confirm the same at once book it once. The group-buys are held meanwhile.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from models.base import N_, Refusal
from models.programme import Programme
from models.shop import dunning, group_buys, refunds
from models.shop.bill_records import Bill
from models.shop.payment_queries import (
    NoSuchOrder,
    NoSuchPayment,
    NothingToPay,
    bill_of,
    bills_of,
    find,
    owed_by,
    reported,
    shares_of,
    state_of,
    to_hand_back,
)
from models.shop.payment_records import Deposit, Method, Payment, PaymentShare, PaymentState

__all__ = [
    "AlreadyDecided",
    "Booked",
    "DepositUsed",
    "Method",
    "NoSuchOrder",
    "NoSuchPayment",
    "NothingToPay",
    "Part",
    "Payment",
    "PaymentState",
    "bill_of",
    "bills_of",
    "confirm",
    "find",
    "held",
    "owed_by",
    "refuse",
    "reported",
    "requested",
    "settled",
    "shares_of",
    "spread",
    "state_of",
    "take",
    "to_hand_back",
]


class AlreadyDecided(Refusal):
    buttons = ("/對帳",)

    def __init__(self, number: int) -> None:
        super().__init__(N_("#{number} 已經處理過了，沒有再入一次帳。"), number=number)


class DepositUsed(Refusal):
    buttons = ("/對帳",)

    def __init__(self) -> None:
        super().__init__(N_("這筆入帳已經對到別的付款了，沒有再入一次帳。"))


class Part(NamedTuple):
    """What of a payment goes to one order; `balance` is what it owes then, below zero a credit.

    `later`: its deposit came, and the rest is not due yet.
    """

    order_id: int
    order_no: str
    amount: int
    balance: int
    later: bool = False


class Booked(NamedTuple):
    """A payment that was booked, part by part."""

    payment: Payment
    parts: list[Part]


def spread(amount: int, owed: Sequence[tuple[int, int]]) -> dict[int, int]:
    """Share an amount out over orders (id, what it owes), the first one first.

    An order may come twice; what is too much goes to the last of them.
    """
    shares: dict[int, int] = {}
    left = amount
    for order_id, balance in owed:
        part = min(left, max(balance, 0))
        if part:
            shares[order_id] = shares.get(order_id, 0) + part
        left -= part
    if left and owed:
        shares[owed[-1][0]] = shares.get(owed[-1][0], 0) + left
    return shares


def requested(bills: Sequence[Bill]) -> list[tuple[int, int]]:
    """What these orders owe: what is due now of each first, then the rest."""
    now = [(bill.order_id, bill.due_now) for bill in bills]
    return [*now, *((bill.order_id, bill.balance - bill.due_now) for bill in bills)]


def confirm(
    session: Session,
    number: int,
    *,
    by: str,
    now: datetime,
    programme: Programme,
    amount: int | None = None,
    deposit_id: int | None = None,
    also: Sequence[int] = (),
) -> Booked:
    """Book a payment that was reported: what the bank says of it, or `amount`, or what was said.

    Where nobody said how much, it is what is due of its orders. It pays the orders in `also` (ids)
    besides those it was meant for.

    Raises:
        NoSuchPayment: there is none.
        AlreadyDecided: somebody confirmed or refused it before.
        DepositUsed: another payment has this deposit.
        NothingOwed: none of its orders can take it.
    """
    payment = find(session, number)
    bills = held(session, [*shares_of(session, number), *also])
    deposit = _unused(session, deposit_id) if deposit_id is not None else None
    owed = requested(bills)
    came = deposit.amount if deposit else amount or payment.amount
    came = came or sum(bill.due_now for bill in bills)
    if not came:
        raise refunds.NothingOwed(bills[0].order.order_no if bills else f"#{number}")
    values = {"amount": came, "deposit_id": deposit_id, "received_at": now}
    if not _decide(session, number, PaymentState.CONFIRMED, by=by, now=now, **values):
        raise AlreadyDecided(number)
    session.refresh(payment)
    shares = spread(came, owed)
    return _book(session, payment, bills, shares, {}, now=now, programme=programme)


def take(
    session: Session,
    member_id: int,
    shares: Mapping[int, int],
    *,
    method: Method,
    by: str,
    now: datetime,
    programme: Programme,
    seen: Mapping[int, int] | None = None,
    deposit_id: int | None = None,
    digits: str = "",
) -> Booked:
    """Book money that came without a report, as so much for each order (by id).

    `seen` is how much had been paid of each when it was looked at: then two who
    saw the same book it once.

    Raises:
        OrderMoved: something else was paid meanwhile.
        NothingOwed: one of the orders takes no money.
        DepositUsed: another payment has this deposit.
    """
    bills = held(session, list(shares))
    if deposit_id is not None:
        _unused(session, deposit_id)
    payment = Payment(
        member_id=member_id,
        method=method,
        state=PaymentState.CONFIRMED,
        amount=sum(shares.values()),
        digits=digits,
        received_at=now,
        decided_at=now,
        decided_by=by,
        deposit_id=deposit_id,
    )
    session.add(payment)
    session.flush()
    return _book(session, payment, bills, shares, seen or {}, now=now, programme=programme)


def refuse(
    session: Session, number: int, state: PaymentState, *, by: str, now: datetime
) -> Payment:
    """Decide that a report brought nothing (REJECTED) or is one of another payment (DUPLICATE).

    Raises:
        NoSuchPayment: there is none.
        AlreadyDecided: somebody confirmed or refused it before.
    """
    payment = find(session, number)
    if not _decide(session, number, state, by=by, now=now):
        raise AlreadyDecided(number)
    session.refresh(payment)
    return payment


def settled(session: Session, member_id: int, *, by: str, now: datetime) -> list[Payment]:
    """Reports of a member all of whose orders are paid now: they tell of money that is booked."""
    open_orders = {bill.order_id for bill in owed_by(session, member_id)}
    query = select(Payment).where(
        Payment.member_id == member_id, Payment.state == PaymentState.REPORTED
    )
    done = [
        payment
        for payment in session.scalars(query).all()
        if not open_orders & shares_of(session, payment.id).keys()
    ]
    return [refuse(session, each.id, PaymentState.DUPLICATE, by=by, now=now) for each in done]


def held(session: Session, order_ids: Sequence[int]) -> list[Bill]:
    """These bills as they are now, their group-buys held; the first that is due in front."""
    theirs = select(Bill.group_buy_id).where(Bill.order_id.in_(order_ids)).distinct()
    for number in sorted(session.scalars(theirs)):  # in one order, or two wait for each other
        group_buys.hold(session, number)
    return bills_of(session, order_ids)


def _unused(session: Session, deposit_id: int) -> Deposit:
    """The deposit, held. Raises `DepositUsed` if a payment has it."""
    query = select(Deposit).where(Deposit.id == deposit_id).with_for_update()
    deposit = session.scalars(query).one()
    if session.scalar(select(Payment.id).where(Payment.deposit_id == deposit_id)) is not None:
        raise DepositUsed
    return deposit


def _decide(
    session: Session, number: int, state: PaymentState, *, by: str, now: datetime, **more: object
) -> bool:
    decided = session.scalar(
        update(Payment)
        .where(Payment.id == number, Payment.state == PaymentState.REPORTED)
        .values(state=state, decided_at=now, decided_by=by, **more)
        .returning(Payment.id)
        .execution_options(synchronize_session=False)
    )
    return decided is not None


def _book(
    session: Session,
    payment: Payment,
    bills: Sequence[Bill],
    shares: Mapping[int, int],
    seen: Mapping[int, int],
    *,
    now: datetime,
    programme: Programme,
) -> Booked:
    kept = {share.order_id: share for share in _share_rows(session, payment.id)}
    parts = []
    for bill in bills:
        amount = shares.get(bill.order_id, 0)
        share = kept.get(bill.order_id)
        if share is not None:
            share.amount = amount
        elif amount:
            session.add(PaymentShare(payment_id=payment.id, order_id=bill.order_id, amount=amount))
        if amount:
            refunds.receive(
                session, bill, amount, now=now, programme=programme, seen=seen.get(bill.order_id)
            )
            later = bill.deposit > 0 and bill.due_on is None and not bill.deposit_due
            parts.append(Part(bill.order_id, bill.order.order_no, amount, bill.balance, later))
    dunning.call_off(session, payment.member_id, list(shares), now=now)
    session.flush()
    return Booked(payment, parts)


def _share_rows(session: Session, payment_id: int) -> Sequence[PaymentShare]:
    query = select(PaymentShare).where(PaymentShare.payment_id == payment_id)
    return session.scalars(query).all()
