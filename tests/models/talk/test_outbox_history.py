"""A shop that has sent for years: nothing it does all day reads what has ended."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import bindparam, func, select, text

from models.base import UtcDateTime
from models.talk import outbox, outbox_holds, outbox_keeping, outbox_riding
from models.talk.outbox_complete import Outcome, complete_many
from models.talk.outbox_keeping import KEEP
from models.talk.outbox_records import OutboxMessage, State
from models.talk.policy import SendRules
from tests.plans import Plans

DAY = timedelta(days=1)
SIZES = [3_000, pytest.param(200_000, marks=pytest.mark.slow)]
NUMBERS = {
    "postgresql": "SELECT n FROM generate_series(1, :count) AS n",
    "sqlite": "WITH RECURSIVE t(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM t WHERE n < :count)"
    " SELECT n FROM t",
}
ENDED = """
    INSERT INTO outbox (key, kind, member_id, to_id, rule, period, topic, purpose, messages,
                        due_at, urgent, capped, essential, rides, state, reason, attempts,
                        retry_key, request_id, created_at, done_at, counted_at)
    SELECT 'old:' || n, 'push', :member, 'U' || n, 'old', '' || n % 100, 'news', 'marketing',
           :body, :at, n % 2 = 0, true, false, n % 3 = 0, 'sent', '', 0,
           '' || n, '', :at, :at, :at
    FROM ({numbers}) AS numbers
"""


@pytest.fixture
def years(session, mei, now):
    """So many messages that were sent long ago."""

    def fill(count):
        numbers = NUMBERS[session.get_bind().dialect.name]
        statement = text(ENDED.format(numbers=numbers))
        at = bindparam("at", now - KEEP - DAY, UtcDateTime)
        values = {"count": count, "member": mei.id, "body": '[{"type":"text","text":"小美"}]'}
        session.execute(statement.bindparams(at), values)
        session.execute(text("ANALYZE"))
        session.commit()

    return fill


@pytest.mark.parametrize("count", SIZES)
def test_what_ended_long_ago_is_read_by_nobody(
    session, engine, years, mei, person, draft, offer, claim, now, count
):
    years(count)
    plans = Plans(engine)
    friends = [mei, *(person(f"團友{number}") for number in range(30))]

    with plans.open():
        fresh = [draft(friend, period="2") for friend in friends]
        outbox.enqueue_many(session, [*fresh, offer(mei, rides=True)], now=now)
        outbox.known(session, [each.key for each in fresh])
        outbox_riding.rides_for(session, mei.id, now=now, limit=3)
        outbox_riding.waiting(session, "offers")
        assert outbox.waiting(session, now=now).overdue == len(friends) + 1
        parcels = claim().parcels
        assert len(parcels) == len(friends)
        refused = [(parcel, Outcome(State.DEAD, "no")) for parcel in parcels[:20]]
        sent = [(parcel, Outcome(State.SENT)) for parcel in parcels[20:]]
        assert complete_many(session, refused + sent, now=now).paused == ["news"]
        session.commit()
        claim(now + DAY)
        outbox_holds.hold(session, outbox_holds.MARKETING, reason="", now=now, probe_at=now)
        claim(now + 2 * DAY, rules=SendRules(quiet=None))
        outbox_holds.lift(session, outbox_holds.MARKETING)
        outbox.in_hand(session)
        outbox.cancel(session, rule="offers", now=now)
        outbox_keeping.empty(session, now=now, limit=100)
        session.commit()

    assert len(plans.statements) > 20
    assert [str(scan) for scan in plans.scans() if scan.table == "outbox"] == []


def test_what_was_said_is_removed_two_months_after_it_ended(
    session, years, mei, draft, claim, now, row
):
    years(25)
    outbox.enqueue(session, draft(mei), now=now)
    session.commit()
    [parcel] = claim().parcels
    complete_many(session, [(parcel, Outcome(State.SENT))], now=now)
    outbox.enqueue(session, draft(mei, period="2", due_at=now + 90 * DAY), now=now)
    emptied = [outbox_keeping.empty(session, now=now, limit=10) for _ in range(4)]
    session.commit()

    assert emptied == [10, 10, 5, 0]
    assert {row("old:1").messages, row("old:25").messages} == {"[]"}
    assert "news 1" in row(f"news:1:{mei.id}").messages
    assert outbox_keeping.empty(session, now=now + KEEP, limit=10) == 0
    assert outbox_keeping.empty(session, now=now + KEEP + DAY, limit=10) == 1
    assert "news 2" in row(f"news:2:{mei.id}").messages
    assert outbox.enqueue_many(session, [draft(mei)], now=now) == set()
    keys = select(func.count()).where(OutboxMessage.key.like("old:%"))
    assert session.scalar(keys) == 25
