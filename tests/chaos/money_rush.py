"""Organisers who all decide on the same money at once, and a shop that looks first."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from typing import NamedTuple

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from models import programme
from models.base import Refusal
from models.shop import (
    payment_reports,
    payment_reversals,
    payments,
    reconciliation,
    refund_effects,
    refunds,
)
from models.shop.bill_records import Bill
from models.shop.payment_facts import Deposit as DepositFact
from models.shop.payment_records import Deposit, Method
from tests.chaos.rush import Meet, patiently, shop
from tests.models.shop.offers import Counter as Calling
from tests.models.shop.offers import member, opened

NOW = datetime(2026, 11, 24, 4, 0, tzinfo=UTC)
RULES = programme.load(None)
OWED, TOO_MUCH = 900, 1000


class Case(NamedTuple):
    """One sum to be decided on: `kind` says how, the others what of."""

    kind: str
    order_id: int
    member_id: int
    number: int


def prepare(session: Session, rounds: int) -> list[Case]:
    """So many of each kind, each with an order of NT$900 of its own."""
    calling = Calling(session, opened(session, NOW), RULES, NOW)
    cases = []
    for turn in range(rounds):
        for kind in DECIDING:
            mei = member(session, f"{kind}{turn}", NOW)
            bill = calling.call(mei, 2).bill
            assert bill is not None
            number = 0
            if kind in ("report", "report or hand"):
                number = _report(session, bill)
            elif kind == "deposit":
                number = _deposit(session, f"{kind}{turn}")
            elif kind != "debt":
                number = _take(session, bill, TOO_MUCH if kind == "hand back" else OWED)
            cases.append(Case(kind, bill.order_id, mei.id, number))
    return cases


def decide(
    number: int, meet: Meet, url: str, secret: str, cases: list[Case], careless: bool
) -> Counter[Case]:
    """One's decisions on all of them; which were theirs."""
    sessions = shop(url, secret)
    done: Counter[Case] = Counter()
    for case in cases:
        act = _look_and_book if careless else partial(_decide, by=f"boss{number}")
        meet()
        done[case] += patiently(sessions, partial(_try, act, case))
    return done


def _try(act: Callable[[Session, Case], None], case: Case, session: Session) -> bool:
    try:
        act(session, case)
    except Refusal:
        return False
    session.commit()
    return True


def _decide(session: Session, case: Case, *, by: str) -> None:
    DECIDING[case.kind](session, case, by)


def _confirm(session: Session, case: Case, by: str) -> None:
    payments.confirm(session, case.number, by=by, now=NOW, programme=RULES)


def _in_hand(session: Session, case: Case, by: str) -> None:
    """All saw that nothing was paid yet."""
    payments.take(
        session,
        case.member_id,
        {case.order_id: OWED},
        method=Method.CASH,
        by=by,
        now=NOW,
        programme=RULES,
        seen={case.order_id: 0},
    )


def _either(session: Session, case: Case, by: str) -> None:
    """Some confirm what was reported, others take it for money in the hand."""
    (_confirm if int(by[4:]) % 2 else _in_hand)(session, case, by)
    payments.settled(session, case.member_id, by=by, now=NOW)


def _on_deposit(session: Session, case: Case, by: str) -> None:
    claims = [f"o{case.order_id}"]
    reconciliation.book(session, case.number, claims, by=by, now=NOW, programme=RULES)


def _reverse(session: Session, case: Case, by: str) -> None:
    payment_reversals.reverse(session, case.number, by=by, now=NOW, programme=RULES)


def _refund(session: Session, case: Case, _by: str) -> None:
    [bill] = payments.held(session, [case.order_id])
    refund_effects.carry_out(session, bill, 300, seen=0, now=NOW, programme=RULES)


def _hand_back(session: Session, case: Case, _by: str) -> None:
    [bill] = payments.held(session, [case.order_id])
    refunds.hand_back(session, bill, TOO_MUCH - OWED, seen=0)


DECIDING: dict[str, Callable[[Session, Case, str], None]] = {
    "report": _confirm,
    "debt": _in_hand,
    "report or hand": _either,
    "deposit": _on_deposit,
    "mistake": _reverse,
    "refund": _refund,
    "hand back": _hand_back,
}


def _look_and_book(session: Session, case: Case) -> None:
    """The control: see that nothing is paid, and later write down that it is."""
    bill = session.get_one(Bill, case.order_id)
    paid = bill.paid
    session.commit()
    if paid:
        raise refunds.NothingOwed(bill.order.order_no)
    time.sleep(0.005)  # what a busy machine puts between the look and the deed
    session.execute(
        update(Bill).where(Bill.order_id == case.order_id).values(paid=Bill.paid + OWED)
    )


def _report(session: Session, bill: Bill) -> int:
    told = payment_reports.report(session, [bill], amount=OWED, digits="12345", now=NOW)
    return told.payment.id


def _deposit(session: Session, name: str) -> int:
    reconciliation.keep(session, [DepositFact(name, NOW.date(), OWED, "0000012345")], now=NOW)
    return session.scalars(select(Deposit.id).order_by(Deposit.id.desc()).limit(1)).one()


def _take(session: Session, bill: Bill, amount: int) -> int:
    shares = {bill.order_id: amount}
    return payments.take(
        session,
        bill.member_id,
        shares,
        method=Method.CASH,
        by="before",
        now=NOW,
        programme=RULES,
    ).payment.id
