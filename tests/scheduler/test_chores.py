"""Chores that take long are done in parts, each committed; who is stopped loses only one."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models.insight import review
from models.programme import Programme
from models.shop.orders import Status
from models.shop.totals import MemberTotals
from models.talk.job_runs import JobRun
from scheduler.jobs import CHORES, Daily
from tests.models.insight.trade import Trade
from tests.shop import Shop


@pytest.fixture
def bought(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> Shop:
    """A shop with sixty buyers, whose night is done in parts of twenty."""
    monkeypatch.setattr(review, "STEP", 20)
    with shop.sessions.begin() as session:
        trade = Trade(session, shop.programme, shop.clock().date())
        trade.bring([(n, n, 100 * n, Status.PAID) for n in range(60)])
    return shop


def scored(shop: Shop) -> int:
    with shop.sessions() as session:
        query = select(func.count()).where(MemberTotals.recency.is_not(None))
        return session.scalar(query) or 0


def record(shop: Shop) -> list[str]:
    with shop.sessions() as session:
        query = select(JobRun.period).where(JobRun.job == "review_members")
        return list(session.scalars(query))


def test_the_night_is_on_record_once_all_its_parts_are_done(bought: Shop):
    done = bought.tick()

    assert done.chores["review_members"] == "done"
    assert scored(bought) == 60
    assert len(record(bought)) == 1


def test_a_night_that_was_stopped_goes_on_where_it_was(
    bought: Shop, monkeypatch: pytest.MonkeyPatch
):
    chore, parts = CHORES["review_members"], iter(range(2))

    def dies(session: Session, now: object, programme: Programme) -> str | None:
        if next(parts, None) is None:
            raise RuntimeError("the plug was pulled")
        return chore.chore(session, now, programme)  # type: ignore[arg-type]

    with monkeypatch.context() as broken:
        broken.setitem(CHORES, chore.name, Daily(chore.name, chore.hour, dies))
        stopped = bought.tick()
    half, unrecorded = scored(bought), record(bought)
    bought.clock.jump(timedelta(minutes=1))
    bought.tick()

    assert stopped.failed == ["review_members"]
    assert (half, unrecorded) == (40, [])
    assert scored(bought) == 60
    assert len(record(bought)) == 1
