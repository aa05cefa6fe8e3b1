"""All senders together keep LINE's limit: with Redis, without it, and when it goes away."""

from __future__ import annotations

import asyncio
import contextlib
import threading
import time
from datetime import UTC, datetime

import pytest

from bot.limits import BURST, LINE_LIMIT, RATE, Pace
from bot.pace_share import Share
from bot.pace_slots import AHEAD, VALID, Slots
from tests import servers
from tests.bot.test_limits import busiest_second

SENDERS = 3
BEAT = 0.25  # the tests' senders look more often than real ones
SLOWER = 10  # and send so many times more slowly, for machines that are busy
REDUCED = RATE / SLOWER


def clock():
    return datetime.now(UTC)


class Sending:
    """Senders in threads of their own, who would all send as much as they may."""

    def __init__(self, sessions, redis_url=None, *, shared=True):
        self.sessions, self.redis_url, self.shared = sessions, redis_url, shared
        self.times: list[list[float]] = []
        self.stops: list[threading.Event] = []
        self.threads: list[threading.Thread] = []
        self.shares: list[Share] = []

    def start(self, count=SENDERS):
        for _ in range(count):
            times, stop = [], threading.Event()
            thread = threading.Thread(target=asyncio.run, args=(self._send(times, stop),))
            self.times.append(times)
            self.stops.append(stop)
            self.threads.append(thread)
            thread.start()

    async def _send(self, times, stop):
        share = Share(self.sessions, clock, redis_url=self.redis_url, rate=REDUCED, beat=BEAT)
        self.shares.append(share)
        turns = share.turns("push") if self.shared else Pace(REDUCED, BURST)

        async def call():
            while not stop.is_set():
                await turns.acquire()
                times.append(time.monotonic())

        callers = [asyncio.create_task(call()) for _ in range(20)]
        while not stop.is_set():
            await asyncio.sleep(0.01)
        while callers:  # whatever one waits for may take a cancellation for its own
            for caller in callers:
                caller.cancel()
            _, callers = await asyncio.wait(callers, timeout=0.2)
        await share.end()

    def stop(self, number=None):
        chosen = range(len(self.stops)) if number is None else [number]
        for one in chosen:
            self.stops[one].set()
        for one in chosen:
            self.threads[one].join(20)
            assert not self.threads[one].is_alive()

    def all(self):
        return sorted(at for times in self.times for at in times)

    def until(self, true, seconds=30):
        deadline = time.monotonic() + seconds
        while not true():
            assert time.monotonic() < deadline
            time.sleep(0.01)

    def all_send(self, since=0.0):
        """Wait until each of the senders has made calls of late."""
        since = max(since, time.monotonic())
        self.until(lambda: all(len([at for at in t if at > since]) > 3 for t in self.times))


@pytest.fixture
def sending(sessions):
    made: list[Sending] = []

    def make(*given, **more):
        made.append(Sending(sessions, *given, **more))
        return made[-1]

    yield make
    for each in made:
        each.stop()


def most():
    """What a second may see: the rate, what may be late, and each sender's burst."""
    return REDUCED * (1 + VALID) + BURST + 2 * SENDERS


def test_the_limit_leaves_room_for_calls_that_are_late():
    assert RATE * (1 + VALID) + 1 <= LINE_LIMIT
    assert RATE + BURST + 2 <= LINE_LIMIT


def test_with_redis_all_senders_together_keep_the_limit(sending, redis_url):
    senders = sending(redis_url)
    senders.start()
    senders.all_send()
    time.sleep(1.5)
    senders.stop()

    assert not any(share.alone for share in senders.shares)
    assert REDUCED / 4 < busiest_second(senders.all()) <= most()


def test_without_redis_each_sender_takes_an_equal_part(sending):
    senders = sending()
    senders.start()
    senders.all_send()
    time.sleep(1.5)
    senders.stop()

    assert busiest_second(senders.all()) <= most()
    assert all(times for times in senders.times)


def test_without_sharing_the_limit_is_exceeded(sending):
    """The control."""
    senders = sending(shared=False)
    senders.start()
    time.sleep(2.0)
    senders.stop()

    assert busiest_second(senders.all()) > 1.5 * REDUCED


