"""The month's messages shared out in the database, claim by claim."""

from __future__ import annotations

import threading
from collections import Counter
from datetime import timedelta

import pytest
from sqlalchemy import select

from models.talk import budget, budget_figures, outbox, outbox_claim, outbox_holds, quota
from models.talk.budget import SendBudget
from models.talk.outbox_complete import Outcome, complete, complete_many
from models.talk.outbox_records import OutboxMessage, State
from models.talk.policy import SendRules

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
SENT, USED_UP = Outcome(State.SENT), Outcome(State.PARKED, "marketing", quota=True)
RULES = SendRules(cap=100, reserve_percent=10)


@pytest.fixture
def told(session, now):
    """What LINE tells of the month."""

    def tell(monthly, used=0, at=now):
        quota.keep(session, monthly=monthly, used=used, now=at)
        session.commit()

    return tell


@pytest.fixture
def plan(session, offer, draft, person, now):
    """Queues offers of these values, each to a person of its own; None has its own hour."""
    people = []

    def queue(*values, days=3, service=0):
        drafts = []
        for value in values:
            people.append(person(f"團友{len(people)}"))
            drafts.append(offer(people[-1], value=value, use_until=now + days * DAY))
        for _ in range(service):
            people.append(person(f"團友{len(people)}"))
            drafts.append(draft(people[-1]))
        outbox.enqueue_many(session, drafts, now=now)
        session.commit()

    return queue


def values(batch, session):
    ids = [parcel.id for parcel in batch.parcels]
    query = select(OutboxMessage.value).where(OutboxMessage.id.in_(ids))
    return sorted(session.scalars(query), key=lambda value: value or 0)


def states(session):
    query = select(OutboxMessage.state, OutboxMessage.reason)
    return Counter((state, reason) for state, reason in session.execute(query))


def test_the_most_valuable_go_and_service_always(session, told, plan, claim, now):
    told(10, used=5)
    plan(100, 700, 300, 500, 900, 200, service=3)

    batch = claim(rules=RULES)

    # ten less five, and one of each ten is kept; three are service
    assert values(batch, session) == [None, None, None, 300, 500, 700, 900]
    assert claim(rules=RULES).parcels == []
    assert states(session)["parked", "budget"] == 2


def test_without_a_limit_everything_goes(session, told, plan, claim):
    told(None)
    plan(1, 2, 3)
    assert len(claim(rules=RULES).parcels) == 3


def test_marketing_keeps_within_the_budget_however_small_the_claims(session, told, plan, claim):
    told(20)
    plan(*[100] * 30)

    taken = sum(len(claim(limit=4, rules=RULES).parcels) for _ in range(12))

    assert taken == 18
    assert states(session)["parked", "budget"] == 12


def test_what_has_its_own_hour_goes_first(session, told, plan, claim):
    told(10, used=7)
    plan(900, 800, None, None)

    assert values(claim(rules=RULES), session) == [None, None]


def test_what_comes_later_and_is_worth_more_is_seen_at_once(session, told, plan, claim, now):
    told(10, used=7)
    plan(100)
    budget.in_force(session, RULES, now=now)
    session.commit()
    plan(800, 900)

    assert values(claim(rules=RULES), session) == [800, 900]


def test_what_waited_goes_when_there_is_room_the_most_valuable_first(
    session, told, plan, claim, now
):
    told(10, used=9)
    plan(100, 300, 200)
    assert claim(rules=RULES).parcels == []

    told(10, used=7)
    freed = budget.free(session, RULES, now=now)
    session.commit()

    assert freed == 2
    assert values(claim(rules=RULES), session) == [200, 300]


def test_a_new_month_has_room_again_and_what_is_of_no_use_by_then_was_skipped(
    session, told, plan, claim, now
):
    told(10, used=10)
    plan(100, 200, days=8)
    plan(900, days=2)
    assert claim(rules=RULES).parcels == []

    december = now + 7 * DAY
    assert budget.free(session, RULES, now=december) == 2
    session.commit()

    assert states(session) == {("queued", ""): 2, ("skipped", "budget"): 1}
    assert len(claim(december, rules=RULES).parcels) == 2


