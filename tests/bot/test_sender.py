"""The sender against LINE in memory: what arrives, what waits, who is told."""

from __future__ import annotations

import asyncio
import threading
import time
from collections import Counter
from datetime import timedelta

import orjson
import pytest
from sqlalchemy.exc import OperationalError

from bot.http import HttpTransport
from bot.line import Line, NotSent, Response
from bot.sender import Sender, Tally
from bot.sender_delivery import Options
from bot.wakeups import Wakeups
from emulator.client import MemoryTransport
from emulator.platform import Platform
from models.base import local_day
from models.people import consents, members
from models.people.consents import Topic
from models.talk import outbox
from models.talk import outbox_holds as holds
from models.talk.outbox import Draft
from models.talk.outbox_records import OutboxMessage
from models.talk.policy import Purpose, SendRules

QUICK = Options(pause=0.02, poll=0.05, grace=1.0, halt=0.05)
TOKEN = "token"
HOUR = timedelta(hours=1)


class Shop:
    """A shop's outbox with LINE and its people behind it."""

    def __init__(self, sessions, now):
        self.sessions, self.now, self.alerts = sessions, now, []
        self.platform = Platform(clock=lambda: self.now, secret="s", token=TOKEN)
        self.platform.rates.enabled = False
        self.platform.webhook = lambda body, headers: 200
        self.transport = MemoryTransport(self.platform)
        self.mei = self.friend("小美")

    def friend(self, name):
        line_id = self.platform.add_user(name)
        self.platform.follow(line_id)
        with self.sessions.begin() as session:
            today = local_day(self.now)
            member, _ = members.enrol(session, line_id, now=self.now, today=today)
            member.is_friend = member.marketing = True
        return member

    def plan(self, member, period="1", **other):
        marketing = other.pop("marketing", False)
        draft = Draft(
            key=f"news:{period}:{member.id}",
            rule="news",
            period=period,
            member_id=member.id,
            to_id=member.line_user_id,
            messages=[{"type": "text", "text": f"news {period}"}],
            topic=Topic.NEWS if marketing else Topic.SERVICE,
            purpose=Purpose.MARKETING if marketing else Purpose.SERVICE,
            due_at=self.now,
        )
        draft = Draft(**draft.__dict__ | other)
        with self.sessions.begin() as session:
            assert outbox.enqueue(session, draft, now=self.now)

    def answer(self, member, inbox_id=1, *, token=None, essential=False):
        with self.sessions.begin() as session:
            outbox.reply(
                session,
                inbox_id=inbox_id,
                member_id=member.id,
                to_id=member.line_user_id,
                token=token or heard_token(self.platform, member.line_user_id),
                messages=[{"type": "text", "text": f"answer {inbox_id}"}],
                occurred_at=self.now,
                now=self.now,
                essential=essential,
            )

    def sender(self, **other):
        values = {"alert": self.alert, "options": QUICK} | other
        line = Line(self.transport, TOKEN)
        return Sender(self.sessions, line, lambda: self.now, SendRules(), **values)

    def alert(self, kind, sentence):
        self.alerts.append((kind, sentence))

    def drain(self, at=None, **other):
        self.now = at or self.now
        return self.sender(**other).drain(self.now)

    def heard(self, member=None):
        user = (member or self.mei).line_user_id
        return [message["text"] for message in self.platform.heard(user)]

    def states(self):
        with self.sessions() as session:
            rows = session.query(OutboxMessage).order_by(OutboxMessage.id)
            return [row.state for row in rows]


def heard_token(platform, user_id):
    """The reply token that LINE gives for something this person says."""
    tokens = []
    platform.webhook = lambda body, headers: tokens.append(body) or 200
    platform.say(user_id, "嗨")
    return orjson.loads(tokens[-1])["events"][0]["replyToken"]


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


def test_a_campaign_that_line_refuses_is_paused_and_told(shop):
    for number in range(12):
        broken = [{"type": "text", "text": ""}]
        shop.plan(shop.friend(f"團友{number}"), messages=broken, marketing=True)

    assert shop.drain() == Tally(dead=12)
    assert [kind for kind, _ in shop.alerts] == ["campaign"]
    assert "news" in shop.alerts[0][1]
    with shop.sessions() as session:
        assert [hold.scope for hold in holds.holds(session)] == ["rule:news"]


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


def test_after_opting_out_no_planned_offer_is_sent(shop):
    """P11."""
    friends = [shop.friend(f"團友{number}") for number in range(40)]
    for period in ("1", "2"):
        for friend in friends:
            shop.plan(friend, period, marketing=True)
    leaving = friends[::2]
    with shop.sessions.begin() as session:
        ids = [friend.id for friend in leaving]
        consents.set_marketing(session, ids, granted=False, source="chat", now=shop.now)

    assert shop.drain() == Tally(sent=40, skipped=40)
    assert not any(shop.heard(friend) for friend in leaving)


def test_opting_out_while_the_sender_works_stops_what_was_not_sent(shop):
    """P11."""
    for number in range(20):
        shop.plan(shop.mei, f"{number:02}", marketing=True, capped=False)
    heard_before = []

    class Leaving(MemoryTransport):
        async def request(self, *given, **more):
            answer = await super().request(*given, **more)
            if len(shop.heard()) == 7 and not heard_before:
                heard_before.append(True)
                with shop.sessions.begin() as session:
                    consents.set_marketing(
                        session, [shop.mei.id], granted=False, source="chat", now=shop.now
                    )
            return answer

    shop.transport = Leaving(shop.platform)

    assert shop.drain() == Tally(sent=7, skipped=13)