@pytest.fixture
def mortal(tmp_path_factory):
    """A Redis of its own."""
    with contextlib.closing(servers.Redis(tmp_path_factory.mktemp("redis"))) as server:
        server.start()
        yield server


@pytest.mark.parametrize("fault", ["dies", "hangs", "flushed"])
def test_when_redis_goes_away_the_limit_is_kept_and_sending_goes_on(sending, mortal, fault):
    """P10."""
    senders = sending(mortal.url)
    senders.start()
    senders.all_send()
    if fault == "flushed":
        for _ in range(20):
            with servers.redis.Redis.from_url(mortal.url) as client:
                client.flushall()
            time.sleep(0.05)
        senders.all_send()
    else:
        mortal.stop() if fault == "dies" else mortal.pause()
        senders.until(lambda: all(share.alone for share in senders.shares))
        senders.all_send()
        time.sleep(1.0)
        mortal.start() if fault == "dies" else mortal.resume()
        senders.until(lambda: not any(share.alone for share in senders.shares))
        senders.all_send()
    time.sleep(0.5)
    senders.stop()

    assert busiest_second(senders.all()) <= most()


def test_who_loses_redis_waits_for_the_others_only_until_all_have_lost_it(sessions):
    async def work():
        nowhere = {"redis_url": "redis://127.0.0.1:1", "beat": 60.0}
        known, other, late = (Share(sessions, clock, **nowhere) for _ in range(3))
        parts = []
        for share in (known, other):
            await share._look()
            # as after two beats, when all have counted it
            share._counted_at = time.monotonic()
        known.lost(OSError())
        await known._look()
        parts.append(known.part)
        other.lost(OSError())
        for share in (other, known):
            await share._look()
            parts.append(share.part)
        late.lost(OSError())
        await late._look()
        return [*parts, late.part]

    assert asyncio.run(work()) == [0, RATE / 2, RATE / 2, 0]


def test_redis_is_missed_also_by_a_sender_with_nothing_to_send(sessions):
    async def work():
        share = Share(sessions, clock, redis_url="redis://127.0.0.1:1", beat=60.0)
        share.begin()
        while not share.alone:
            await asyncio.sleep(0.01)
        await share.end()

    asyncio.run(asyncio.wait_for(work(), 30))


@pytest.mark.parametrize("moments", range(5))
def test_a_stop_at_the_moment_of_bad_news_is_a_stop(sessions, moments):
    async def work():
        share = Share(sessions, clock, beat=60.0)
        share.begin()
        while share._looked_at < 0:
            await asyncio.sleep(0.01)
        await asyncio.sleep(0.05)
        share._lost.set()
        for _ in range(moments):
            await asyncio.sleep(0)
        await share.end()

    asyncio.run(asyncio.wait_for(work(), 20))


def test_a_sender_that_comes_and_one_that_goes_change_the_parts(sending):
    senders = sending()
    senders.start(1)
    senders.all_send()
    senders.until(lambda: senders.shares[0].part == REDUCED)
    senders.start(1)
    senders.all_send()
    assert [share.part for share in senders.shares] == [REDUCED / 2, REDUCED / 2]
    senders.stop(0)
    senders.until(lambda: senders.shares[1].part == REDUCED)
    senders.stop()

    assert busiest_second(senders.all()) <= most()


def test_a_sender_that_could_not_look_for_long_stops(sending, monkeypatch):
    senders = sending()
    senders.start(1)
    senders.all_send()

    def away(*_):
        raise OSError

    [share] = senders.shares
    monkeypatch.setattr(share, "_count", away)
    senders.until(lambda: share.part == 0)
    before = len(senders.times[0])
    time.sleep(0.2)
    assert len(senders.times[0]) <= before + 1
    monkeypatch.undo()

    senders.all_send()


def test_moments_are_given_out_once(redis_url):
    async def work():
        one, other = Slots(redis_url), Slots(redis_url)
        found, until = [], time.monotonic() + 0.5
        while time.monotonic() < until:
            for each in (one, other):
                given, wait = await each.reserve("push", 30, 1000)
                found += given
                assert bool(given) != bool(wait)
            await asyncio.sleep(0.01)
        await one.close()
        await other.close()
        return sorted(slot.since for slot in found)

    times = asyncio.run(work())

    assert 300 < len(times) <= (0.5 + 2 * AHEAD) * 1000
