"""P3: a pickup slot holds as many orders as it should, however many choose it at once."""

from __future__ import annotations

from collections import Counter

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session, sessionmaker

from models.shop.bill_records import Bill
from tests.chaos import figures
from tests.chaos.rush import rush
from tests.chaos.slot_rush import choose, prepare
from tests.conftest import SECRET

CROWD, CAPACITY, MEMBERS = 8, 5, 24


def chosen(
    sessions: sessionmaker[Session], url: str, *, careless: bool = False
) -> tuple[int, Counter[str]]:
    """How many orders are in the slot when all have chosen it, and how they were answered."""
    with sessions.begin() as session:
        waiting = prepare(session, CAPACITY, MEMBERS)
    found = rush(choose, (CROWD // 4, 4), url, SECRET, CROWD, waiting, careless)
    with sessions() as session:
        inside = session.scalar(select(func.count()).where(Bill.slot_id.is_not(None))) or 0
    return inside, sum(found, Counter())


def test_a_slot_takes_as_many_as_it_has_room_for(sessions: sessionmaker[Session], database: str):
    inside, answers = chosen(sessions, database)

    figures.tell("P3 slots", members=MEMBERS, chosen=inside)
    assert inside == CAPACITY
    assert answers == {"chosen": CAPACITY, "SlotFull": MEMBERS - CAPACITY}


@pytest.mark.tampers
def test_a_shop_that_looks_first_overfills_it(sessions: sessionmaker[Session], database: str):
    """The control."""
    inside, _answers = chosen(sessions, database, careless=True)

    figures.tell("P3 slots control", chosen=inside, capacity=CAPACITY)
    assert inside > CAPACITY
