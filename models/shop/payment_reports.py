"""Members say that they paid: kept until whoever looks after the shop has checked it.

The same report twice is one. Of a picture only LINE's id is kept: whoever looks
after the shop sees it in LINE, and nothing of it lies here.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import select, text, update
from sqlalchemy.orm import Session

from models.base import N_, Refusal, insert
from models.shop import dunning, payments
from models.shop.bill_records import Bill
from models.shop.payment_records import NAMED, Method, Payment, PaymentShare, PaymentState
from models.shop.payments import Part


class FiveDigits(Refusal):
    buttons = ("匯款",)

    def __init__(self, written: str) -> None:
        super().__init__(
            N_("「{written}」不是 5 個數字。請給轉出帳號的最後五碼，例如：匯款 12345 1240元"),
            written=written[:20],
        )


class UnclearReport(Refusal):
    buttons = ("匯款",)

    def __init__(self) -> None:
        super().__init__(
            N_("看不出哪個是末五碼、哪個是金額，請這樣寫：匯款 末五碼 12345 金額 1240元")
        )


class Reported(NamedTuple):
    """A report and what it is meant for; `again` if it had been made before.

    `beyond` is how much more was said than is owed, below zero how much less than is due.
    """

    payment: Payment
    parts: list[Part]
    again: bool
    beyond: int


def report(
    session: Session,
    bills: Sequence[Bill],
    *,
    amount: int,
    digits: str,
    now: datetime,
) -> Reported:
    """Keep that a member paid these of their bills; `amount` 0 is all that is due.

    Raises:
        NothingToPay: there are no bills to pay.
    """
    if not bills:
        raise payments.NothingToPay
    member_id = bills[0].member_id
    known = _the_same(session, member_id, amount, digits)
    if known is not None:
        return _told(session, known, bills, again=True)
    payment = _complete(session, member_id, amount, digits)
    payment = payment or _new(session, member_id, amount, digits, now)
    if payment is None:  # said twice at the same moment
        known = _the_same(session, member_id, amount, digits)
        return _told(session, known or _latest(session, member_id), bills, again=True)
    _share(session, payment, bills)
    # nobody is asked for what they have just told us of
    dunning.call_off(session, member_id, [bill.order_id for bill in bills], now=now)
    return _told(session, payment, bills, again=False)


def picture(
    session: Session, bills: Sequence[Bill], evidence_id: str, *, now: datetime
) -> Reported:
    """Keep a picture as evidence: of the report that waits, or else as a report itself.

    Raises:
        NothingToPay: there are no bills to pay.
    """
    if not bills:
        raise payments.NothingToPay
    member_id = bills[0].member_id
    known = _waiting(session, member_id)
    payment = known[0] if known else Payment(**_row(member_id, 0, "", now))
    session.add(payment)
    payment.evidence_id = evidence_id
    session.flush()
    if not known:
        _share(session, payment, bills)
    return _told(session, payment, bills, again=bool(known))


def _waiting(session: Session, member_id: int) -> Sequence[Payment]:
    query = select(Payment).where(
        Payment.member_id == member_id, Payment.state == PaymentState.REPORTED
    )
    return session.scalars(query.order_by(Payment.id.desc())).all()


def _latest(session: Session, member_id: int) -> Payment:
    return _waiting(session, member_id)[0]


def _the_same(session: Session, member_id: int, amount: int, digits: str) -> Payment | None:
    """A report that says no less than this one."""
    for each in _waiting(session, member_id):
        if each.digits == digits and amount in (0, each.amount):
            return each
    return None


def _complete(session: Session, member_id: int, amount: int, digits: str) -> Payment | None:
    """Fill in what a report before left open, such as a picture's digits."""
    for each in _waiting(session, member_id):
        if each.digits not in ("", digits) or (each.amount and amount not in (0, each.amount)):
            continue
        filled = session.scalar(
            update(Payment)
            .where(Payment.id == each.id, Payment.state == PaymentState.REPORTED)
            .values(digits=digits, amount=amount or each.amount)
            .returning(Payment.id)
            .execution_options(synchronize_session=False)
        )
        session.refresh(each)
        return each if filled is not None else None
    return None


def _new(
    session: Session, member_id: int, amount: int, digits: str, now: datetime
) -> Payment | None:
    put = insert(session, Payment).values(_row(member_id, amount, digits, now))
    kept = put.on_conflict_do_nothing(
        index_elements=["member_id", "digits", "amount"], index_where=text(NAMED)
    )
    made = session.scalar(kept.returning(Payment.id))
    return session.get_one(Payment, made) if made is not None else None


def _row(member_id: int, amount: int, digits: str, now: datetime) -> dict[str, Any]:
    return {
        "member_id": member_id,
        "method": Method.TRANSFER,
        "state": PaymentState.REPORTED,
        "amount": amount,
        "digits": digits,
        "reported_at": now,
        "decided_by": "",
    }


def _share(session: Session, payment: Payment, bills: Sequence[Bill]) -> None:
    """Write down which orders it is meant for, and how much of it for each."""
    meant = _meant(payment, bills)
    for order_id in payments.shares_of(session, payment.id).keys() - meant.keys():
        session.delete(session.get_one(PaymentShare, (payment.id, order_id)))
    for order_id, amount in meant.items():
        session.merge(PaymentShare(payment_id=payment.id, order_id=order_id, amount=amount))
    session.flush()


def _meant(payment: Payment, bills: Sequence[Bill]) -> dict[int, int]:
    amount = payment.amount or sum(bill.due_now for bill in bills)
    return payments.spread(amount, payments.requested(bills))


def _told(session: Session, payment: Payment, bills: Sequence[Bill], *, again: bool) -> Reported:
    shares = payments.shares_of(session, payment.id)
    if again:
        meant = payments.bills_of(session, list(shares))
    else:
        meant = [bill for bill in bills if bill.order_id in shares]
    parts = [
        Part(bill.order_id, bill.order.order_no, shares[bill.order_id], bill.balance)
        for bill in meant
    ]
    return Reported(payment, parts, again, _beyond(payment.amount, bills))


def _beyond(amount: int, bills: Sequence[Bill]) -> int:
    """How much more an amount is than what is owed, or less than what is due now."""
    due, owed = sum(bill.due_now for bill in bills), sum(bill.balance for bill in bills)
    return amount and (max(amount - owed, 0) or min(amount - due, 0))
