"""Keeping messages: once each, frozen, and called off or forgotten when asked."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import orjson
import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from models.talk import outbox
from models.talk.outbox_complete import Outcome, complete
from models.talk.outbox_records import OutboxMessage, State
from models.talk.policy import SendRules

MINUTE = timedelta(minutes=1)


def test_a_message_is_kept_once_for_its_rule_period_and_member(session, mei, draft, now):
    assert outbox.enqueue(session, draft(mei), now=now)

    assert not outbox.enqueue(session, draft(mei, due_at=now + MINUTE), now=now)
    assert session.scalar(select(func.count()).select_from(OutboxMessage)) == 1


def test_of_many_messages_the_new_ones_are_told(session, mei, draft, now):
    outbox.enqueue(session, draft(mei, period="7"), now=now)
    drafts = [draft(mei, period=str(number)) for number in range(1203)]

    new = outbox.enqueue_many(session, drafts, now=now)

    assert new == {each.key for each in drafts} - {f"news:7:{mei.id}"}
    assert outbox.enqueue_many(session, [], now=now) == set()


def test_messages_kept_together_are_kept_as_if_one_by_one(session, mei, person, draft, offer, now):
    lin = person("小林")
    kinds = [
        lambda number: draft(mei, "a", number, due_at=now + MINUTE, retry_key=f"key {number}"),
        lambda number: offer(lin, number, use_until=now + MINUTE * 9, capped=False, rides=True),
        lambda number: draft(lin, "c", number, urgent=True, messages=[{"text": "\\\t\"{}'\n,"}]),
        lambda number: draft(mei, "d", number, member_id=None),
    ]
    drafts = [make(str(number)) for number in range(15) for make in kinds]
    columns = [c for c in OutboxMessage.__table__.columns if c.name not in ("id", "retry_key")]
    query = select(*columns).order_by(OutboxMessage.key)

    assert len(outbox.enqueue_many(session, drafts, now=now)) == 60
    together = session.execute(query).all()
    keys = session.scalars(select(OutboxMessage.retry_key)).all()
    session.rollback()
    assert all(outbox.enqueue(session, each, now=now) for each in drafts)

    assert session.execute(query).all() == together
    assert len(set(keys)) == 60
    assert {f"key {number}" for number in range(15)} < set(keys)


def test_the_same_message_many_times_is_kept_once(session, mei, draft, now):
    assert outbox.enqueue_many(session, [draft(mei)] * 30, now=now) == {f"news:1:{mei.id}"}

    assert session.scalar(select(func.count()).select_from(OutboxMessage)) == 1


def test_body_and_retry_key_are_frozen_when_a_message_is_kept(session, mei, draft, now, row):
    body = [{"type": "text", "text": "早安，小美"}]
    outbox.enqueue(session, draft(mei, messages=body), now=now)
    body[0]["text"] = "changed afterwards"

    kept = row(f"news:1:{mei.id}")

    assert orjson.loads(kept.messages) == [{"type": "text", "text": "早安，小美"}]
    assert UUID(kept.retry_key).version == 4
    assert (kept.state, kept.attempts, kept.first_tried_at) == (State.QUEUED, 0, None)


def test_the_keys_that_are_kept_already_are_told(session, mei, draft, now):
    outbox.enqueue(session, draft(mei), now=now)

    assert outbox.known(session, ["news:2:0", f"news:1:{mei.id}"]) == {f"news:1:{mei.id}"}


def test_an_unknown_topic_is_refused_before_it_is_kept(session, mei, draft, now):
    with pytest.raises(ValueError, match="weather"):
        outbox.enqueue(session, draft(mei, topic="weather"), now=now)


def test_an_event_is_answered_once(session, mei, answer, now, row):
    first = answer(mei, inbox_id=5)

    assert answer(mei, inbox_id=5, messages=[]) == first
    kept = row("reply:5")
    assert (kept.kind, kept.reply_token, kept.urgent) == ("reply", "token-5", True)
    assert kept.use_until == now + outbox.REPLY_LIFE


def test_what_was_not_tried_can_be_called_off(session, mei, offer, claim, now, row):
    outbox.enqueue_many(session, [offer(mei, period) for period in "1234"], now=now)
    session.commit()
    [tried] = claim().parcels
    complete(session, tried, Outcome(State.QUEUED, open=True, due_at=now + MINUTE), now=now)
    session.commit()
    [in_hand] = claim().parcels

    assert outbox.cancel(session, rule="offers", period="3", now=now) == 1
    assert outbox.cancel(session, rule="offers", now=now) == 1
    session.commit()

    assert {tried.period, in_hand.period} == {"1", "2"}
    states = [row(f"offers:{period}:{mei.id}").state for period in "1234"]
    assert states == ["queued", "queued", "cancelled", "cancelled"]
    assert claim(now + MINUTE * 2, rules=SendRules(cap=9)).parcels != []


def test_erasure_leaves_no_text_and_no_address(session, mei, draft, answer, claim, now):
    outbox.enqueue(session, draft(mei), now=now)
    outbox.enqueue(session, draft(mei, period="2"), now=now)
    answer(mei)
    session.commit()
    [in_hand] = claim().parcels

    outbox.forget(session, mei.id, now=now)
    mei.erased_at = now
    session.commit()

    kept = session.execute(select(OutboxMessage.__table__)).all()
    text = " ".join(str(each) for each in kept)
    assert mei.line_user_id not in text
    assert "news" not in {each.messages for each in kept}
    assert {each.messages for each in kept} == {"[]"}
    assert "token-1" not in text
    assert sorted(each.state for each in kept) == ["cancelled", "cancelled", "queued"]
    complete(session, in_hand, Outcome(State.QUEUED, due_at=now, as_push=True), now=now)
    session.commit()
    assert claim().ended == {"skipped": 1}


def test_overdue_messages_are_counted_and_dated(session, mei, draft, now):
    assert outbox.waiting(session, now=now) == (0, None)
    for number, minutes in enumerate((3, 2, -1)):
        later = draft(mei, period=str(number), due_at=now - MINUTE * minutes)
        outbox.enqueue(session, later, now=now)

    assert outbox.waiting(session, now=now) == (2, now - MINUTE * 3)


def test_two_messages_to_one_person_cannot_be_in_hand_at_once(session, mei, draft, now):
    for period in "12":
        outbox.enqueue(session, draft(mei, period=period), now=now)

    with pytest.raises(IntegrityError):
        session.execute(OutboxMessage.__table__.update().values(lease="both"))
    session.rollback()
