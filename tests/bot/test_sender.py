"""The sender against LINE in memory: what arrives, what waits, who is told."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pytest

from bot.line import Line, NotSent, Response
from bot.sender import Sender, Tally
from bot.sender_delivery import Options
from models.people import consents
from models.talk import outbox_holds as holds
from models.talk.outbox_records import OutboxMessage
from models.talk.policy import SendRules
from tests.bot.outbox_shop import HOUR, TOKEN, Shop


@pytest.fixture
def shop(sessions, now):
    return Shop(sessions, now)


def test_what_is_due_is_sent_once(shop):
    shop.plan(shop.mei)
    shop.answer(shop.mei)

    assert shop.drain() == Tally(sent=2)
    assert shop.heard() == ["answer 1", "news 1"]
    assert shop.drain() == Tally()
    assert shop.drain(shop.now + HOUR) == Tally()


def test_the_tally_has_the_names_of_the_contract():
    assert list(Tally()._asdict()) == [
        *("sent", "retry", "dead", "skipped"),
        *("expired", "parked", "unknown", "cancelled"),
    ]


def test_a_drain_at_another_time_sends_what_is_due_then(shop):
    tomorrow = shop.now + timedelta(days=1)
    shop.plan(shop.mei, due_at=tomorrow)

    assert shop.sender().drain() == Tally()
    assert shop.drain(tomorrow) == Tally(sent=1)


def test_many_messages_to_one_person_arrive_in_order(shop):
    for number in range(60):
        shop.plan(shop.mei, f"{number:03}")

    assert shop.drain() == Tally(sent=60)
    assert shop.heard() == [f"news {number:03}" for number in range(60)]


@pytest.mark.parametrize("fault", ["fail_before", "fail_after", "drop"])
def test_after_an_error_the_same_message_arrives_once(shop, fault):
    shop.plan(shop.mei)
    setattr(shop.platform.faults, fault, 1.0)

    assert shop.drain() == Tally(retry=1)
    assert shop.drain() == Tally()
    setattr(shop.platform.faults, fault, 0.0)
    assert shop.drain(shop.now + HOUR) == Tally(sent=1)
    assert shop.heard() == ["news 1"]


def test_a_message_that_never_gets_an_answer_ends_as_unknown(shop):
    shop.plan(shop.mei)
    shop.platform.faults.fail_before = 1.0

    tries = Counter()
    start = shop.now
    with shop.sessions.begin() as session:
        session.query(OutboxMessage).update({"urgent": True})
    while shop.now < start + timedelta(hours=24, minutes=30):
        tries.update(shop.drain()._asdict())
        shop.now += timedelta(minutes=10)

    assert shop.states() == ["unknown"]
    assert (tries["unknown"], tries["sent"]) == (1, 0)
    assert tries["retry"] > 50


def test_a_server_that_is_down_leaves_no_doubt(shop):
    class Down:
        async def request(self, *_, **__):
            raise NotSent("refused")

    shop.plan(shop.mei, marketing=True)
    up, shop.transport = shop.transport, Down()
    assert shop.drain() == Tally(retry=1)
    shop.transport = up
    with shop.sessions.begin() as session:
        consents.set_marketing(session, [shop.mei.id], granted=False, source="chat", now=shop.now)

    assert shop.drain(shop.now + HOUR) == Tally(skipped=1)


def test_a_rate_limit_pauses_the_sender_and_charges_no_attempt(shop):
    for number in range(5):
        shop.plan(shop.friend(f"團友{number}"))
    shop.platform.faults.rate_limited = 1.0

    tally = shop.drain(options=Options(pause=0.001, at_once=1, reserved=0))

    assert tally == Tally(retry=5)
    with shop.sessions() as session:
        rows = session.query(OutboxMessage).all()
        assert {(row.attempts, row.first_tried_at) for row in rows} == {(0, None)}
    shop.platform.faults.rate_limited = 0.0
    assert shop.drain(shop.now + HOUR) == Tally(sent=5)


def test_calls_not_yet_made_when_the_limit_strikes_are_made_later(shop):
    friends = [shop.friend(f"團友{number}") for number in range(30)]
    for friend in friends:
        shop.plan(friend)
    shop.platform.faults.rate_limited = 0.3

    tally = shop.drain(options=Options(pause=0.01, rate=200.0))

    assert tally.sent + tally.retry == 30
    assert tally.retry > 0
    shop.platform.faults.rate_limited = 0.0
    assert shop.drain(shop.now + HOUR) == Tally(sent=tally.retry)
    assert all(shop.heard(friend) == ["news 1"] for friend in friends)


def test_a_used_up_quota_parks_marketing_and_lets_replies_out(shop):
    for number in range(3):
        shop.plan(shop.friend(f"團友{number}"), marketing=True)
    shop.plan(shop.mei)
    shop.platform.faults.monthly_limit = True

    assert shop.drain() == Tally(parked=3, retry=1)
    shop.plan(shop.friend("小林"), marketing=True)
    shop.answer(shop.mei)
    assert shop.drain() == Tally(parked=1, sent=1)
    assert shop.heard() == ["answer 1"]
    assert [kind for kind, _ in shop.alerts] == ["quota"]
    assert "額度" in shop.alerts[0][1]

    # an hour later: one probe, and the notice again
    assert shop.drain(shop.now + HOUR) == Tally(parked=1, retry=1)
    assert shop.drain() == Tally()
    shop.platform.faults.monthly_limit = False
    assert shop.drain(shop.now + HOUR) == Tally(sent=5)
    assert [kind for kind, _ in shop.alerts] == ["quota", "quota_back"]


def test_a_refused_token_stops_everything_and_marks_nothing_dead(shop):
    for number in range(4):
        shop.plan(shop.friend(f"團友{number}"))
    shop.platform.faults.unauthorized = True

    tally = shop.drain(options=Options(at_once=2, reserved=0))

    assert tally.retry in (1, 2)
    assert tally.dead == 0
    assert set(shop.states()) == {"queued"}
    assert [kind for kind, _ in shop.alerts] == ["token"]
    shop.platform.faults.unauthorized = False
    assert shop.drain() == Tally(sent=4)


def test_a_refused_recipient_is_dead_and_the_others_get_theirs(shop):
    shop.plan(shop.mei, "2", to_id="U" + "f" * 32)
    shop.plan(shop.friend("小林"))

    assert shop.drain() == Tally(sent=1, dead=1)
    assert shop.alerts == []


@pytest.mark.parametrize(
    ("rule", "called"), [("news", "「news」"), ("broadcast:12", "推播 #12 大多被 LINE 退回")]
)
def test_a_campaign_that_line_refuses_is_paused_and_told(shop, rule, called):
    for number in range(12):
        broken = [{"type": "text", "text": ""}]
        shop.plan(shop.friend(f"團友{number}"), messages=broken, marketing=True, rule=rule)

    assert shop.drain() == Tally(dead=12)
    assert [kind for kind, _ in shop.alerts] == [f"campaign:{rule}"]
    assert called in shop.alerts[0][1]
    with shop.sessions() as session:
        assert [hold.scope for hold in holds.holds(session)] == [f"rule:{rule}"]


def test_a_reply_that_may_have_arrived_is_not_sent_again(shop):
    shop.answer(shop.mei)
    shop.platform.faults.fail_after = 1.0

    assert shop.drain() == Tally(unknown=1)
    shop.platform.faults.fail_after = 0.0
    assert shop.drain(shop.now + HOUR) == Tally()
    assert shop.heard() == ["answer 1"]


def test_an_essential_reply_without_an_answer_is_pushed(shop):
    shop.answer(shop.mei, essential=True)
    shop.platform.faults.fail_before = 1.0
    assert shop.drain() == Tally(retry=1)
    shop.platform.faults.fail_before = 0.0

    assert shop.drain(shop.now + timedelta(seconds=10)) == Tally(sent=1)
    assert shop.heard() == ["answer 1"]


def test_an_essential_reply_with_a_used_token_is_pushed_at_once(shop):
    shop.answer(shop.mei, 1, token="nobody gave us this", essential=True)
    shop.answer(shop.mei, 2, token="nor this")

    assert shop.drain() == Tally(sent=1, expired=1)
    assert shop.heard() == ["answer 1"]


def test_an_answer_that_makes_no_sense_is_tried_again(shop):
    class Nonsense:
        async def request(self, *_, **__):
            return Response(200, None, b"")  # type: ignore[arg-type]

    shop.plan(shop.mei)
    there, shop.transport = shop.transport, Nonsense()
    assert shop.drain() == Tally(retry=1)
    shop.transport = there
    assert shop.drain(shop.now + HOUR) == Tally(sent=1)


def test_an_alert_that_fails_stops_nobody(shop):
    def broken(kind, sentence):
        raise RuntimeError(sentence)

    shop.plan(shop.mei, marketing=True)
    shop.platform.faults.monthly_limit = True

    assert shop.drain(alert=broken) == Tally(parked=1)


def test_without_anybody_to_tell_alerts_are_logged(shop):
    shop.plan(shop.mei, marketing=True)
    shop.platform.faults.monthly_limit = True
    sender = Sender(shop.sessions, Line(shop.transport, TOKEN), lambda: shop.now, SendRules())

    assert sender.drain(shop.now) == Tally(parked=1)
