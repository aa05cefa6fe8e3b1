"""Money received: reported, confirmed, shared out over orders, and taken back if it was wrong."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from models.loyalty import points
from models.people.members import Member
from models.programme import Programme
from models.shop import (
    billing,
    closing,
    dunning,
    ordering,
    payment_reports,
    payment_reversals,
    payments,
    refunds,
    settlement,
)
from models.shop.bill_records import Bill
from models.shop.orders import Status
from models.shop.payment_records import Method, PaymentState
from models.shop.payment_reversals import CannotTakeBack
from models.shop.payments import AlreadyDecided, NoSuchOrder, NoSuchPayment, NothingToPay
from models.shop.shares import Want
from tests.models.shop.offers import Counter, member, opened

BOSS = "Uboss"


@pytest.fixture
def mei(session: Session, now: datetime) -> Member:
    return member(session, "小美", now)


@pytest.fixture
def first(session: Session, mei: Member, now: datetime, programme: Programme) -> Bill:
    """Two mangoes, NT$900."""
    bill = Counter(session, opened(session, now), programme, now).call(mei, 2).bill
    assert bill is not None
    return bill


@pytest.fixture
def second(session: Session, mei: Member, now: datetime, programme: Programme) -> Bill:
    """A mango of another group-buy, NT$450, due before the first."""
    bill = Counter(session, opened(session, now), programme, now).call(mei, 1).bill
    assert bill is not None
    bill.due_on = now.date()
    return bill


@given(
    st.integers(1, 10_000),
    st.lists(st.integers(-500, 3_000), min_size=1, max_size=5).map(
        lambda owed: list(enumerate(owed))
    ),
)
def test_a_sum_is_shared_out_without_a_rest(amount: int, owed: list[tuple[int, int]]):
    shares = payments.spread(amount, owed)

    assert sum(shares.values()) == amount
    assert all(
        shares.get(order, 0) <= max(balance, 0) for order, balance in owed if order != owed[-1][0]
    )


def test_one_sum_pays_what_is_due_first(
    session: Session, mei: Member, first: Bill, second: Bill, now: datetime, programme: Programme
):
    bills = payments.owed_by(session, mei.id)
    told = payment_reports.report(session, bills, amount=1000, digits="12345", now=now)
    booked = payments.confirm(session, told.payment.id, by=BOSS, now=now, programme=programme)

    assert told.beyond == -350
    assert [(part.amount, part.balance) for part in booked.parts] == [(450, 0), (550, 350)]
    assert (second.order.status, first.order.status) == (Status.PAID, Status.PLACED)
    assert payments.state_of(session, [first.order_id, second.order_id]) == {
        first.order_id: PaymentState.CONFIRMED,
        second.order_id: PaymentState.CONFIRMED,
    }


def test_a_report_made_twice_is_one(
    session: Session, mei: Member, first: Bill, now: datetime, programme: Programme
):
    def says(amount: int, digits: str) -> payment_reports.Reported:
        bills = payments.owed_by(session, mei.id)
        return payment_reports.report(session, bills, amount=amount, digits=digits, now=now)

    picture = payment_reports.picture(
        session, payments.owed_by(session, mei.id), "4711", now=now
    ).payment
    one = says(0, "12345")
    two = says(900, "12345")
    again = says(900, "12345")

    assert picture.id == one.payment.id == two.payment.id == again.payment.id
    assert [each.again for each in (one, two, again)] == [False, False, True]
    assert (two.payment.amount, two.payment.evidence_id) == (900, "4711")
    assert says(450, "12345").payment.id != one.payment.id
    assert payments.state_of(session, [first.order_id]) == {first.order_id: PaymentState.REPORTED}


def test_a_payment_is_decided_once(
    session: Session, mei: Member, first: Bill, now: datetime, programme: Programme
):
    bills = payments.owed_by(session, mei.id)
    number = payment_reports.report(session, bills, amount=0, digits="12345", now=now).payment.id
    payments.confirm(session, number, by=BOSS, now=now, programme=programme)

    with pytest.raises(AlreadyDecided):
        payments.confirm(session, number, by=BOSS, now=now, programme=programme)
    with pytest.raises(AlreadyDecided):
        payments.refuse(session, number, PaymentState.REJECTED, by=BOSS, now=now)
    with pytest.raises(NoSuchPayment):
        payments.confirm(session, number + 1, by=BOSS, now=now, programme=programme)
    assert first.paid == 900


def test_two_who_saw_the_same_debt_book_it_once(
    session: Session, mei: Member, first: Bill, now: datetime, programme: Programme
):
    def takes() -> payments.Booked:
        return payments.take(
            session,
            mei.id,
            {first.order_id: 900},
            method=Method.CASH,
            by=BOSS,
            now=now,
            programme=programme,
            seen={first.order_id: 0},
        )

    takes()

    with pytest.raises(settlement.OrderMoved), session.begin_nested():
        takes()
    assert first.paid == 900


def test_what_is_too_much_is_owed_back(
    session: Session, mei: Member, first: Bill, now: datetime, programme: Programme
):
    shares = {first.order_id: 1000}
    booked = payments.take(
        session, mei.id, shares, method=Method.CASH, by=BOSS, now=now, programme=programme
    )

    assert booked.parts[0].balance == -100
    assert list(payments.to_hand_back(session)) == [first]
    with pytest.raises(refunds.RefundTooMuch):
        refunds.hand_back(session, first, 101)
    refunds.hand_back(session, first, 100)
    assert list(payments.to_hand_back(session)) == []
    with pytest.raises(NothingToPay):
        payment_reports.report(
            session, payments.owed_by(session, mei.id), amount=1, digits="", now=now
        )


def test_what_was_paid_of_a_group_buy_that_fails_is_owed_back(
    session: Session, mei: Member, first: Bill, now: datetime, programme: Programme
):
    shares = {first.order_id: 900}
    payments.take(
        session, mei.id, shares, method=Method.CASH, by=BOSS, now=now, programme=programme
    )
    closing.fail(session, first.group_buy_id, now=now, programme=programme)

    assert [bill.balance for bill in payments.to_hand_back(session)] == [-900]


def test_money_that_comes_after_a_group_buy_failed_is_owed_back(
    session: Session, mei: Member, first: Bill, now: datetime, programme: Programme
):
    bills = payments.owed_by(session, mei.id)
    number = payment_reports.report(session, bills, amount=900, digits="12345", now=now).payment.id
    closing.fail(session, first.group_buy_id, now=now, programme=programme)

    booked = payments.confirm(session, number, by=BOSS, now=now, programme=programme)

    assert booked.parts[0].balance == -900
    assert first.order.status == Status.CANCELLED


def test_a_payment_taken_back_leaves_nothing_and_earns_anew(
    session: Session, mei: Member, first: Bill, now: datetime, programme: Programme
):
    def pays() -> payments.Booked:
        shares = {first.order_id: first.balance}
        return payments.take(
            session, mei.id, shares, method=Method.CASH, by=BOSS, now=now, programme=programme
        )

    def has() -> tuple[int, int]:
        found = points.balance(session, mei.id, now)
        return found.pending, found.available

    number = pays().payment.id
    assert has() == (9, 0)
    taken_back = payment_reversals.reverse(session, number, by=BOSS, now=now, programme=programme)
    assert taken_back.state == PaymentState.REJECTED
    assert (has(), first.paid, first.order.status) == ((0, 0), 0, Status.PLACED)

    ordering.call(
        session,
        first.group_buy_id,
        mei,
        [Want(billing.lines_of(session, first.order_id)[0].item_id or 0, "", 1)],
        now=now,
        programme=programme,
    )
    pays()
    settlement.settle(session, first.order, Status.PICKED_UP, now=now, programme=programme)

    assert (first.total, first.balance, has()) == (1350, 0, (0, 13))
    with pytest.raises(AlreadyDecided):
        payment_reversals.reverse(session, number, by=BOSS, now=now, programme=programme)


def test_what_was_picked_up_or_refunded_stays_paid(
    session: Session, mei: Member, first: Bill, now: datetime, programme: Programme
):
    shares = {first.order_id: 900}
    number = payments.take(
        session, mei.id, shares, method=Method.CASH, by=BOSS, now=now, programme=programme
    ).payment.id
    settlement.settle(session, first.order, Status.PICKED_UP, now=now, programme=programme)

    with pytest.raises(CannotTakeBack), session.begin_nested():
        payment_reversals.reverse(session, number, by=BOSS, now=now, programme=programme)
    refunds.refund(session, first, 100, now=now, programme=programme)
    with pytest.raises(CannotTakeBack), session.begin_nested():
        payment_reversals.reverse(session, number, by=BOSS, now=now, programme=programme)
    with pytest.raises(CannotTakeBack):
        payment_reversals.unpay(session, first.order, now=now, programme=programme)
    assert first.paid == 900


def test_a_member_is_reminded_of_an_order_once_in_three_days(
    session: Session, first: Bill, second: Bill, now: datetime
):
    ids = [first.order_id, second.order_id]
    later = now + timedelta(days=3)

    assert dunning.claim(session, [first.order_id], now=now) == {first.order_id}
    assert dunning.claim(session, ids, now=later - timedelta(seconds=1)) == {second.order_id}
    assert dunning.lately(session, ids, now=later) == {second.order_id}
    assert dunning.claim(session, ids, now=later) == {first.order_id}
    assert dunning.claim(session, [], now=later) == set()


def test_nobody_finds_the_order_of_somebody_else(session: Session, first: Bill, now: datetime):
    lin = member(session, "小林", now)
    order_no = first.order.order_no

    assert payments.bill_of(session, order_no) is first
    with pytest.raises(NoSuchOrder):
        payments.bill_of(session, order_no, member_id=lin.id)
