"""Many machines: woken without delay, stopped without a trace, and one shop whatever is lost."""

from __future__ import annotations

import asyncio
import statistics
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import OperationalError

from app import create_app
from bot import assembly
from bot.line import Line, Response
from bot.runtime import Runtime
from bot.sender import Sender
from bot.sender_delivery import Options
from bot.wakeup_channels import channel
from bot.wakeups import Wakeups
from bot.worker import HOLD
from emulator.client import MemoryTransport
from models.talk import inbox_lanes
from models.talk.inbox import InboxEvent, LaneLease
from models.talk.outbox_records import OutboxMessage, State
from tests.processes import eventually
from tests.shop import TOKEN, Phone, Shop

POLL = 60.0  # seconds between looks of those who trust in being woken
SOON = 6.0  # a tenth of it
ROUNDS = 9


@pytest.fixture
def shop(engine, sessions, programme, now) -> Iterator[Shop]:
    made = Shop(engine, sessions, programme, now)
    yield made
    made.close()


class Trusting(Wakeups):
    """Hardly ever looks on its own."""

    def wait(self, bell: str, seconds: float) -> bool:
        return super().wait(bell, POLL)


@contextmanager
def machines(shop: Shop, web: Wakeups, worker: Wakeups) -> Iterator[Runtime]:
    """A web, and a worker with a sender; they share the database and what carries wake-ups."""
    theirs = replace(shop.runtime, wakeups=worker)
    client = create_app(replace(shop.runtime, wakeups=web)).test_client()

    def post(body: bytes, headers: Any) -> int:
        sent = {"x-line-signature": headers["x-line-signature"]}
        return client.post("/callback", data=body, headers=sent).status_code

    shop.platform.webhook = post
    options = Options(poll=POLL if isinstance(worker, Trusting) else Options.poll)
    sender = Sender(
        shop.sessions,
        shop.runtime.line,
        shop.clock,
        assembly.rules(theirs),
        wakeups=worker,
        options=options,
    )
    loop, stop = assembly.Loop(), threading.Event()
    parts = [assembly.inbox_worker(theirs, loop).run, sender.run]
    threads = [threading.Thread(target=part, args=[stop]) for part in parts]
    for thread in threads:
        thread.start()
    try:
        yield replace(shop.runtime, wakeups=web)
    finally:
        stop.set()
        worker.close()
        web.close()
        for thread in threads:
            thread.join()
        loop.close()


def seconds_to_answer(shop: Shop, mei: Phone, meanwhile: Callable[[], object]) -> float:
    """From a webhook to the answer at LINE."""
    before, began = len(shop.platform.heard(mei.id)), time.monotonic()
    shop.platform.say(mei.id, "點數")
    while len(shop.platform.heard(mei.id)) == before and time.monotonic() < began + POLL:
        meanwhile()
        time.sleep(0.001)
    return time.monotonic() - began


@pytest.mark.parametrize(
    ("database", "carrier"),
    [("postgresql", "redis"), ("postgresql", "postgresql")],
    indirect=["database"],
)
def test_an_answer_waits_for_nobody_to_look(
    request: pytest.FixtureRequest, shop: Shop, carrier: str
) -> None:
    url = request.getfixturevalue("redis_url") if carrier == "redis" else None
    web = Wakeups(channel(url, shop.runtime.engine))
    worker = Trusting(channel(url, shop.runtime.engine))
    mei = shop.phone("小美")

    with machines(shop, web, worker):
        # whoever waits for the first time has yet to subscribe
        seconds_to_answer(shop, mei, lambda: web.ring("inbox"))
        took = [seconds_to_answer(shop, mei, lambda: None) for _ in range(ROUNDS)]

    print(f"web to worker to LINE by {carrier}: median {statistics.median(took) * 1000:.1f} ms")
    assert statistics.median(took) < SOON


def test_a_lost_wake_up_costs_a_moment(shop: Shop) -> None:
    with machines(shop, Wakeups(), Wakeups()):
        took = seconds_to_answer(shop, shop.phone("小美"), lambda: None)

    assert took < SOON


