"""M30 over a month: a plan that is too small, and still nobody is written to who must not be.

What the budget is worth is told against the same month with values by chance.
"""

from __future__ import annotations

from datetime import datetime

import pytest

from models import database as db
from models.base import TAIPEI
from tests.chaos import figures as told
from tests.chaos.month import Month
from tests.chaos.month_figures import NEVER, figures, marketing

FIRST, LATE = (datetime(2026, 11, day, tzinfo=TAIPEI) for day in (1, 21))
LONG = [pytest.mark.slow, pytest.mark.timeout(1200)]
SIZES = [(120, 150, LATE), pytest.param((1500, 3000, FIRST), marks=LONG)]


@pytest.mark.parametrize("size", SIZES)
def test_a_month_on_a_tight_plan(sessions, size):
    """P11, and what the order by value brings."""
    members, monthly, first = size

    month = Month(sessions, members=members, monthly=monthly, first=first)
    month.live(31 - first.day)

    found = figures(month)
    told.tell("month", **found)
    assert {name: found[name] for name in NEVER} == dict.fromkeys(NEVER, 0)
    # the plan was used, and more would have been sent
    assert monthly * 0.7 < found["pushed"] <= monthly
    assert len(marketing(month)) < found["marketing planned"]
    assert found["rode free, % of what may"] > 20


@pytest.mark.slow
@pytest.mark.timeout(1200)
@pytest.mark.parametrize("size", [(300, 600), (1500, 3000)])
def test_by_chance_the_same_messages_bring_less(size, tmp_path):
    """The control: all is as it was, but for the values."""
    members, monthly = size
    worth = {}
    for weigh in (True, False):
        engine = db.connect(f"sqlite:///{tmp_path / str(weigh)}.db")
        db.create_all(engine)
        sessions = db.sessions(engine, "a secret for tests only")
        month = Month(sessions, members=members, monthly=monthly, first=FIRST, weigh=weigh).live()
        found = figures(month)
        told.tell("month by value" if weigh else "month by chance", **found)
        assert {name: found[name] for name in NEVER} == dict.fromkeys(NEVER, 0)
        worth[weigh] = found["NT$ expected of marketing"]
        engine.dispose()

    assert worth[True] > worth[False] * 1.1
