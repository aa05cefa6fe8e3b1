"""The pace of calls, counted as LINE would count them."""

from __future__ import annotations

import asyncio
import time
from bisect import bisect_left

from hypothesis import given
from hypothesis import strategies as st

from bot.limits import BURST, LINE_LIMIT, RATE, Gate, Pace


class Clock:
    """A timer that sleeping moves, by a bit too much as real ones do."""

    def __init__(self, late=0.0):
        self.now, self.late = 0.0, late

    def __call__(self):
        return self.now

    async def sleep(self, seconds):
        self.now += seconds + self.late


def busiest_second(times):
    """The most calls in any window of a second, ends included on one side."""
    return max(index + 1 - bisect_left(times, at - 1.0) for index, at in enumerate(times))


@given(
    st.floats(0, 0.2),
    st.lists(st.floats(0, 3), min_size=1, max_size=5),
    st.integers(1, 60),
    st.floats(5, 300),
)
def test_no_second_sees_more_than_rate_and_burst(late, pauses, burst, rate):
    clock, times = Clock(late), []

    async def work():
        pace = Pace(rate, burst, timer=clock)
        for pause in pauses:
            clock.now += pause
            for _ in range(120):
                await pace.acquire()
                times.append(clock.now)

    real, asyncio.sleep = asyncio.sleep, clock.sleep
    try:
        asyncio.run(work())
    finally:
        asyncio.sleep = real

    # the second's both ends may hold a call each
    assert busiest_second(times) <= rate + burst + 2


def test_turns_that_a_busy_process_missed_are_made_up_for():
    clock = Clock()

    async def work():
        pace, released = Pace(1000, 20, timer=clock), 0

        async def call():
            nonlocal released
            while clock.now < 3:
                await pace.acquire()
                released += 1
                if released % 400 == 0:
                    clock.now += 0.04

        await asyncio.gather(*(call() for _ in range(30)))
        return released

    async def sleep(seconds):
        clock.now += seconds
        await real(0)

    real, asyncio.sleep = asyncio.sleep, sleep
    try:
        released = asyncio.run(work())
    finally:
        asyncio.sleep = real

    # without it each pause would cost what exceeds the burst: 20 of 400
    assert released >= 0.98 * 3 * 1000


def test_what_nobody_waited_for_is_not_made_up_for():
    clock = Clock()

    async def work():
        pace, times = Pace(1000, 20, timer=clock), []
        clock.now += 60
        for _ in range(500):
            await pace.acquire()
            times.append(clock.now)
        return times[-1] - times[0]

    real, asyncio.sleep = asyncio.sleep, clock.sleep
    try:
        took = asyncio.run(work())
    finally:
        asyncio.sleep = real

    assert took >= 0.47


def test_the_shops_pace_stays_below_lines_limit():
    assert RATE + BURST + 2 <= LINE_LIMIT


def test_a_thousand_callers_are_let_through_in_order_and_on_time():
    async def work():
        pace, times, order = Pace(1000, 10), [], []

        async def call(number):
            await pace.acquire()
            times.append(time.monotonic())
            order.append(number)

        await asyncio.gather(*(call(number) for number in range(1000)))
        return times, order

    times, order = asyncio.run(work())

    assert order == sorted(order)
    assert busiest_second(times) <= 1012
    assert times[-1] - times[0] >= 0.98


def test_without_a_pace_nobody_waits():
    async def work():
        pace = Pace(None)
        for _ in range(10_000):
            await pace.acquire()

    asyncio.run(asyncio.wait_for(work(), 5))


def test_the_gate_stays_shut_longer_each_time_in_a_row():
    clock = Clock()
    gate = Gate(1, 30, timer=clock)
    shut = []
    for _ in range(7):
        gate.close()
        gate.close()
        shut.append(gate.shut)
        gate.passed()
        clock.now += gate.shut

    assert shut == [1, 2, 4, 8, 16, 30, 30]
    assert gate.closings == 7
    gate.passed()
    gate.close()
    assert gate.shut == 1
