"""What a member orders, in a shop of a thousand members and in one of a million.

Each is a whole answer: looking at one's orders, being quoted, and confirming.
Asked are members who have bought about as often in both shops, one in each by
turns, and nothing is kept.
"""

from __future__ import annotations

import time
from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

import handlers
from models.shop.group_buy_records import GroupBuy, Stage
from models.talk.inbox import Stored
from tests.benchmarks import shops
from tests.benchmarks.frame import Bench, benchmark
from tests.benchmarks.member_card import Asked, Times, compared, said, waiting
from tests.benchmarks.shop_data import NOW
from tests.benchmarks.table import Row, ratio_at_most

GOAL = ratio_at_most(1.5)


class Orders(Asked):
    """Members of one shop, ordering: what they say before and then what is measured."""

    def __init__(self, url: str, count: int) -> None:
        super().__init__(url, count)
        with self.sessions() as session:
            query = select(GroupBuy.id).where(GroupBuy.stage == Stage.OPEN)
            self.number = session.scalars(query.order_by(GroupBuy.id).limit(1)).one()

    def asks(self, number: int, words: str) -> Times:
        *before, last = words.format(number=self.number).split("｜")
        person = self.people[number % len(self.people)]
        with self.sessions() as session, waiting(self.engine) as waited:
            self._say(session, number, person, before)
            began, spent = time.perf_counter(), sum(waited)
            self._say(session, number + 1_000_000, person, [last])
            took = time.perf_counter() - began
            session.rollback()
        return Times(took, sum(waited) - spent)

    def _say(self, session: Session, number: int, person: str, sentences: Sequence[str]) -> None:
        for turn, words in enumerate(sentences):
            row_id = -(number + 1) * 10 - turn
            row = Stored(row_id, f"benchmark {row_id}", person, NOW, said(person, words))
            self.dispatcher.handle(session, row, now=NOW)
            session.flush()


@benchmark("ordering")
def ordering(bench: Bench) -> list[Row]:
    handlers.load()
    count = bench.size(100, 2)
    few, many = (Orders(url, count) for url in (shops.small(bench), shops.large(bench)))
    asked = {
        "我的訂單": "我的訂單",
        "a quote": "{number} +1",
        "an order": "{number} +1｜確認",
    }
    rows = [
        row
        for title, words in asked.items()
        for row in compared(words, few, many, bench, count, title=title, goal=GOAL)
    ]
    for shop in (few, many):
        shop.engine.dispose()
    return rows