@pytest.fixture
def worker(shop):
    """Runs a sender in a thread until the test is over."""
    stop, running = threading.Event(), []

    def start(**other):
        sender = shop.sender(**other)
        thread = threading.Thread(target=sender.run, args=(stop,))
        running.append(thread)
        thread.start()
        return sender

    yield start
    stop.set()
    for thread in running:
        thread.join(10)
        assert not thread.is_alive()


def until(true, seconds=20):
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_a_worker_sends_what_comes_in(shop, worker):
    worker()
    for number in range(3):
        shop.plan(shop.mei, str(number))
        until(lambda count=number + 1: len(shop.heard()) == count)


def test_a_worker_that_is_woken_need_not_wait_for_its_next_look(shop, worker):
    sender = worker(options=Options(poll=30.0))
    until(lambda: sender._woken is not None)
    time.sleep(0.2)

    shop.plan(shop.mei)
    sender.wake()

    until(lambda: shop.heard() == ["news 1"])


def test_a_bell_wakes_the_worker(shop, worker):
    bell = Wakeups()
    sender = worker(options=Options(poll=30.0), wakeups=bell)
    until(lambda: sender._woken is not None)
    time.sleep(0.2)

    shop.plan(shop.mei)
    bell.ring("outbox")

    until(lambda: shop.heard() == ["news 1"])


def test_waking_a_sender_that_does_not_run_is_harmless(shop):
    shop.sender().wake()


def test_a_worker_outlives_a_database_that_is_away(shop, worker, monkeypatch):
    away = threading.Event()
    real = shop.sessions.begin

    def begin(*given):
        if away.is_set():
            raise OperationalError("SELECT", {}, Exception("gone"))
        return real(*given)

    shop.plan(shop.mei, "1")
    monkeypatch.setattr(shop.sessions, "begin", begin)
    away.set()
    worker()
    time.sleep(0.3)
    away.clear()

    until(lambda: shop.states() == ["sent"])
    assert shop.heard() == ["news 1"]


def test_a_worker_tries_a_refused_token_again_with_one_message(shop, worker):
    for number in range(3):
        shop.plan(shop.friend(f"團友{number}"))
    shop.platform.faults.unauthorized = True
    worker()
    until(lambda: shop.alerts)
    time.sleep(0.3)
    shop.platform.faults.unauthorized = False

    until(lambda: shop.states() == ["sent"] * 3)
    assert [kind for kind, _ in shop.alerts] == ["token"]


def test_stopping_lets_calls_under_way_end(shop):
    shop.plan(shop.mei)
    shop.platform.faults.slow_ms = 500
    stop, sender = threading.Event(), shop.sender()
    thread = threading.Thread(target=sender.run, args=(stop,))
    thread.start()
    until(shop.heard)
    stop.set()
    thread.join(10)

    assert shop.states() == ["sent"]


def test_stopping_cuts_off_calls_that_take_too_long_and_nothing_is_lost(shop):
    friends = [shop.friend(f"團友{number}") for number in range(3)]
    for friend in friends:
        shop.plan(friend)
    shop.platform.faults.slow_ms = 60_000
    stop = threading.Event()
    # at one call a second the third is still waiting for its turn
    sender = shop.sender(options=Options(grace=0.2, rate=1.0))
    sender_thread = threading.Thread(target=sender.run, args=(stop,))
    sender_thread.start()
    until(lambda: any(shop.heard(friend) for friend in friends))
    stop.set()
    begun = time.monotonic()
    sender_thread.join(10)

    assert time.monotonic() - begun < 5
    assert shop.states() == ["queued"] * 3
    shop.platform.faults.slow_ms = 0
    assert shop.drain(shop.now + HOUR) == Tally(sent=3)
    assert all(shop.heard(friend) == ["news 1"] for friend in friends)


def test_when_the_end_cannot_be_recorded_the_next_sender_finds_out(shop, monkeypatch):
    shop.plan(shop.mei)
    shop.platform.faults.slow_ms = 300
    stop, sender = threading.Event(), shop.sender()
    thread = threading.Thread(target=sender.run, args=(stop,))
    thread.start()
    until(shop.heard)

    def gone(*_):
        raise OperationalError("SELECT", {}, Exception("gone"))

    with monkeypatch.context() as patched:
        patched.setattr(shop.sessions, "begin", gone)
        stop.set()
        thread.join(10)

    assert shop.states() == ["queued"]
    shop.platform.faults.slow_ms = 0
    assert shop.drain(shop.now + HOUR) == Tally(sent=1)
    assert shop.heard() == ["news 1"]


def test_two_workers_share_the_work(shop, worker):
    friends = [shop.friend(f"團友{number}") for number in range(30)]
    for period in ("1", "2"):
        for friend in friends:
            shop.plan(friend, period)
    worker()
    worker()

    until(lambda: set(shop.states()) == {"sent"})
    assert all(shop.heard(friend) == ["news 1", "news 2"] for friend in friends)


def test_connections_are_closed_with_the_loop(shop):
    async def nobody():
        return None

    closed = []
    shop.transport = HttpTransport(api_base="http://127.0.0.1:1")
    shop.transport.close = lambda: closed.append(True) or nobody()  # type: ignore[method-assign]

    assert shop.drain() == Tally()
    assert closed == [True]
    asyncio.run(nobody())
