"""P8: an event takes effect once and is answered for in time, however slow LINE's API is."""

import asyncio
import random
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from typing import Any

import orjson
import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from app import create_app
from bot import assembly
from bot.line import Line, Response
from models.talk.inbox import InboxEvent
from models.talk.outbox_records import OutboxMessage
from models.talk.tickets import Ticket
from tests.bot.calls import said, sign
from tests.bot.test_inbox_worker import another
from tests.shop import TOKEN, Shop

SENT = Response(200, {}, b'{"sentMessages":[{"id":"1"}]}')


class TenSeconds:
    """LINE, taking ten seconds for each call, or until the test is over."""

    def __init__(self) -> None:
        self.over, self.asked = False, 0

    async def request(self, *_: object, **__: object) -> Response:
        self.asked += 1
        deadline = time.monotonic() + 10
        while time.monotonic() < deadline and not self.over:
            await asyncio.sleep(0.05)
        return SENT


@contextmanager
def working(shop: Shop) -> Iterator[TenSeconds]:
    """Two inbox workers and a sender, on a slow LINE."""
    line, stop = TenSeconds(), threading.Event()
    slow = replace(shop.runtime, line=Line(line, TOKEN))
    parts = [another(shop).run, another(shop).run, assembly.sender(slow).run]
    threads = [threading.Thread(target=part, args=[stop]) for part in parts]
    for thread in threads:
        thread.start()
    try:
        yield line
    finally:
        line.over = True
        stop.set()
        for thread in threads:
            thread.join()


def repeated(events: list[dict[str, Any]], chance: random.Random) -> list[bytes]:
    """Webhooks with each event once to five times, in any order."""
    again = {"deliveryContext": {"isRedelivery": True}}
    copies = [
        event if copy == 0 else event | again
        for event in events
        for copy in range(chance.randint(1, 5))
    ]
    chance.shuffle(copies)
    bodies = []
    while copies:
        size = chance.randint(1, 8)
        bodies.append(orjson.dumps({"destination": "U", "events": copies[:size]}))
        del copies[:size]
    return bodies


def post_all(clients: list[FlaskClient], bodies: list[bytes]) -> list[float]:
    """Post from two threads for each web process; how long each answer took."""
    took: list[float] = []
    hands = [client for client in clients for _ in range(2)]

    def post(client: FlaskClient, mine: list[bytes]) -> None:
        for body in mine:
            started = time.monotonic()
            answer = client.post("/callback", data=body, headers={"x-line-signature": sign(body)})
            took.append(time.monotonic() - started)
            assert answer.status_code == 200

    threads = [
        threading.Thread(target=post, args=[client, bodies[place :: len(hands)]])
        for place, client in enumerate(hands)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(took)


def once_and_in_time(shop: Shop, now: datetime, number: int) -> None:
    chance = random.Random(8)
    people = [{"type": "user", "userId": f"U{person:032x}"} for person in range(number // 8)]
    events = [said(f"客服 第{n}個", now, source=chance.choice(people)) for n in range(number)]
    bodies = repeated(events, chance)
    other = create_app(replace(shop.runtime)).test_client()

    with working(shop) as line:
        took = post_all([shop.client, other], bodies)
        deadline = time.monotonic() + 60 + number / 20
        while waiting(shop) and time.monotonic() < deadline:
            time.sleep(0.1)

    with shop.sessions() as session:
        asked = session.scalars(select(Ticket.question)).all()
        replies = session.scalar(select(func.count()).select_from(OutboxMessage))
    assert sorted(asked) == sorted(f"第{n}個" for n in range(number))
    assert replies == number
    assert line.asked > 0
    p99 = took[int(len(took) * 0.99)]
    print(f"{len(took)} webhooks, p99 {p99 * 1000:.0f} ms, longest {took[-1] * 1000:.0f} ms")
    assert p99 < 0.5
    assert took[-1] < 2


def waiting(shop: Shop) -> int:
    with shop.sessions() as session:
        query = select(func.count()).select_from(InboxEvent).where(InboxEvent.state == "new")
        return session.scalar(query) or 0


def test_a_thousand_events_each_take_effect_once_and_in_time(shop: Shop, now):
    once_and_in_time(shop, now, 1000)


@pytest.mark.slow
@pytest.mark.timeout(1200)
def test_ten_thousand_events_each_take_effect_once_and_in_time(shop: Shop, now):
    once_and_in_time(shop, now, 10_000)
