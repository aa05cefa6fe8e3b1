"""When somebody runs out: the pure rule, and the query that does the same for everybody."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.people.members import Member
from models.shop import orders, products, replenishment, settlement
from models.shop.orders import LineDraft, OrderDraft, Status
from models.shop.replenishment import Answer, Purchase, estimate
from models.shop.replenishment_due import due

DAY = date(2026, 11, 24)
ONE = timedelta(days=1)


def after(days):
    return DAY + timedelta(days=days)


@st.composite
def histories(draw):
    """A member's purchases of one product, with what they said about some of them."""
    gaps = draw(st.lists(st.integers(1, 90), min_size=1, max_size=6))
    day, found = DAY - timedelta(days=500), []
    for gap in gaps:
        said = draw(st.sampled_from([None, Answer.FINISHED, Answer.NOT_YET]))
        on = day + timedelta(days=draw(st.integers(0, 60)))
        found.append(
            Purchase(
                day,
                draw(st.integers(1, 5)),
                finished_on=on if said == Answer.FINISHED else None,
                not_yet_on=on if said == Answer.NOT_YET else None,
            )
        )
        day += timedelta(days=gap)
    return found


def test_a_first_purchase_lasts_as_long_as_the_shop_says():
    found = estimate([Purchase(DAY, 2)], 30)

    assert (found.days, found.learned_from) == (60, 0)
    assert found.runs_out_on == after(60)
    assert found.remind_on == after(57)


def test_own_intervals_pull_the_shops_default_towards_them():
    """(3 * 30 + 2 * 20) / (3 + 2) = 26 days."""
    found = estimate([Purchase(DAY, 1), Purchase(after(18), 1), Purchase(after(40), 1)], 30)

    assert (found.days, found.learned_from) == (26, 2)


def test_an_interval_counts_for_each_unit_of_what_was_bought():
    """Two lasted 40 days, 20 each: (3 * 30 + 20) / 4 = 27.5 a unit, 82 days for three."""
    assert estimate([Purchase(DAY, 2), Purchase(after(40), 3)], 30).days == 82


def test_finished_is_known_better_than_the_next_purchase():
    """(3 * 30 + 10) / 4 = 25, although the next purchase came after 50 days."""
    assert (
        estimate([Purchase(DAY, 1, finished_on=after(10)), Purchase(after(50), 1)], 30).days == 25
    )


def test_not_yet_makes_the_estimate_longer():
    before = estimate([Purchase(DAY, 1)], 30)

    found = estimate([Purchase(DAY, 1, not_yet_on=after(39))], 30)

    assert (before.days, found.days) == (30, 33)


def test_nobody_is_reminded_on_the_day_they_bought():
    assert estimate([Purchase(DAY, 1)], 1).remind_on == after(1)


@given(histories(), st.integers(1, 60))
def test_an_estimate_lies_between_the_shops_default_and_the_own_extremes(purchases, supply):
    following = [each.bought_on for each in purchases[1:]] + [None]
    known = [
        days / each.quantity
        for each, again in zip(purchases, following, strict=True)
        if (days := replenishment.observed(each, again)) is not None
    ]
    unit = estimate(purchases, supply).days / purchases[-1].quantity

    assert unit <= max([supply, *known]) + 1
    assert unit > min([supply, *known]) - 1


@given(st.integers(1, 60), st.integers(1, 60), st.integers(0, 60))
def test_with_many_purchases_the_own_pace_wins(supply, pace, count):
    purchases = [Purchase(DAY + n * timedelta(days=pace), 1) for n in range(count + 1)]

    off = abs(estimate(purchases, supply).days - pace)

    assert off <= abs(supply - pace) * 3 / (3 + count) + 1


@given(histories(), st.integers(1, 60), st.integers(0, 30))
def test_a_longer_last_interval_never_shortens_the_estimate(purchases, supply, more):
    *earlier, last = purchases
    later = last._replace(bought_on=last.bought_on + timedelta(days=more))
    if later.finished_on or later.not_yet_on:
        later = Purchase(later.bought_on, later.quantity)
        last = Purchase(last.bought_on, last.quantity)

    assert estimate([*earlier, later], supply).days >= estimate([*earlier, last], supply).days


