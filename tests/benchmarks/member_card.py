"""What a member asks for, in a shop of a thousand members and in one of a million.

The whole answer is an event handled and its reply put into the outbox; the
statements are what of it was spent waiting for the database. Asked are members
with as many orders in both shops, one in each by turns, and nothing is kept.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

import orjson
from sqlalchemy import Engine, event, text

import handlers
import models.database
from bot.dispatch import Dispatcher
from models import programme
from models.talk.inbox import Stored
from tests.benchmarks import shops
from tests.benchmarks.frame import Bench, benchmark
from tests.benchmarks.shop_data import NOW, SECRET
from tests.benchmarks.table import Goal, Row, ratio_at_most

ASKED = ("會員卡", "點數", "等級", "優惠券")
GOAL = ratio_at_most(1.2)
# whoever can be answered and has bought about as often as most
SAMPLE = """
    SELECT line_user_id FROM members JOIN (
        SELECT member_id FROM orders GROUP BY member_id HAVING count(*) BETWEEN 4 AND 6
    ) AS usual ON member_id = members.id
    WHERE is_friend ORDER BY md5(line_user_id) LIMIT :count
"""


class Times(NamedTuple):
    """Seconds."""

    answer: float
    statements: float


class Asked:
    """Members of one shop, asking."""

    def __init__(self, url: str, count: int) -> None:
        self.engine = models.database.connect(url)
        self.sessions = models.database.sessions(self.engine, SECRET)
        self.dispatcher = Dispatcher(programme.load(None))
        with self.engine.connect() as connection:
            connection.execute(text("SET LOCAL statement_timeout = 0"))
            self.people = list(connection.scalars(text(SAMPLE), {"count": count}))

    def asks(self, number: int, words: str) -> Times:
        person = self.people[number % len(self.people)]
        row = Stored(-number - 1, f"benchmark {number}", person, NOW, said(person, words))
        with self.sessions() as session, waiting(self.engine) as waited:
            began = time.perf_counter()
            self.dispatcher.handle(session, row, now=NOW)
            session.flush()
            took = time.perf_counter() - began
            session.rollback()
        return Times(took, sum(waited))


@benchmark("member_card")
def member_card(bench: Bench) -> list[Row]:
    handlers.load()
    count = bench.size(150, 3)
    few, many = (Asked(url, count) for url in (shops.small(bench), shops.large(bench)))
    rows = [row for words in ASKED for row in compared(words, few, many, bench, count)]
    for shop in (few, many):
        shop.engine.dispose()
    return rows


def compared(
    words: str,
    few: Asked,
    many: Asked,
    bench: Bench,
    count: int,
    *,
    title: str = "",
    goal: Goal = GOAL,
) -> list[Row]:
    found: dict[str, tuple[list[float], list[float]]] = {
        "answer": ([], []),
        "statements": ([], []),
    }
    for turn in range(bench.rounds + 1):
        times = [(few.asks(n, words), many.asks(n, words)) for n in range(count)]
        if turn or bench.short:  # the first round warms both up
            for what, sides in found.items():
                for side, shop in zip(sides, zip(*times, strict=True), strict=True):
                    side.append(statistics.median(getattr(t, what) for t in shop) * 1000)
    asked = title or words
    titles = {"answer": f"{asked}: the answer", "statements": f"{asked}: its statements"}
    return [
        Row(titles[what], " ms", large, [goal], peer=little, against="a shop of 1,000")
        for what, (little, large) in found.items()
    ]


def said(person: str, words: str) -> str:
    """The event that LINE sends when somebody writes."""
    event_: dict[str, Any] = {
        "type": "message",
        "mode": "active",
        "timestamp": int(NOW.timestamp() * 1000),
        "source": {"type": "user", "userId": person},
        "webhookEventId": "benchmark",
        "deliveryContext": {"isRedelivery": False},
        "replyToken": "benchmark",
        "message": {"type": "text", "id": "1", "quoteToken": "q", "text": words},
    }
    return orjson.dumps(event_).decode()


@contextmanager
def waiting(engine: Engine) -> Iterator[list[float]]:
    """The seconds that each statement takes until its cursor is there."""
    spent: list[float] = []

    def before(*_all: object) -> None:
        spent.append(-time.perf_counter())

    def after(*_all: object) -> None:
        spent[-1] += time.perf_counter()

    event.listen(engine, "before_cursor_execute", before)
    event.listen(engine, "after_cursor_execute", after)
    try:
        yield spent
    finally:
        event.remove(engine, "before_cursor_execute", before)
        event.remove(engine, "after_cursor_execute", after)
