"""Taking messages: what is due, whose turn it is, and what the moment says about it."""

from __future__ import annotations

import threading
from datetime import timedelta

from sqlalchemy import event, select, update

from models.talk import outbox
from models.talk.outbox_claim import PERSON_LOCKS, claim
from models.talk.outbox_complete import Outcome, complete
from models.talk.outbox_records import OutboxMessage, State
from models.talk.policy import KEY_LIFE, SendRules

SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)
NIGHT = timedelta(hours=10)  # from the fixed noon to ten at night
SENT = Outcome(State.SENT)


def test_a_message_is_taken_when_it_is_due_and_not_before(session, mei, draft, claim, now):
    outbox.enqueue(session, draft(mei, due_at=now + SECOND), now=now)
    session.commit()

    assert claim().idle
    [parcel] = claim(now + SECOND).parcels
    assert parcel.messages == [{"type": "text", "text": "news 1"}]
    assert parcel.to_id == mei.line_user_id


def test_the_first_try_is_stored_before_it_is_made(session, mei, offer, claim, now, row):
    outbox.enqueue(session, offer(mei), now=now)
    session.commit()

    [parcel] = claim().parcels

    kept = row(f"offers:1:{mei.id}")
    assert (kept.first_tried_at, kept.counted_at) == (now, now)
    assert (kept.lease, kept.leased_until) == (parcel.lease, now + MINUTE)
    assert (parcel.first_tried_at, parcel.counted_at) == (None, None)


def test_one_person_gets_one_message_after_the_other_answers_first(
    session, mei, person, draft, answer, claim, now
):
    lin = person("小林")
    outbox.enqueue(session, draft(mei, period="2", due_at=now - SECOND), now=now)
    outbox.enqueue(session, draft(mei, period="1", due_at=now - MINUTE), now=now)
    answer(mei, inbox_id=1)
    answer(mei, inbox_id=2)
    outbox.enqueue(session, draft(lin), now=now)
    session.commit()

    order = []
    while parcels := claim().parcels:
        assert len({parcel.to_id for parcel in parcels}) == len(parcels)
        assert claim().idle
        for parcel in parcels:
            order.append((parcel.to_id == lin.line_user_id, f"{parcel.rule} {parcel.period}"))
            complete(session, parcel, SENT, now=now)
        session.commit()

    assert order == [
        (False, "reply 1"),
        (True, "news 1"),
        (False, "reply 2"),
        (False, "news 1"),
        (False, "news 2"),
    ]


def test_answers_are_taken_before_the_rest_of_a_long_queue(
    session, mei, person, draft, answer, claim, now
):
    others = [person(f"團友{number}") for number in range(5)]
    drafts = [draft(other, due_at=now - MINUTE) for other in others]
    outbox.enqueue_many(session, drafts, now=now)
    answer(mei)
    session.commit()

    taken = claim(limit=4, calm=2).parcels

    assert [parcel.rule for parcel in taken] == ["reply", "news", "news"]
    assert len(claim(limit=1, calm=0).parcels) == 0
    assert len(claim(limit=2).parcels) == 2


def test_a_lease_that_ran_out_hands_on_the_same_body_and_key(session, mei, draft, claim, now, row):
    outbox.enqueue(session, draft(mei), now=now)
    session.commit()
    [lost] = claim().parcels

    assert claim(now + MINUTE - SECOND).idle
    [taken] = claim(now + MINUTE).parcels

    assert (taken.id, taken.retry_key, taken.messages) == (lost.id, lost.retry_key, lost.messages)
    assert taken.lease != lost.lease
    assert row(f"news:1:{mei.id}").first_tried_at == now
    assert not complete(session, lost, Outcome(State.DEAD), now=now)
    assert complete(session, taken, SENT, now=now)
    session.commit()
    assert row(f"news:1:{mei.id}").state == "sent"


def test_many_messages_to_one_person_hold_up_nobody(session, mei, person, draft, claim, now):
    others = [person(f"團友{n}") for n in range(5)]
    many = [draft(mei, period=str(number), due_at=now - MINUTE) for number in range(60)]
    outbox.enqueue_many(session, many + [draft(other) for other in others], now=now)
    session.commit()

    taken = claim(limit=20).parcels

    assert {parcel.to_id for parcel in taken} == {each.line_user_id for each in [mei, *others]}


def test_a_message_that_loses_every_sender_starves_nobody(session, mei, person, draft, claim, now):
    outbox.enqueue(session, draft(mei), now=now)
    outbox.enqueue(session, draft(mei, period="2"), now=now)
    session.commit()
    claim(limit=1)
    outbox.enqueue(session, draft(person("小林")), now=now)
    session.commit()

    [first] = claim(now + MINUTE, limit=1).parcels
    [second] = claim(now + MINUTE, limit=1).parcels

    assert (first.to_id == mei.line_user_id, second.to_id == mei.line_user_id) == (False, True)
    assert second.period == "1"


