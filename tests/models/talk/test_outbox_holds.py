"""Holds: what waits, what still goes out, and the one probe an hour."""

from __future__ import annotations

from datetime import timedelta

import pytest

from models.talk import outbox
from models.talk import outbox_holds as holds
from models.talk.outbox_complete import Outcome, complete, complete_many
from models.talk.outbox_records import State

HOUR = timedelta(hours=1)
PARKED = Outcome(State.PARKED, holds.MARKETING, quota=True)


@pytest.fixture
def used_up(session, person, offer, claim, now):
    """Three offers, parked because the month's messages are used up."""
    friends = [person(f"團友{number}") for number in range(3)]
    outbox.enqueue_many(session, [offer(friend) for friend in friends], now=now)
    session.commit()
    complete_many(session, [(parcel, PARKED) for parcel in claim().parcels], now=now)
    session.commit()
    return friends


def test_a_parked_quota_is_probed_once_an_hour_with_one_message(session, used_up, claim, now):
    assert claim(now + HOUR - timedelta(seconds=1)).idle

    [probe] = claim(now + HOUR).parcels
    assert probe.probe
    assert claim(now + HOUR).idle
    settlement = complete_many(session, [(probe, PARKED)], now=now + HOUR)
    session.commit()

    assert not settlement.quota_used_up
    assert claim(now + HOUR).idle
    assert len(claim(now + HOUR * 2).parcels) == 1


def test_a_probe_that_gets_through_frees_the_rest(session, used_up, claim, now, row):
    [probe] = claim(now + HOUR).parcels

    settlement = complete_many(session, [(probe, Outcome(State.SENT))], now=now + HOUR)
    session.commit()

    assert settlement.quota_back
    assert holds.holds(session) == []
    assert len(claim(now + HOUR).parcels) == 2


def test_a_probe_is_not_wasted_on_somebody_who_opted_out(session, used_up, claim, now):
    used_up[0].marketing = False
    session.commit()

    assert claim(now + HOUR).ended == {"skipped": 1}
    assert len(claim(now + HOUR).parcels) == 1


def test_a_probe_and_another_message_to_one_person_do_not_go_out_together(
    session, used_up, draft, claim, now
):
    outbox.enqueue(session, draft(used_up[0], due_at=now + HOUR), now=now)
    session.commit()

    assert [parcel.rule for parcel in claim(now + HOUR).parcels] == ["offers"]
    assert claim(now + HOUR).idle


def test_nobody_is_probed_at_night(session, used_up, claim, now):
    assert claim(now + HOUR * 10).idle
    assert len(claim(now + HOUR * 21).parcels) == 1


def test_an_hours_probe_is_taken_once(session, used_up, now):
    assert holds.take_probe(session, now=now + HOUR)
    assert not holds.take_probe(session, now=now + HOUR)


def test_a_probe_another_sender_took_meanwhile_is_left(session, used_up, claim, now, monkeypatch):
    # stands for the other sender, whose transaction commits between two of our statements
    monkeypatch.setattr(holds, "take_probe", lambda session, now: False)

    assert claim(now + HOUR).parcels == []


def test_parked_offers_expire_when_they_are_of_no_use(session, mei, offer, claim, now, row):
    outbox.enqueue(session, offer(mei, use_until=now + HOUR), now=now)
    outbox.enqueue(session, offer(mei, "2", use_until=now + HOUR), now=now)
    session.commit()
    [tried] = claim().parcels
    complete(session, tried, Outcome(State.QUEUED, due_at=now, open=True), now=now)
    holds.hold(session, holds.MARKETING, reason="429", now=now)
    session.commit()

    assert claim().ended == {"parked": 2}
    assert claim(now + HOUR).ended == {"expired": 1, "unknown": 1}
    assert row(f"offers:1:{mei.id}").state == "unknown"
    assert row(f"offers:2:{mei.id}").state == "expired"


def test_a_hold_on_pushes_lets_only_replies_out(session, mei, person, draft, answer, claim, now):
    outbox.enqueue(session, draft(person("小林")), now=now)
    answer(mei)
    assert holds.hold(session, holds.PUSHES, reason="a backup was restored", now=now)
    assert not holds.hold(session, holds.PUSHES, reason="again", now=now)
    session.commit()

    batch = claim()

    assert (batch.ended, [parcel.rule for parcel in batch.parcels]) == ({"parked": 1}, ["reply"])
    assert [hold.reason for hold in holds.holds(session)] == ["a backup was restored"]
    assert holds.lift(session, holds.PUSHES) == 1
    session.commit()
    assert [parcel.rule for parcel in claim().parcels] == ["news"]


def test_a_hold_on_a_campaign_leaves_the_others_alone(session, mei, person, draft, claim, now):
    lin = person("小林")
    outbox.enqueue_many(session, [draft(mei, "digest"), draft(lin, "news")], now=now)
    holds.hold(session, holds.rule_scope("digest"), reason="400", now=now)
    session.commit()

    assert [parcel.rule for parcel in claim().parcels] == ["news"]
    assert holds.lift(session, holds.rule_scope("news")) == 0
    assert holds.lift(session, holds.rule_scope("digest")) == 1


def test_what_a_lost_sender_held_is_parked_too(session, mei, offer, claim, now, row):
    outbox.enqueue(session, offer(mei), now=now)
    session.commit()
    claim()
    holds.hold(session, holds.MARKETING, reason="429", now=now)
    session.commit()

    assert claim(now + HOUR).ended == {"parked": 1}
    assert row(f"offers:1:{mei.id}").lease is None
