"""What became of members' orders, and what follows from it for when they may join."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from models.people.members import Member
from models.programme import Programme
from models.shop import group_buys, storefront, track_record
from models.shop.bill_records import Bill
from models.shop.group_buys import NotOpenYet
from models.shop.ordering import Outcome as Called
from models.shop.payment_records import Method, Payment, PaymentShare, PaymentState
from models.shop.reliability import Outcome
from tests.models.shop.offers import Counter, member, opened

DAY = timedelta(days=1)


def _ordered(session: Session, mei: Member, programme: Programme, now: datetime) -> Bill:
    counter = Counter(session, opened(session, now - 20 * DAY), programme, now - 20 * DAY)
    called: Called = counter.call(mei, 1)
    assert called.bill is not None
    counter.group_buy.arrived_at = now - 10 * DAY
    return called.bill


def test_what_became_of_an_order_is_told_once(
    session: Session, now: datetime, programme: Programme
):
    mei, lin = (member(session, name, now) for name in ("小美", "小林"))
    early, late, never = (_ordered(session, mei, programme, now) for _ in range(3))
    early.picked_up_at, late.picked_up_at = now - 9 * DAY, now - 5 * DAY
    never.no_show_at = now
    session.flush()

    found = track_record.facts(session, [mei.id, lin.id], terms=programme.shop)

    assert sorted((fact.outcome, fact.days_late) for fact in found[mei.id]) == [
        (Outcome.NO_SHOW, 0),
        (Outcome.PICKED_UP, 0),
        (Outcome.PICKED_UP_LATE, 2),
    ]
    assert lin.id not in found


@pytest.mark.parametrize(("days", "late"), [(0, False), (1, True)])
def test_a_transfer_after_the_last_day_is_late(
    session: Session, now: datetime, programme: Programme, days: int, late: bool
):
    mei = member(session, "小美", now)
    bill = _ordered(session, mei, programme, now)
    bill.due_on = (now - 12 * DAY).date()
    paid_at = now - 12 * DAY + days * DAY
    payment = Payment(
        member_id=mei.id,
        method=Method.TRANSFER,
        state=PaymentState.CONFIRMED,
        amount=450,
        reported_at=paid_at,
        received_at=paid_at,
        decided_at=paid_at,
    )
    session.add(payment)
    session.flush()
    session.add(PaymentShare(payment_id=payment.id, order_id=bill.order_id, amount=450))
    session.flush()

    found = track_record.facts(session, [mei.id], terms=programme.shop)

    assert [fact.outcome for fact in found.get(mei.id, [])] == [Outcome.PAID_LATE] * late


def test_whoever_always_comes_may_join_some_hours_early(
    session: Session, now: datetime, programme: Programme
):
    mei, lin = (member(session, name, now) for name in ("小美", "小林"))
    for _time in range(12):
        _ordered(session, mei, programme, now).picked_up_at = now - 9 * DAY
    session.flush()
    soon = opened(session, now, opens_at=now + timedelta(hours=1))

    hers = storefront.shelf(session, mei.id, now=now, programme=programme)
    his = storefront.shelf(session, lin.id, now=now, programme=programme)
    joined = Counter(session, soon, programme, now).call(mei, 1)

    assert soon in hers.open
    assert soon not in his.open
    assert joined.bill is not None
    with pytest.raises(NotOpenYet):
        Counter(session, soon, programme, now).call(lin, 1)


def test_whoever_does_not_come_waits_for_everybody(
    session: Session, now: datetime, programme: Programme
):
    mei = member(session, "小美", now)
    for _time in range(6):
        _ordered(session, mei, programme, now).no_show_at = now
    session.flush()
    window = (("bronze", now - DAY),)
    later = opened(session, now, opens_at=now + DAY, windows=window)

    shelf = storefront.shelf(session, mei.id, now=now, programme=programme)

    assert {each.id: at for each, at in shelf.upcoming}[later.id] == now + DAY
    assert group_buys.opens_for(later, "bronze") == now - DAY


def test_what_is_given_up_after_closing_counts_and_before_it_does_not(
    session: Session, now: datetime, programme: Programme
):
    mei, lin = (member(session, name, now) for name in ("小美", "小林"))
    counter = Counter(session, opened(session, now), programme, now)
    for who in (mei, lin):
        counter.call(who, 2)
    counter.call(lin, -2)
    group_buys.move(session, counter.group_buy, group_buys.Stage.CLOSED, now=now)
    counter.call(mei, -1, by_organiser=True)
    assert track_record.facts(session, [mei.id], terms=programme.shop) == {}
    counter.call(mei, -1, by_organiser=True)

    found = track_record.facts(session, [mei.id, lin.id], terms=programme.shop)

    assert [fact.outcome for fact in found[mei.id]] == [Outcome.CANCELLED_LATE]
    assert lin.id not in found
