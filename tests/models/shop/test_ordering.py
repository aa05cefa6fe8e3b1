"""Calls carried out: shares taken, given up, waited for."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from models.programme import Programme
from models.shop import billing, closing, group_buys, ordering, waitlist
from models.shop.group_buy_terms import ItemTerms, Rung
from models.shop.orders import Status
from models.shop.shares import OverLimit, Want
from tests.models.shop.offers import Counter, member, opened


def test_a_call_makes_an_order_and_another_adds_to_it(
    session: Session, now: datetime, programme: Programme
):
    counter = Counter(session, opened(session, now), programme, now)
    mei = member(session, "小美", now)

    first = counter.call(mei, 2)
    second = counter.call(mei, 1)

    assert first.bill is second.bill
    assert second.bill is not None
    assert second.bill.total == 1350
    assert second.bill.order.order_no == f"{counter.group_buy.id}-1"
    assert counter.group_buy.taken == 3


def test_the_last_shares_are_not_sold_twice_but_waited_for(
    session: Session, now: datetime, programme: Programme
):
    offer = opened(session, now, ItemTerms("A", "芒果", 450, stock=3))
    counter = Counter(session, offer, programme, now)
    mei, lin, zhu = (member(session, name, now) for name in ("小美", "小林", "阿珠"))
    counter.call(mei, 2)

    refused = counter.call(lin, 2)
    behind = counter.call(zhu, 1)

    assert refused.bill is None
    assert [wait.quantity for wait in refused.waiting] == [2]
    assert waitlist.position(session, behind.waiting[0]) == 2
    assert offer.taken == 2


def test_what_comes_free_goes_to_who_waits_longest(
    session: Session, now: datetime, programme: Programme
):
    offer = opened(session, now, ItemTerms("A", "芒果", 450, stock=3))
    counter = Counter(session, offer, programme, now)
    mei, lin, zhu = (member(session, name, now) for name in ("小美", "小林", "阿珠"))
    counter.call(mei, 3)
    counter.call(lin, 2)
    counter.call(zhu, 1)

    given_up = counter.call(mei, -2)

    assert [wait.member_id for wait in given_up.promoted] == [lin.id]
    assert offer.taken == 3
    bill = ordering.latest_bill(session, offer.id, lin.id)
    assert bill is not None
    assert bill.total == 900


def test_giving_everything_up_cancels_the_order(
    session: Session, now: datetime, programme: Programme
):
    counter = Counter(session, opened(session, now), programme, now)
    mei = member(session, "小美", now)
    counter.call(mei, 2)
    counter.call(mei, 1, person="媽媽")

    gone = ordering.cancel(session, counter.group_buy.id, mei, now=now, programme=programme)

    assert gone.bill is not None
    assert gone.bill.order.status == Status.CANCELLED
    assert counter.group_buy.taken == 0
    with pytest.raises(ordering.NothingToCancel):
        ordering.cancel(session, counter.group_buy.id, mei, now=now, programme=programme)


def test_nobody_gives_up_what_they_do_not_have(
    session: Session, now: datetime, programme: Programme
):
    counter = Counter(session, opened(session, now), programme, now)
    mei = member(session, "小美", now)
    counter.call(mei, 1)

    with pytest.raises(ordering.NotThatMany) as refusal:
        counter.call(mei, -2)

    assert refusal.value.had == 1


def test_a_limit_counts_what_a_member_has_and_waits_for(
    session: Session, now: datetime, programme: Programme
):
    offer = opened(session, now, ItemTerms("A", "芒果", 450, stock=2, limit=4))
    counter = Counter(session, offer, programme, now)
    mei = member(session, "小美", now)
    counter.call(mei, 2)
    counter.call(mei, 2)

    with pytest.raises(OverLimit) as refusal:
        counter.call(mei, 1)

    assert (refusal.value.limit, refusal.value.had) == (4, 4)


def test_a_quantity_beyond_reason_is_refused(
    session: Session, now: datetime, programme: Programme
):
    counter = Counter(session, opened(session, now), programme, now)

    with pytest.raises(ordering.TooManyAtOnce):
        counter.call(member(session, "小美", now), 1000)


def test_a_rung_of_the_ladder_makes_it_cheaper_for_everybody_for_good(
    session: Session, now: datetime, programme: Programme
):
    offer = opened(session, now, ItemTerms("A", "芒果", 450, ladder=(Rung(3, 400),)))
    counter = Counter(session, offer, programme, now)
    mei, lin = member(session, "小美", now), member(session, "小林", now)
    first = counter.call(mei, 2).bill
    assert first is not None
    assert first.total == 900

    reached = counter.call(lin, 1)
    counter.call(lin, -1)
    session.refresh(first)

    assert [item.code for item in reached.lowered] == ["A"]
    assert first.total == 800


def test_nobody_joins_before_it_opens_for_them_nor_after_it_closed(
    session: Session, now: datetime, programme: Programme
):
    later = now + timedelta(hours=2)
    offer = opened(
        session, now, opens_at=later, closes_at=later + timedelta(days=1), windows=(("gold", now),)
    )
    counter = Counter(session, offer, programme, now)
    mei = member(session, "小美", now)

    with pytest.raises(group_buys.NotOpenYet) as refusal:
        counter.call(mei, 1)
    assert refusal.value.opens_at == later
    group_buys.may_join(offer, "gold", now=now)

    counter.now = later + timedelta(days=1)
    with pytest.raises(group_buys.Closed):
        counter.call(mei, 1)


def test_full_cases_are_kept_and_the_rest_waits(
    session: Session, now: datetime, programme: Programme
):
    offer = opened(session, now, ItemTerms("A", "鮮乳", 90, case_size=12))
    counter = Counter(session, offer, programme, now)
    callers = [member(session, f"團友{n}", now) for n in range(8)]
    for caller in callers[:7]:
        counter.call(caller, 2)
    counter.call(callers[7], 1)

    closed = closing.close(session, offer.id, now=now, programme=programme)

    assert offer.taken == 12
    assert [(wait.member_id, wait.quantity) for wait in closed.waiting] == [
        (callers[6].id, 2),
        (callers[7].id, 1),
    ]
    assert closed.spare == {offer.items[0].id: 0}

    back = closing.reopen(session, offer.id, closes_at=None, now=now, programme=programme)
    assert len(back) == 2
    assert offer.taken == 15


def test_a_failed_group_buy_leaves_nothing_behind(
    session: Session, now: datetime, programme: Programme
):
    offer = opened(session, now, ItemTerms("A", "芒果", 450, stock=2), minimum=10)
    counter = Counter(session, offer, programme, now)
    mei, lin = member(session, "小美", now), member(session, "小林", now)
    counter.call(mei, 2)
    counter.call(lin, 1)

    bills = closing.fail(session, offer.id, now=now, programme=programme)

    assert [bill.member_id for bill in bills] == [mei.id]
    assert bills[0].order.status == Status.CANCELLED
    assert offer.taken == 0
    assert not waitlist.of_group_buy(session, offer.id)


def test_an_order_can_be_previewed_before_it_is_made(
    session: Session, now: datetime, programme: Programme
):
    offer = opened(session, now)
    mei = member(session, "小美", now)

    quote = billing.preview(
        session,
        offer,
        [billing.Shares(offer.items[0], "", 2)],
        billing.buyer(session, mei.id, None, now=now, programme=programme),
        billing.Wishes(),
        billing.Delivery.PICKUP,
        programme,
        now=now,
    )

    assert quote.total == 900
    assert offer.taken == 0
    assert Want(1, "", 2).key == (1, "", "")
