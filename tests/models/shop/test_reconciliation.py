"""Deposits are kept once and pay once."""

from __future__ import annotations

from datetime import datetime

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from models.programme import Programme
from models.shop import payment_reports, payments, reconciliation
from models.shop.payment_facts import Deposit as DepositFact
from models.shop.payment_records import Deposit, PaymentState
from models.shop.payments import DepositUsed
from models.shop.reconciliation import NoSuchDeposit
from models.shop.refunds import NothingOwed
from tests.models.shop.offers import Counter, member, opened


def test_a_deposit_is_kept_once_and_pays_what_was_reported_of_it(
    session: Session, now: datetime, programme: Programme
):
    counter = Counter(session, opened(session, now), programme, now)
    mei, lin = member(session, "小美", now), member(session, "小林", now)
    first = counter.call(mei, 2).bill
    assert first is not None
    first.locked_at = now
    second, other = counter.call(mei, 1).bill, counter.call(lin, 1).bill
    assert second is not None
    assert other is not None
    reports = [
        payment_reports.report(session, [each], amount=0, digits=digits, now=now).payment
        for each, digits in ((first, "12345"), (second, "12346"))
    ]
    came = DepositFact("one", now.date(), 1350, "812-0000012345")
    assert reconciliation.keep(session, [came], now=now) == 1
    assert reconciliation.keep(session, [came], now=now) == 0
    deposit = session.scalars(select(Deposit)).one()
    claims = [f"p{each.id}" for each in reports]

    def book(*claims: str) -> payments.Booked:
        return reconciliation.book(
            session, deposit.id, claims, by="boss", now=now, programme=programme
        )

    booked = book(*claims)

    assert [(part.amount, part.balance) for part in booked.parts] == [(900, 0), (450, 0)]
    assert reports[1].state == PaymentState.DUPLICATE
    with pytest.raises(DepositUsed), session.begin_nested():
        book(f"o{other.order_id}")
    with pytest.raises(NothingOwed), session.begin_nested():
        book(f"o{first.order_id}")
    with pytest.raises(NoSuchDeposit):
        reconciliation.set_aside(session, deposit.id, now=now)
    assert reconciliation.queue(session, now=now).strange == []
    assert other.paid == 0
