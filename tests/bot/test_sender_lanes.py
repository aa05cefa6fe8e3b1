"""Messages under way when a sender ends: all of them end with it, and none is forgotten."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from types import SimpleNamespace

import pytest

from bot.sender_lanes import Lanes


def parcels(count, *, urgent):
    return [SimpleNamespace(id=number, urgent=urgent) for number in range(count)]


@pytest.mark.parametrize("urgent", [True, False])
def test_a_call_that_takes_the_first_stop_for_its_own_is_stopped_again(urgent):
    ended = []

    async def carry(parcel, _last_start):
        try:
            with suppress(asyncio.CancelledError):
                await asyncio.sleep(60)
            await asyncio.sleep(60)
        finally:
            ended.append(parcel.id)

    async def work():
        lanes = Lanes(2, carry)
        lanes.take(parcels(2, urgent=urgent), 0.0)
        await lanes.finish(0.05)
        return lanes.in_hand

    assert asyncio.run(asyncio.wait_for(work(), 10)) == 0
    assert sorted(ended) == [0, 1]


def test_what_waits_behind_a_call_that_is_cut_off_is_given_back():
    async def carry(_parcel, _last_start):
        with suppress(asyncio.CancelledError):
            await asyncio.sleep(60)

    async def work():
        lanes = Lanes(1, carry)
        lanes.take(parcels(3, urgent=False), 0.0)
        return await lanes.finish(0.05)

    left = asyncio.run(asyncio.wait_for(work(), 10))

    assert [parcel.id for parcel in left] == [1, 2]
