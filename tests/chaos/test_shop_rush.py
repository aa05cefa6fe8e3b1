"""P3: the last shares of a group-buy are sold once, and who comes too late waits in line."""

from __future__ import annotations

from collections import Counter

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session, sessionmaker

from models.shop import group_buys, waitlist
from models.shop.bill_records import Bill
from tests.chaos import figures
from tests.chaos.rush import rush
from tests.chaos.shop_rush import NOW, PRICE, RULES, calls, prepare
from tests.conftest import SECRET

LONG = [pytest.mark.slow, pytest.mark.timeout(1800)]
Sessions = sessionmaker[Session]


def called(
    sessions: Sessions, url: str, crowd: int, stock: int, callers: int, *, careless: bool = False
) -> tuple[int, Counter[str]]:
    """The group-buy that so many call at once, and how they were answered."""
    with sessions.begin() as session:
        offer, members = prepare(session, stock, callers)
    found = rush(calls, (crowd // 4, 4), url, SECRET, crowd, offer, members, careless)
    return offer, sum(found, Counter())


@pytest.mark.parametrize(
    ("crowd", "stock", "callers"),
    [
        (8, 20, 60),
        pytest.param(16, 100, 300, marks=LONG),
        pytest.param(16, 500, 2_000, marks=LONG),
    ],
)
def test_exactly_the_stock_is_sold_however_many_call_at_once(
    sessions: Sessions, database: str, crowd: int, stock: int, callers: int
):
    offer, answers = called(sessions, database, crowd, stock, callers)

    with sessions() as session:
        found = group_buys.find(session, offer)
        owed = session.scalar(select(func.sum(Bill.total)).where(Bill.group_buy_id == offer))
        line = [wait.id for wait in waitlist.of_group_buy(session, offer)]
        figures.tell("P3 group-buy", callers=callers, sold=found.taken, waiting=len(line))
        assert answers == {"ordered": stock, "waits": callers - stock}
        assert found.taken == stock
        assert owed == stock * PRICE
        assert len(line) == callers - stock


def test_who_waits_longest_gets_what_comes_free(sessions: Sessions, database: str):
    offer, _ = called(sessions, database, 8, 20, 60)

    with sessions.begin() as session:
        found = group_buys.hold(session, offer)
        line = [wait.id for wait in waitlist.of_group_buy(session, offer)]
        found.items[0].stock = 25
        session.flush()
        served = waitlist.refill(session, found, now=NOW, programme=RULES)

        assert [wait.id for wait in served] == line[:5]


@pytest.mark.tampers
def test_a_shop_that_looks_first_sells_too_many(sessions: Sessions, database: str):
    """The control."""
    _, answers = called(sessions, database, 8, 20, 60, careless=True)

    figures.tell("P3 group-buy control", sold=answers["ordered"], stock=20)
    assert answers["ordered"] > 20
