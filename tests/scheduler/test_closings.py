"""Group-buys close when their time is over, once, however many schedulers there are."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session, sessionmaker

import models.database
from models.people.members import Member
from models.programme import Programme
from models.shop import group_buys, waitlist
from models.shop.bill_records import Wait, WaitState
from models.shop.group_buy_terms import ItemTerms
from models.talk.outbox_records import OutboxMessage
from scheduler import closings
from tests.conftest import SECRET
from tests.models.shop.offers import Counter, member, opened


def friend(session: Session, name: str, now: datetime) -> Member:
    found = member(session, name, now)
    found.is_friend = True
    return found


def told(session: Session, rule: str) -> int:
    query = select(func.count()).where(OutboxMessage.rule == rule)
    return session.scalar(query) or 0


def test_two_schedulers_close_it_once(
    connect: Callable[[], Engine],
    sessions: sessionmaker[Session],
    programme: Programme,
    now: datetime,
):
    later = now + timedelta(hours=1)
    with sessions.begin() as session:
        for _ in range(3):
            counter = Counter(session, opened(session, now, closes_at=later), programme, now)
            counter.call(friend(session, "小美", now), 2)
    factories = [models.database.sessions(connect(), SECRET) for _ in range(3)]

    with ThreadPoolExecutor(3) as pool:
        closed = pool.map(lambda each: closings.close_due(each, later, programme), factories)

    assert sum(closed) == 3
    with sessions() as session:
        assert told(session, "closed") == 3
        assert told(session, "organiser") == 3
        assert {group_buys.find(session, n).stage for n in (1, 2, 3)} == {"closed"}


def test_before_its_time_nothing_closes(
    sessions: sessionmaker[Session], programme: Programme, now: datetime
):
    with sessions.begin() as session:
        opened(session, now, closes_at=now + timedelta(seconds=1))
        opened(session, now)

    assert closings.close_due(sessions, now, programme) == 0
    assert closings.close_due(sessions, now + timedelta(seconds=1), programme) == 1


def test_an_offer_that_lapses_goes_to_the_next_in_line(
    sessions: sessionmaker[Session], programme: Programme, now: datetime
):
    with sessions.begin() as session:
        mango = ItemTerms("A", "愛文芒果", 450, stock=2)
        counter = Counter(session, opened(session, now, mango, hold_minutes=60), programme, now)
        first, second, third = (friend(session, name, now) for name in ("一", "二", "三"))
        counter.call(first, 2)
        counter.call(second, 2)
        counter.call(third, 2)
        counter.call(first, -2)
    over = now + timedelta(minutes=60)

    assert closings.lapse_due(sessions, over - timedelta(seconds=1), programme) == 0
    assert closings.lapse_due(sessions, over, programme) == 1
    assert closings.lapse_due(sessions, over, programme) == 0

    with sessions() as session:
        states = session.scalars(select(Wait.state).order_by(Wait.id)).all()
        assert states == [WaitState.LAPSED, WaitState.OFFERED]
        assert told(session, "promoted") == 1
        assert waitlist.overdue(session, now=over) == []
