"""A payment changed by hand is found."""

from __future__ import annotations

from datetime import datetime

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from models.programme import Programme
from models.shop import payment_verification, payments
from models.shop.bill_records import Bill
from models.shop.payment_records import Method, PaymentShare
from tests.models.shop.offers import Counter, member, opened


@pytest.mark.tampers
def test_a_sum_changed_by_hand_is_found(session: Session, now: datetime, programme: Programme):
    mei = member(session, "小美", now)
    bill = Counter(session, opened(session, now), programme, now).call(mei, 2).bill
    assert bill is not None
    shares = {bill.order_id: 900}
    booked = payments.take(
        session, mei.id, shares, method=Method.CASH, by="boss", now=now, programme=programme
    )
    assert payment_verification.verify(session) == []

    session.execute(update(Bill).values(paid=899))
    session.execute(update(PaymentShare).values(amount=901))

    assert payment_verification.verify(session) == [
        f"payment {booked.payment.id} is 900, its shares come to 901",
        f"order {bill.order.order_no} says 899 was paid, its payments come to 901",
    ]