def test_a_key_nearly_a_day_old_is_not_used_again(session, mei, draft, claim, now, row):
    outbox.enqueue(session, draft(mei), now=now)
    session.commit()
    [lost] = claim().parcels
    later = now + KEY_LIFE

    assert claim(later, rules=SendRules(quiet=None)).ended == {"unknown": 1}

    kept = row(f"news:1:{mei.id}")
    assert (kept.state, kept.reason, kept.done_at) == ("unknown", "key_too_old", later)
    assert not complete(session, lost, SENT, now=later)


def test_a_reply_that_missed_its_minute_expires(session, mei, answer, claim, now, row):
    answer(mei)
    session.commit()

    assert claim(now + outbox.REPLY_LIFE).ended == {"expired": 1}
    assert row("reply:1").state == "expired"


def test_an_essential_reply_that_missed_its_minute_is_pushed_even_at_night(
    session, mei, answer, claim, now, row
):
    answer(mei, essential=True, occurred_at=now + NIGHT)
    session.commit()
    late = now + NIGHT + outbox.REPLY_LIFE

    assert claim(late).moved == 1
    [parcel] = claim(late).parcels

    assert (parcel.kind, parcel.reply_token, parcel.to_id) == ("push", None, mei.line_user_id)
    assert row("reply:1").first_tried_at == late


def test_a_reply_whose_sender_died_is_not_replied_again(session, mei, answer, claim, now):
    answer(mei)
    answer(mei, inbox_id=2, essential=True)
    session.commit()
    claim(lease_for=SECOND)

    assert claim(now + SECOND).ended == {"unknown": 1}
    [second] = claim(now + SECOND, lease_for=SECOND).parcels
    assert second.kind == "reply"
    assert claim(now + SECOND * 2).moved == 1
    [third] = claim(now + SECOND * 2).parcels
    assert (third.id, third.kind) == (second.id, "push")


def test_two_senders_at_once_never_hold_messages_to_one_person(sessions, person, draft, now):
    friends = [person(f"團友{number}") for number in range(20)]
    with sessions.begin() as session:
        drafts = [draft(friend, period=str(number)) for number in range(3) for friend in friends]
        outbox.enqueue_many(session, drafts, now=now)
    barrier = threading.Barrier(4)
    taken, lock = [], threading.Lock()

    def send() -> None:
        barrier.wait()
        for _ in range(200):
            with sessions.begin() as session:
                batch = claim(session, now=now, limit=7, rules=SendRules(), lease_for=MINUTE)
            for parcel in batch.parcels:
                with lock:
                    taken.append(parcel)
                with sessions.begin() as session:
                    held = session.scalars(
                        select(OutboxMessage.to_id).where(OutboxMessage.lease.is_not(None))
                    ).all()
                    assert len(held) == len(set(held))
                    assert complete(session, parcel, SENT, now=now)
            if len(taken) == len(drafts):
                return

    threads = [threading.Thread(target=send) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len({parcel.id for parcel in taken}) == len(taken) == len(drafts)
    for friend in friends:
        own = [int(parcel.period) for parcel in taken if parcel.to_id == friend.line_user_id]
        assert own == sorted(own)


def test_a_person_whom_another_sender_is_claiming_is_left_to_it(
    database, sessions, mei, draft, now
):
    with sessions.begin() as session:
        outbox.enqueue(session, draft(mei), now=now)
    if database.startswith("sqlite"):
        # there, one transaction writes at a time and nobody can come between
        with sessions.begin() as session:
            batch = claim(session, now=now, limit=9, rules=SendRules(), lease_for=MINUTE)
        assert len(batch.parcels) == 1
        return
    with sessions.begin() as other, sessions.begin() as session:
        other.connection().exec_driver_sql(
            f"SELECT pg_advisory_xact_lock({PERSON_LOCKS}, hashtext('{mei.line_user_id}'))"
        )

        batch = claim(session, now=now, limit=9, rules=SendRules(), lease_for=MINUTE)

        assert batch.idle


def test_a_message_taken_between_two_statements_is_left_alone(engine, sessions, mei, draft, now):
    with sessions.begin() as session:
        outbox.enqueue(session, draft(mei), now=now)
    done = []

    def meddle(connection, cursor, statement, *_):
        if statement.startswith("UPDATE outbox") and not done:
            done.append(True)
            connection.execute(
                update(OutboxMessage.__table__).values(lease="other", leased_until=now + MINUTE)
            )

    event.listen(engine, "before_cursor_execute", meddle)
    with sessions.begin() as session:
        batch = claim(session, now=now, limit=9, rules=SendRules(), lease_for=MINUTE)
    event.remove(engine, "before_cursor_execute", meddle)

    assert done
    assert batch.parcels == []
