"""Recording how a try went: by the lease only, and with everything that hangs on it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from models.talk import outbox
from models.talk import outbox_holds as holds
from models.talk.outbox_complete import Outcome, complete, complete_many
from models.talk.outbox_records import State

MINUTE = timedelta(minutes=1)


def refused(reason: str = "400 bad") -> Outcome:
    return Outcome(State.DEAD, reason)


@pytest.mark.parametrize(
    ("outcome", "state", "counts"),
    [
        (Outcome(State.SENT, request_id="r-1"), "sent", {"sent": 1}),
        (Outcome(State.DEAD, "400"), "dead", {"dead": 1}),
        (Outcome(State.UNKNOWN, "key", open=True), "unknown", {"unknown": 1}),
        (Outcome(State.EXPIRED), "expired", {"expired": 1}),
        (Outcome(State.PARKED, holds.MARKETING, quota=True), "parked", {"parked": 1}),
        (Outcome(State.QUEUED, "500", charged=True, open=True), "queued", {"retry": 1}),
        (Outcome(State.QUEUED, released=True), "queued", {}),
    ],
)
def test_each_outcome_is_a_state_with_a_name(
    session, mei, offer, claim, now, row, outcome, state, counts
):
    outbox.enqueue(session, offer(mei), now=now)
    session.commit()
    [parcel] = claim().parcels

    settlement = complete_many(session, [(parcel, outcome)], now=now + MINUTE)
    session.commit()

    kept = row(f"offers:1:{mei.id}")
    assert (kept.state, settlement.counts) == (state, counts)
    assert (kept.lease, kept.leased_until) == (None, None)
    assert kept.request_id == outcome.request_id
    assert (kept.done_at is None) == (state in ("queued", "parked"))
    assert kept.attempts == int(outcome.charged)
    may_have_it = state == "sent" or outcome.open
    assert (kept.first_tried_at is not None) == may_have_it
    assert (kept.counted_at is not None) == may_have_it


def test_a_sender_past_its_lease_changes_nothing(session, mei, draft, claim, now, row):
    outbox.enqueue(session, draft(mei), now=now)
    session.commit()
    [late] = claim().parcels
    [holder] = claim(now + MINUTE).parcels

    settlement = complete_many(session, [(late, refused())], now=now + MINUTE)
    session.commit()

    assert (settlement.late, settlement.counts) == (1, {})
    assert row(f"news:1:{mei.id}").lease == holder.lease
    assert complete(session, holder, Outcome(State.SENT), now=now + MINUTE)


def test_a_reason_that_no_database_could_keep_is_cleaned(session, mei, draft, claim, now, row):
    outbox.enqueue(session, draft(mei), now=now)
    session.commit()
    [parcel] = claim().parcels

    complete(session, parcel, refused("a\0b" + "c" * 400), now=now)
    session.commit()

    assert row(f"news:1:{mei.id}").reason == "ab" + "c" * 298


def test_an_answer_that_becomes_a_push_keeps_body_and_key(session, mei, answer, claim, now, row):
    answer(mei, essential=True)
    session.commit()
    [parcel] = claim().parcels

    turned = Outcome(State.QUEUED, "500", due_at=now, as_push=True)
    settlement = complete_many(session, [(parcel, turned)], now=now)
    session.commit()

    assert settlement.counts == {}
    kept = row("reply:1")
    assert (kept.kind, kept.reply_token, kept.use_until) == ("push", None, None)
    assert kept.first_tried_at is None
    [push] = claim().parcels
    assert (push.messages, push.retry_key) == (parcel.messages, parcel.retry_key)


def test_quota_used_up_is_told_once_and_parks_marketing_only(
    session, mei, person, offer, draft, answer, claim, now, row
):
    friends = [mei, person("小林"), person("小王")]
    outbox.enqueue_many(session, [offer(friend) for friend in friends], now=now)
    outbox.enqueue(session, draft(mei), now=now)
    session.commit()
    first, second, third = claim().parcels
    parked = Outcome(State.PARKED, holds.MARKETING, quota=True)

    told = complete_many(session, [(first, parked)], now=now)
    again = complete_many(session, [(second, parked)], now=now)
    complete(session, third, Outcome(State.QUEUED, due_at=now), now=now)
    answer(mei)
    session.commit()

    assert (told.quota_used_up, again.quota_used_up) == (True, False)
    batch = claim()
    assert batch.ended == {"parked": 1}
    assert [parcel.rule for parcel in batch.parcels] == ["reply"]
    complete(session, batch.parcels[0], Outcome(State.SENT), now=now)
    session.commit()
    assert [parcel.rule for parcel in claim().parcels] == ["news"]
    assert row(f"offers:1:{mei.id}").reason == holds.MARKETING


def test_many_refusals_alike_pause_the_campaign(session, person, offer, draft, claim, now):
    friends = [person(f"團友{number}") for number in range(12)]
    outbox.enqueue_many(session, [offer(friend) for friend in friends], now=now)
    session.commit()
    parcels = claim().parcels

    nearly = complete_many(session, [(each, refused()) for each in parcels[:9]], now=now)
    paused = complete_many(session, [(parcels[9], refused())], now=now)
    again = complete_many(session, [(parcels[10], refused())], now=now)
    complete(session, parcels[11], Outcome(State.QUEUED, due_at=now), now=now)
    outbox.enqueue(session, draft(friends[0]), now=now)
    session.commit()

    assert (nearly.paused, paused.paused, again.paused) == ([], ["offers"], [])
    batch = claim()
    assert batch.ended == {"parked": 1}
    assert [parcel.rule for parcel in batch.parcels] == ["news"]


def test_a_few_refusals_among_many_pause_nothing(session, person, offer, claim, now):
    friends = [person(f"團友{number}") for number in range(22)]
    outbox.enqueue_many(session, [offer(friend) for friend in friends], now=now)
    session.commit()
    parcels = claim().parcels

    good = [(each, Outcome(State.SENT)) for each in parcels[:11]]
    bad = [(each, refused()) for each in parcels[11:]]
    settlement = complete_many(session, good + bad, now=now)

    assert settlement.paused == []


def test_refusals_for_many_reasons_pause_nothing(session, person, offer, claim, now):
    friends = [person(f"團友{number}") for number in range(12)]
    outbox.enqueue_many(session, [offer(friend) for friend in friends], now=now)
    session.commit()

    bad = [(each, refused(f"400 {each.id}")) for each in claim().parcels]

    assert complete_many(session, bad, now=now).paused == []