def test_who_only_works_when_woken_is_late_when_a_wake_up_is_lost(shop: Shop) -> None:
    """The control: without a carrier nobody is woken."""
    web, mei = Wakeups(), shop.phone("小美")
    worker = Trusting()
    with machines(shop, web, worker):
        worker.ring("inbox")
        seconds_to_answer(shop, mei, lambda: worker.ring("inbox"))
        before = len(shop.platform.heard(mei.id))
        time.sleep(0.5)
        shop.platform.say(mei.id, "點數")
        time.sleep(1.5)
        unheard = len(shop.platform.heard(mei.id)) == before

    assert unheard


class Slow(MemoryTransport):
    """LINE, taking its time."""

    asked = 0

    async def request(self, *given: Any, **named: Any) -> Response:
        self.asked += 1
        await asyncio.sleep(0.2)
        return await super().request(*given, **named)


def ask(shop: Shop, questions: int) -> None:
    """People write to the shop, which only takes it down for now."""
    people = [shop.platform.add_user(f"團友{number}") for number in range(min(20, questions))]
    for number in range(questions):
        shop.platform.say(people[number % len(people)], f"客服 第{number}個")


def left_over(shop: Shop) -> tuple[int, int, int]:
    """Lanes and messages in somebody's hands, and events nobody has handled."""
    with shop.sessions() as session:
        lanes = select(func.count()).where(LaneLease.leased_until > shop.clock())
        messages = select(func.count()).where(OutboxMessage.lease.is_not(None))
        events = select(func.count()).where(InboxEvent.state == "new")
        return tuple(session.scalar(each) or 0 for each in (lanes, messages, events))


def test_a_worker_that_is_stopped_leaves_all_its_work_to_others_at_once(shop: Shop) -> None:
    slow = Slow(shop.platform)
    worker = assembly.Worker(replace(shop.runtime, line=Line(slow, TOKEN)))
    ask(shop, 60)
    worker.start()
    eventually(lambda: slow.asked > 5, "the worker is in the middle of it")

    worker.stop()

    lanes, messages, events = left_over(shop)
    assert (lanes, messages) == (0, 0)
    # no time passes for the other
    other = assembly.inbox_worker(shop.runtime, assembly.Loop())
    while other.drain():
        pass
    while shop.sender.drain().sent:
        pass
    assert left_over(shop) == (0, 0, 0)
    with shop.sessions() as session:
        states = session.scalars(select(OutboxMessage.state)).all()
    assert events < 60
    assert states == [State.SENT] * 60


def test_what_a_killed_worker_held_waits_for_its_lease(shop: Shop) -> None:
    """The control: nobody gave anything back."""
    ask(shop, 1)
    over = shop.clock() + HOLD
    with shop.sessions.begin() as session:
        lane = session.scalars(select(InboxEvent.lane)).one()
        session.add(LaneLease(lane=lane, owner="killed", leased_until=over))

    other = assembly.inbox_worker(shop.runtime, assembly.Loop())

    assert other.drain() == 0
    shop.clock.now = over
    assert other.drain() == 1


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_a_worker_asleep_past_its_lease_holds_up_no_other_lane(sessions, now) -> None:
    """SQLite has one writer at a time, so there everybody waits for it."""
    waits = text("SELECT 1 FROM inbox_lanes WHERE lane = 2 FOR UPDATE")
    with sessions.begin() as session:
        inbox_lanes.prepare(session, now=now)
        inbox_lanes.lease(session, [1, 2, 3], owner="asleep", now=now, hold=HOLD)

    with sessions() as asleep:
        assert inbox_lanes.renew(asleep, 2, owner="asleep", now=now, hold=HOLD)
        with sessions.begin() as session:
            after = now + HOLD
            taken = inbox_lanes.lease(session, [1, 2, 3, 4], owner="awake", now=after, hold=HOLD)
        # the control: whoever does not pass it over waits
        with sessions() as session:
            session.execute(text("SET LOCAL lock_timeout = '100ms'"))
            with pytest.raises(OperationalError):
                session.execute(waits)

    assert taken == [1, 3, 4]
