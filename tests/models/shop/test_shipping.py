"""Orders that are sent: by whom, with which number, and when they count as received."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from models.loyalty import points
from models.shop import carriers, consignments, group_buys, recipients, refunds, shipping
from models.shop.bill_records import Bill
from models.shop.group_buy_terms import Delivery
from models.shop.orders import Status
from tests.models.shop.offers import Counter, member, opened


@pytest.fixture
def bill(session: Session, programme, now) -> Bill:
    """An order of two boxes by mei, to be sent to her."""
    group_buy = opened(session, now, dropship=True, fees=((Delivery.HOME, 0),))
    counter = Counter(session, group_buy, programme, now)
    bill = counter.call(member(session, "mei", now), 2).bill
    assert bill is not None
    return bill


def paid(session: Session, bill: Bill, programme, now) -> None:
    refunds.receive(session, bill, bill.balance, now=now, programme=programme)


def ship(session, bill, number, now, **more):
    return shipping.ship(session, bill, "黑貓宅急便", number, by="boss", now=now, **more)


def test_an_order_is_sent_once(session, bill, now):
    assert ship(session, bill, "111122223333", now)
    assert not ship(session, bill, "111122223333", now)
    with pytest.raises(shipping.AlreadyShipped, match="111122223333"):
        ship(session, bill, "999988887777", now)
    assert ship(session, bill, "999988887777", now, instead_of="111122223333")

    assert shipping.of_orders(session, [bill.order_id])[bill.order_id].number == "999988887777"
    assert not shipping.forget(session, bill.order_id, "111122223333")
    assert shipping.forget(session, bill.order_id, "999988887777")
    assert shipping.of_orders(session, [bill.order_id]) == {}
    assert shipping.of_orders(session, []) == {}


def test_what_is_received_brings_its_points(session, bill, programme, now):
    order_no = bill.order.order_no
    with pytest.raises(shipping.NotShipped):
        shipping.deliver(session, order_no, now=now, programme=programme)
    ship(session, bill, "111122223333", now)
    with pytest.raises(shipping.NotPaidFor):
        shipping.deliver(session, order_no, now=now, programme=programme)
    session.rollback()


def test_received_is_said_or_follows_from_the_days_to_return(session, bill, programme, now):
    paid(session, bill, programme, now)
    ship(session, bill, "111122223333", now)
    later = now + timedelta(days=programme.shop.return_days)

    early = later - timedelta(seconds=1)
    assert shipping.deliver_due(session, now=early, programme=programme, limit=9) == 0
    assert points.balance(session, bill.member_id, early).available == 0
    assert shipping.deliver_due(session, now=later, programme=programme, limit=9) == 1
    assert shipping.deliver_due(session, now=later, programme=programme, limit=9) == 0

    assert bill.order.status == Status.PICKED_UP
    assert points.balance(session, bill.member_id, later).available == 9
    with pytest.raises(shipping.NothingToSend):
        ship(session, bill, "555566667777", later)


def test_only_paid_and_addressed_orders_are_ready_to_be_sent(session, bill, programme, now):
    number = bill.group_buy_id
    found = consignments.of_group_buy(session, group_buys.find(session, number))
    assert (found.ready, len(found.unpaid), len(found.unaddressed)) == ([], 1, 1)

    for field, said in (("name", "陳小美"), ("phone", "0912345678"), ("address", "台北市一段1號")):
        recipients.give(session, bill.member_id, field, said, now=now)
    paid(session, bill, programme, now)
    found = consignments.of_group_buy(session, group_buys.find(session, number))

    assert [(each.recipient, each.phone, each.place) for each in found.ready] == [
        ("陳小美", "0912345678", "台北市一段1號")
    ]
    assert [each.quantity for each in found.ready[0].contents] == [2]
    ship(session, bill, "111122223333", now)
    found = consignments.of_group_buy(session, group_buys.find(session, number))
    assert (found.ready, found.sent) == ([], 1)


def test_carriers_are_known_by_what_people_call_them():
    assert carriers.named("黑貓").name == "黑貓宅急便"
    assert carriers.named(" ７-ELEVEN ").name == "7-11"
    assert carriers.named("阿伯的車").name == "阿伯的車"
    assert carriers.named("黑貓").fits("9012-3456-7890")
    assert not carriers.named("黑貓").fits("1234567890")
    assert carriers.number_in(" ab１２３-456 ") == "AB123-456"
    for wrong in ("", "無", "abcd", "12 3<b>", "1" * 60):
        with pytest.raises(carriers.BadTracking):
            carriers.number_in(wrong)
