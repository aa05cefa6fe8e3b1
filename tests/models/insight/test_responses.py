"""What messages are worth: as often as their topic is answered, times a mean order."""

from __future__ import annotations

from datetime import timedelta

import pytest

from models.base import local_day
from models.insight import responses as nightly
from models.message_terms import PLANS, ResponseTerms, plan_for
from models.people import members
from models.people.consents import Topic
from models.shop import orders, worth
from models.shop.orders import LineDraft, OrderDraft
from models.shop.product_records import Product
from models.shop.totals_records import MemberTotals
from models.talk import outbox, responses
from models.talk.outbox import Draft
from models.talk.outbox_records import OutboxMessage
from models.talk.policy import Purpose

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
TERMS = ResponseTerms()


@pytest.fixture
def person(session, now):
    def make(number: int) -> int:
        line_id = f"U{number:032x}"
        return members.enrol(session, line_id, now=now, today=local_day(now))[0].id

    return make


def push(session, member_id, at, topic=Topic.OFFERS, **other):
    """A message that was pushed then."""
    key = f"x:{topic}:{at}:{member_id}"
    draft = Draft(key, "x", "1", member_id, "U", [], topic, Purpose.MARKETING, at)
    outbox.enqueue(session, draft, now=at)
    ended = {"state": "sent", "done_at": at} | other
    session.query(OutboxMessage).filter_by(key=key).update(ended)


def order(session, member_id, at):
    product = session.query(Product).first() or Product(name="米", category="")
    session.add(product)
    session.flush()
    draft = OrderDraft(f"{member_id}:{at}", member_id, at, [LineDraft(product.id, 1, 100)])
    orders.place(session, draft, now=at)


def test_each_day_is_looked_at_once_when_its_window_is_over(session, person, now):
    mei, lin, zhu = (person(number) for number in (1, 2, 3))
    for member_id in (mei, lin, zhu):
        push(session, member_id, now)
    push(session, mei, now, Topic.NEWS, rides_on_id=1)  # that rode along, and was no push
    order(session, mei, now + DAY)
    order(session, lin, now - HOUR)  # before the message
    order(session, zhu, now + 5 * DAY)  # too late for it

    today = local_day(now)
    assert nightly.observe(session, TERMS, today=today + TERMS.window) == 0
    assert nightly.observe(session, TERMS, today=today + TERMS.window + DAY) == 3
    assert nightly.observe(session, TERMS, today=today + TERMS.window + 2 * DAY) == 0

    assert responses.observed(session) == {"offers": (3, 1)}
    session.commit()


def test_what_was_observed_weighs_as_much_as_the_terms_at_as_many_messages():
    assert TERMS.rate("offers") == 0.03
    assert TERMS.rate("offers", sent=200, answered=18) == pytest.approx(0.06)
    assert TERMS.rate("service") == 0


def test_who_buys_much_is_worth_more_and_who_is_new_as_much_as_the_terms_say(session, person):
    mei, lin = person(1), person(2)
    today = local_day(session.get_one(members.Member, mei).created_at)
    totals = {"member_id": mei, "orders": 8, "spend": 9000, "year_from": today}
    session.add(MemberTotals(**totals, year_orders=8, year_spend=9000))
    session.flush()

    assert worth.values(session, "offers", [mei, lin], TERMS) == {mei: 3000, lin: 1500}
    assert worth.values(session, "offers", [lin], TERMS, rate=0.5) == {lin: 25000}
    session.rollback()


def test_a_plan_costs_its_fee_by_the_message_and_more_beyond_it():
    light, medium, high = PLANS

    assert plan_for(PLANS, 199) is None
    assert [plan_for(PLANS, monthly) for monthly in (200, 3000, 9000)] == [light, medium, high]
    assert [light.cost(200), medium.cost(1500), high.cost(7000)] == [0, 400, 1400]
