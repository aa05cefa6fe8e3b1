"""P1, P3: the same money is booked, refunded and handed back once, however many do it at once."""

from __future__ import annotations

from collections import Counter

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session, sessionmaker

from models.loyalty import points
from models.shop.bill_records import Bill
from models.shop.payment_records import Payment, PaymentState
from tests.chaos import figures
from tests.chaos.money_rush import DECIDING, NOW, OWED, TOO_MUCH, Case, decide, prepare
from tests.chaos.rush import rush
from tests.conftest import SECRET

LONG = [pytest.mark.slow, pytest.mark.timeout(1800)]
Sessions = sessionmaker[Session]
PAID = {"mistake": 0, "hand back": TOO_MUCH}
CROWD = 8


def decided(
    sessions: Sessions, url: str, rounds: int, *, careless: bool = False
) -> dict[Case, int]:
    """How many of a crowd each sum was booked by."""
    with sessions.begin() as session:
        cases = prepare(session, rounds)
    if careless:
        cases = [case for case in cases if case.kind in ("report", "debt")]
    found = rush(decide, (CROWD // 4, 4), url, SECRET, cases, careless)
    return dict(sum(found, Counter[Case]()))


@pytest.mark.parametrize("rounds", [2, pytest.param(50, marks=LONG)])
def test_of_many_who_decide_on_the_same_money_one_does(
    sessions: Sessions, database: str, rounds: int
):
    done = decided(sessions, database, rounds)

    figures.tell("P3 money", sums=len(done), most=max(done.values()), least=min(done.values()))
    assert len(done) == len(DECIDING) * rounds
    assert set(done.values()) == {1}
    with sessions() as session:
        for case in done:
            bill = session.get_one(Bill, case.order_id)
            assert bill.paid == PAID.get(case.kind, OWED)
            assert bill.refunded == (300 if case.kind == "refund" else 0)
            assert bill.returned == (TOO_MUCH - OWED if case.kind == "hand back" else 0)
            has = points.balance(session, case.member_id, NOW)
            assert has.pending == {"mistake": 0, "refund": 6}.get(case.kind, 9)
            mine = (Payment.member_id == case.member_id, Payment.state == PaymentState.CONFIRMED)
            booked = session.scalar(select(func.sum(Payment.amount)).where(*mine))
            assert (booked or 0) == bill.paid


@pytest.mark.tampers
def test_whoever_looks_and_then_books_books_it_twice(sessions: Sessions, database: str):
    """The control."""
    done = decided(sessions, database, 4, careless=True)

    figures.tell("P3 money control", most=max(done.values()))
    assert max(done.values()) > 1