@pytest.fixture
def shop(session, now, programme):
    """Writes purchases of one product by a new member; the member and the product."""
    made = []

    def write(purchases, supply, *, status=Status.PICKED_UP, line_supply=None):
        made.append(None)
        number = len(made)
        member = Member(external_id=str(number), joined_on=DAY, created_at=now)
        session.add(member)
        session.flush()
        [product] = products.ensure(session, {f"商品{number}": supply}).values()
        for each in purchases:
            at = now + (each.bought_on - DAY)
            line = LineDraft(product, each.quantity, 100, line_supply)
            order = orders.place(
                session, OrderDraft(f"{number}-{at:%j%Y}", member.id, at, [line]), now=now
            )
            settlement.settle(session, order, status, now=now, programme=programme)
            for said, on in (
                (Answer.FINISHED, each.finished_on),
                (Answer.NOT_YET, each.not_yet_on),
            ):
                if on:
                    replenishment.answer(
                        session,
                        member_id=member.id,
                        product_id=product,
                        bought_on=each.bought_on,
                        said=said,
                        today=on,
                        now=now,
                    )
        return member.id, product

    return write


def days_due(session, member_id, days):
    return [day for day in days if member_id in {each.member_id for each in due(session, day)}]


def test_a_reminder_is_due_three_days_before_and_can_be_caught_up_for_two_weeks(session, shop):
    member_id, product = shop([Purchase(DAY, 1)], 30)
    every = [after(n) for n in range(60)]

    [found] = due(session, after(27))

    assert (found.member_id, found.product_id, found.product) == (member_id, product, "商品1")
    assert (found.bought_on, found.quantity, found.runs_out_on) == (DAY, 1, after(30))
    assert days_due(session, member_id, every) == [after(n) for n in range(27, 42)]


def test_a_reorder_takes_the_place_of_the_purchase_before(session, shop):
    shop([Purchase(DAY, 1), Purchase(after(26), 1)], 30)

    assert due(session, after(27)) == []
    [found] = due(session, after(52))
    assert found.bought_on == after(26)


@pytest.mark.parametrize("status", [Status.CANCELLED, Status.REFUNDED])
def test_what_was_given_back_is_not_run_out_of(session, shop, status):
    shop([Purchase(DAY, 1)], 30, status=status)

    assert due(session, after(30)) == []


def test_a_product_without_days_of_supply_reminds_nobody(session, shop):
    shop([Purchase(DAY, 1)], None)

    assert not any(due(session, after(n)) for n in range(0, 400, 5))


def test_the_days_on_the_order_line_beat_the_products(session, shop):
    member_id, _ = shop([Purchase(DAY, 1)], 30, line_supply=10)

    assert days_due(session, member_id, [after(6), after(7)]) == [after(7)]


def test_the_last_answer_about_a_purchase_counts(session, shop):
    member_id, _ = shop([Purchase(DAY, 1, finished_on=after(2), not_yet_on=after(39))], 30)

    assert days_due(session, member_id, [after(29), after(30)]) == [after(30)]


def test_the_query_says_what_the_rule_says_for_every_history(session, shop):
    """60 generated histories, each due from its reminder's day and not the day before."""
    told = {}
    cases = []

    @given(st.lists(st.tuples(histories(), st.integers(1, 60)), min_size=60, max_size=60))
    def generated(found):
        cases[:] = found

    settings(max_examples=2, deadline=None, database=None)(generated)()
    for purchases, supply in cases:
        member_id, _ = shop(purchases, supply)
        told[member_id] = estimate(purchases, supply)

    for member_id, expected in told.items():
        on, before = (
            {each.member_id: each for each in due(session, day)}
            for day in (expected.remind_on, expected.remind_on - ONE)
        )
        assert on[member_id].runs_out_on == expected.runs_out_on
        assert member_id not in before