def test_without_a_limit_any_more_what_waited_goes(session, told, plan, claim, now):
    told(10, used=10)
    plan(100)
    claim(rules=RULES)
    told(None)

    assert budget.free(session, RULES, now=now) == 1


def test_what_rides_on_replies_waits_where_the_next_reply_finds_it(
    session, told, mei, offer, claim, row, now
):
    told(10, used=10)
    outbox.enqueue(session, offer(mei, rides=True, value=1, use_until=now + DAY), now=now)
    session.commit()

    assert claim(rules=RULES).parcels == []
    kept = row(f"offers:1:{mei.id}")
    assert (kept.state, kept.reason, kept.due_at) == ("queued", "budget", now + HOUR)


def test_what_we_pushed_since_line_was_asked_counts_as_used(session, told, plan, claim, now):
    told(100, used=20)
    plan(service=3)
    for parcel in claim(now + HOUR, rules=RULES).parcels[:2]:
        complete(session, parcel, SENT, now=now + HOUR)
    reading = quota.latest(session)

    assert budget_figures.used(session, reading, now=now + HOUR) == 23
    # of last month's reading nothing is left but what we know ourselves
    assert budget_figures.used(session, reading, now=now + 7 * DAY) == 1


def test_what_service_needed_of_late_is_kept_for_it(session, told, plan, claim, now):
    told(100)
    plan(service=14)
    for parcel in claim(rules=RULES).parcels:
        complete(session, parcel, SENT, now=now)
    session.commit()

    outlook = budget.outlook(session, RULES, now=now)

    # two a day in its first week, for the six days and a half that are left of November
    assert outlook.month.reserve == 10 + 13
    assert outlook.budget.left == 100 - 14 - outlook.month.reserve


def test_a_limit_while_some_is_left_is_taken_as_reserved_and_probed_soon(
    session, told, plan, claim, now
):
    told(100, used=20)
    plan(100, 200, 300)
    batch = claim(rules=RULES)

    settled = complete_many(session, [(parcel, USED_UP) for parcel in batch.parcels], now=now)
    session.commit()

    held = outbox_holds.holds(session)[0]
    assert not settled.quota_used_up
    assert (held.reason, held.probe_at) == ("reserved", now + outbox_holds.RESERVED_WAIT)
    assert not held.used_up(now)
    assert held.used_up(now + HOUR)
    later = now + outbox_holds.RESERVED_WAIT
    probe = claim(later, rules=RULES).parcels
    assert len(probe) == 1
    assert complete_many(session, [(probe[0], SENT)], now=later).quota_back
    assert len(claim(later, rules=RULES).parcels) == 2


def test_a_limit_when_nothing_is_left_is_believed(session, told, plan, claim, now):
    told(100, used=20)
    plan(100)
    batch = claim(rules=RULES)
    told(100, used=100)

    assert complete_many(session, [(batch.parcels[0], USED_UP)], now=now).quota_used_up


def test_a_budget_that_was_counted_is_not_counted_again_for_a_while(session, told, plan, now):
    told(100)
    plan(100)
    budget.in_force(session, RULES, now=now, newest=1)
    session.commit()
    budget.in_force(session, RULES, now=now + budget.EVERY / 2, newest=1)

    assert session.scalars(select(SendBudget.counted_at)).one() == now
    budget.in_force(session, RULES, now=now + budget.EVERY, newest=1)
    assert session.scalars(select(SendBudget.counted_at)).one() == now + budget.EVERY


def test_four_senders_at_once_keep_to_it_together(sessions, told, plan, claim, now):
    told(30)
    plan(*[100] * 60)
    barrier, taken = threading.Barrier(4), []

    def send() -> None:
        barrier.wait()
        for _ in range(8):
            with sessions.begin() as mine:
                batch = outbox_claim.claim(mine, now=now, limit=3, rules=RULES, lease_for=HOUR)
                taken.append(len(batch.parcels))

    senders = [threading.Thread(target=send) for _ in range(4)]
    for sender in senders:
        sender.start()
    for sender in senders:
        sender.join()

    # one that finds the others at the same people takes none
    assert len(taken) == 32
    assert 0 < sum(taken) <= 27
    assert sum(taken) + len(claim(limit=60, rules=RULES).parcels) == 27
