"""The kept supplies are what the pure rule says, whatever happened in whatever order."""

from __future__ import annotations

from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import count
from threading import Barrier

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select, update

from models.base import local_day
from models.people.members import Member
from models.shop import orders, products, replenishment, settlement
from models.shop.orders import LineDraft, OrderDraft, Status
from models.shop.replenishment import Answer, Purchase, Supply, estimate

DAY = date(2026, 11, 24)
NUMBERS = count()
THINGS = st.one_of(
    st.tuples(st.just("buys"), st.integers(0, 60), st.integers(1, 3), st.sampled_from([None, 9])),
    st.tuples(st.just("gives_back"), st.integers(0, 5)),
    st.tuples(st.just("says"), st.integers(0, 5), st.sampled_from(Answer), st.integers(0, 30)),
    st.tuples(st.just("default"), st.integers(1, 40)),
)


@dataclass
class Life:
    """A member and a product: what happened, told to the shop and remembered as plain facts."""

    session: object
    now: object
    programme: object
    bought: list = field(default_factory=list)
    said: dict = field(default_factory=dict)
    supply: int | None = None

    def __post_init__(self):
        number = next(NUMBERS)
        member = Member(external_id=f"life {number}", joined_on=DAY, created_at=self.now)
        self.session.add(member)
        self.session.flush()
        self.member_id, self.name = member.id, f"商品 {number}"
        self.product_id = products.ensure(self.session, {self.name: None})[self.name]

    def buys(self, day, quantity, line_supply):
        at = self.now - timedelta(days=day)
        line = LineDraft(self.product_id, quantity, 100, line_supply)
        draft = OrderDraft(f"life {next(NUMBERS)}", self.member_id, at, [line])
        order = orders.place(self.session, draft, now=self.now)
        self.moves(order, Status.PAID)
        self.bought.append([order, local_day(at), quantity, line_supply])

    def gives_back(self, which):
        if self.bought:
            self.moves(self.bought.pop(which % len(self.bought))[0], Status.REFUNDED)

    def says(self, which, said, later):
        if self.bought:
            day = self.bought[which % len(self.bought)][1]
            on = day + timedelta(days=later)
            self.said[day] = (said, on)
            replenishment.answer(
                self.session,
                member_id=self.member_id,
                product_id=self.product_id,
                bought_on=day,
                said=said,
                today=on,
                now=self.now,
            )

    def default(self, days):
        products.ensure(self.session, {self.name: days})
        self.supply = self.supply or days

    def moves(self, order, status):
        settlement.settle(self.session, order, status, now=self.now, programme=self.programme)

    def expected(self):
        """The rule over what happened; None if nothing runs out."""
        quantities, supplies = defaultdict(int), defaultdict(int)
        for _order, day, quantity, line_supply in self.bought:
            if supply := line_supply or self.supply:
                quantities[day] += quantity
                supplies[day] = max(supplies[day], supply)
        if not quantities:
            return None
        found = estimate(
            [self.purchase(day, quantities[day]) for day in sorted(quantities)],
            supplies[max(quantities)],
        )
        return found.bought_on, quantities[found.bought_on], found.days, found.remind_on

    def purchase(self, day, quantity):
        said, on = self.said.get(day, (None, None))
        known = {Answer.FINISHED: "finished_on", Answer.NOT_YET: "not_yet_on"}
        return Purchase(day, quantity, **({known[said]: on} if said else {}))

    def kept(self):
        query = select(Supply.bought_on, Supply.quantity, Supply.days, Supply.remind_on)
        row = self.session.execute(
            query.where(Supply.member_id == self.member_id, Supply.product_id == self.product_id)
        ).first()
        return row and tuple(row)


def lived(session, now, programme, examples):
    @settings(max_examples=examples, deadline=None, database=None)
    @given(st.lists(THINGS, min_size=1, max_size=9))
    def live(things):
        life = Life(session, now, programme)
        for what, *how in things:
            getattr(life, what)(*how)
            assert life.kept() == life.expected(), what

    live()


def test_after_every_turn_the_kept_supply_is_what_the_rule_says(session, now, programme):
    lived(session, now, programme, 12)


@pytest.mark.slow
def test_after_many_lives_the_kept_supplies_are_what_the_rule_says(session, now, programme):
    lived(session, now, programme, 400)


def test_counted_again_from_the_history_they_are_the_same(session, now, programme):
    life = Life(session, now, programme)
    for what, *how in (("buys", 50, 1, None), ("default", 20), ("buys", 9, 2, None)):
        getattr(life, what)(*how)
    before = life.kept()

    replenishment.recount(session)

    assert life.kept() == before == life.expected()


@pytest.mark.tampers
def test_a_supply_that_was_changed_or_lost_is_found(session, now, programme):
    lives = [Life(session, now, programme) for _ in range(3)]
    for life in lives:
        life.buys(9, 2, 30)
    changed, lost, stray = lives
    session.execute(update(Supply).where(Supply.member_id == changed.member_id).values(days=7))
    session.delete(session.get(Supply, (lost.member_id, lost.product_id)))
    session.execute(
        update(Supply)
        .where(Supply.member_id == stray.member_id)
        .values(product_id=lost.product_id)
    )

    found = replenishment.verify(session)

    assert len(found) == 4
    assert all("is not what the orders say" in sentence for sentence in found)


def test_of_two_orders_at_once_the_second_sees_the_first(sessions, now, programme):
    with sessions.begin() as session:
        life = Life(session, now, programme)
        life.default(10)
    barrier = Barrier(2)

    def buy(days_ago):
        with sessions.begin() as session:
            theirs = replace_session(life, session)
            session.execute(select(1))
            if session.get_bind().dialect.name == "postgresql":
                barrier.wait(20)
            theirs.buys(days_ago, 1, None)
        return theirs.bought

    for first, second in ((40, 3), (30, 12)):
        with ThreadPoolExecutor(2) as pool:
            life.bought += [row for rows in pool.map(buy, (first, second)) for row in rows]

    with sessions() as session:
        assert replace_session(life, session).kept() == life.expected()


def replace_session(life, session):
    theirs = object.__new__(Life)
    theirs.__dict__.update(vars(life), session=session, bought=[])
    return theirs
