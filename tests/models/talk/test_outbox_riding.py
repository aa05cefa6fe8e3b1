"""News that rides along with a reply, and what becomes of it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from models.talk import outbox
from models.talk.outbox_complete import Outcome, complete
from models.talk.outbox_records import State
from models.talk.outbox_riding import rides_for
from models.talk.policy import SendRules

DAY = timedelta(days=1)


@pytest.fixture
def rider(session, offer, now):
    """Keeps an offer that may ride until its deadline, three days from now."""

    def keep(member, period="1", **other):
        values = {"rides": True, "due_at": now + 3 * DAY} | other
        outbox.enqueue(session, offer(member, period, **values), now=now)
        session.commit()

    return keep


@pytest.fixture
def carried(session, mei, rider, answer, now, row):
    """A reply with a rider on it."""
    rider(mei)
    riding = rides_for(session, mei.id, now=now, limit=4)
    answer(mei, riding=riding)
    session.commit()
    assert len(riding) == 1
    return row("reply:1")


def test_news_rides_along_with_the_next_reply(session, mei, carried, claim, now, row):
    [parcel] = claim().parcels

    assert [body["text"] for body in parcel.messages] == ["answer 1", "offers 1"]
    complete(session, parcel, Outcome(State.SENT), now=now)
    session.commit()

    rode = row(f"offers:1:{mei.id}")
    assert (rode.state, rode.rides_on_id) == ("sent", carried.id)
    assert (rode.done_at, rode.counted_at) == (now, now)
    assert claim(now + 3 * DAY).idle


def test_nothing_rides_twice_or_is_pushed_while_it_rides(session, mei, carried, claim, now):
    assert rides_for(session, mei.id, now=now, limit=4) == []
    session.commit()

    assert [parcel.rule for parcel in claim(now, limit=9).parcels] == ["reply"]
    assert outbox.cancel(session, rule="offers", now=now) == 0


@pytest.mark.parametrize("end", [State.DEAD, State.EXPIRED])
def test_when_the_reply_fails_the_news_waits_again(session, mei, carried, claim, now, row, end):
    [parcel] = claim().parcels
    complete(session, parcel, Outcome(end), now=now)
    session.commit()

    assert row(f"offers:1:{mei.id}").rides_on_id is None
    assert claim().idle
    assert [each.rule for each in claim(now + 3 * DAY).parcels] == ["offers"]


def test_when_nobody_knows_of_the_reply_nobody_knows_of_the_news(
    session, mei, carried, claim, now, row
):
    [parcel] = claim().parcels
    complete(session, parcel, Outcome(State.UNKNOWN, open=True), now=now)
    session.commit()

    assert row(f"offers:1:{mei.id}").state == "unknown"


def test_when_the_reply_misses_its_minute_the_news_waits_again(
    session, mei, carried, claim, now, row
):
    assert claim(now + outbox.REPLY_LIFE).ended == {"expired": 1}
    assert row(f"offers:1:{mei.id}").rides_on_id is None


def test_news_without_a_reply_is_pushed_at_its_deadline(session, mei, rider, claim, now):
    rider(mei)

    assert claim(now + 3 * DAY - timedelta(seconds=1)).idle
    assert [parcel.rule for parcel in claim(now + 3 * DAY).parcels] == ["offers"]
    assert rides_for(session, mei.id, now=now + 3 * DAY, limit=4) == []


def test_the_nearest_deadline_rides_first_and_only_as_many_as_fit(session, mei, rider, now):
    body = {"type": "text", "text": "x"}
    rider(mei, "late", due_at=now + 9 * DAY)
    rider(mei, "long", due_at=now + DAY, messages=[body] * 3)
    rider(mei, "soon", due_at=now + 2 * DAY)

    rules = SendRules(cap=9)
    found = [row.period for row in rides_for(session, mei.id, now=now, limit=2, rules=rules)]
    assert found == ["soon", "late"]
    assert rides_for(session, mei.id, now=now, limit=0) == []


def test_riding_news_obeys_consent_and_cap_but_not_the_night(session, mei, rider, draft, now):
    for period in "123":
        rider(mei, period)
    outbox.enqueue(session, draft(mei, rides=True, due_at=now + DAY), now=now)
    session.commit()
    night = now + timedelta(hours=10)

    found = rides_for(session, mei.id, now=night, limit=4)
    assert [(row.rule, row.period) for row in found] == [
        ("news", "1"),
        ("offers", "1"),
        ("offers", "2"),
    ]
    mei.marketing = False
    session.commit()
    found = rides_for(session, mei.id, now=night, limit=4)
    assert [row.rule for row in found] == ["news"]
    mei.erased_at = now
    session.commit()
    assert rides_for(session, mei.id, now=night, limit=4) == []


def test_news_past_its_use_and_what_was_tried_do_not_ride(session, mei, rider, claim, now):
    rider(mei, "old", use_until=now)
    rider(mei, "tried", due_at=now)
    session.commit()
    claim()

    assert rides_for(session, mei.id, now=now, limit=4) == []
