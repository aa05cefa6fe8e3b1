"""What claiming decides at the moment of sending: quiet hours, consent, use, cap."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pytest

from models.people import consents
from models.people.consents import Topic
from models.talk import outbox
from models.talk.outbox_complete import Outcome, complete
from models.talk.outbox_records import State
from models.talk.policy import SendRules

SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)
NIGHT = timedelta(hours=10)  # from the fixed noon to ten at night
SENT = Outcome(State.SENT)


def test_at_night_messages_wait_for_the_morning(session, mei, draft, claim, now, row):
    outbox.enqueue(session, draft(mei), now=now)
    session.commit()

    batch = claim(now + NIGHT)

    assert (batch.parcels, batch.moved, batch.idle) == ([], 1, False)
    assert row(f"news:1:{mei.id}").due_at == now + timedelta(hours=21)
    assert claim(now + NIGHT).idle
    assert len(claim(now + timedelta(hours=21)).parcels) == 1


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda session, mei, now: setattr(mei, "marketing", False), "opted_out"),
        (lambda session, mei, now: setattr(mei, "is_friend", False), "blocked"),
        (lambda session, mei, now: setattr(mei, "erased_at", now), "erased"),
        (
            lambda session, mei, now: consents.choose(
                session, mei.id, Topic.OFFERS, allowed=False, now=now
            ),
            "opted_out",
        ),
    ],
    ids=["stopped marketing", "blocked us", "was erased", "switched the topic off"],
)
def test_what_changed_since_planning_counts(session, mei, offer, claim, now, row, change, reason):
    outbox.enqueue(session, offer(mei), now=now)
    change(session, mei, now)
    session.commit()

    assert claim().ended == {"skipped": 1}

    kept = row(f"offers:1:{mei.id}")
    assert (kept.state, kept.reason, kept.first_tried_at) == ("skipped", reason, None)


def test_a_topic_switched_on_again_is_sent(session, mei, offer, claim, now):
    outbox.enqueue(session, offer(mei), now=now)
    for allowed in (False, True):
        consents.choose(session, mei.id, Topic.OFFERS, allowed=allowed, now=now)
    session.commit()

    assert len(claim().parcels) == 1


def test_an_offer_past_its_use_expires(session, mei, offer, claim, now, row):
    outbox.enqueue(session, offer(mei, use_until=now), now=now)
    session.commit()

    assert claim().ended == {"expired": 1}
    assert row(f"offers:1:{mei.id}").state == "expired"


def test_two_offers_in_seven_days_and_no_third(session, mei, offer, claim, now, row):
    outbox.enqueue_many(session, [offer(mei, period) for period in "123"], now=now)
    outbox.enqueue(session, offer(mei, "4", use_until=now + timedelta(days=9)), now=now)
    outbox.enqueue(session, offer(mei, "5", capped=False), now=now)
    session.commit()

    ended: Counter[str] = Counter()
    while not (batch := claim()).idle:
        ended.update(batch.ended)
        for parcel in batch.parcels:
            complete(session, parcel, SENT, now=now)
            ended["sent"] += 1
        session.commit()

    assert ended == {"sent": 3, "skipped": 1}
    states = [row(f"offers:{period}:{mei.id}").state for period in "12345"]
    assert states == ["sent", "sent", "skipped", "queued", "sent"]
    assert row(f"offers:4:{mei.id}").due_at == now + timedelta(days=7)
    assert len(claim(now + timedelta(days=7)).parcels) == 1


def test_an_offer_that_may_have_arrived_counts_against_the_cap(
    session, mei, offer, claim, now, row
):
    rules = SendRules(cap=1)
    outbox.enqueue_many(session, [offer(mei, period) for period in "12"], now=now)
    session.commit()
    [first] = claim(rules=rules).parcels
    timed_out = Outcome(State.QUEUED, open=True, charged=True, due_at=now + MINUTE)
    complete(session, first, timed_out, now=now)
    session.commit()

    assert claim(rules=rules).ended == {"skipped": 1}
    assert [parcel.id for parcel in claim(now + MINUTE, rules=rules).parcels] == [first.id]


def test_an_offer_that_line_refused_does_not_count(session, mei, offer, claim, now):
    rules = SendRules(cap=1)
    outbox.enqueue_many(session, [offer(mei, period) for period in "12"], now=now)
    session.commit()
    [first] = claim(rules=rules).parcels
    complete(session, first, Outcome(State.DEAD, "400"), now=now)
    session.commit()

    assert len(claim(rules=rules).parcels) == 1


def test_a_message_to_a_group_needs_no_member(session, mei, offer, claim, now):
    group = offer(mei, member_id=None, to_id="C" + "1" * 32)
    outbox.enqueue(session, group, now=now)
    session.commit()

    assert [parcel.to_id for parcel in claim().parcels] == ["C" + "1" * 32]
