"""The sender as a worker: it is woken, stopped, and outlives what goes away."""

from __future__ import annotations

import asyncio
import threading
import time

import pytest
from sqlalchemy.exc import OperationalError

from bot.http import HttpTransport
from bot.sender import Tally
from bot.sender_delivery import Options
from bot.wakeups import Wakeups
from emulator.client import MemoryTransport
from models.people import consents
from tests.bot.outbox_shop import HOUR, Shop


@pytest.fixture
def shop(sessions, now):
    return Shop(sessions, now)


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
