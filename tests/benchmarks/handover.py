"""What handing an event from web to a worker adds: from its commit to when it is taken up.

Measured in the books: an event's `received_at` is web's clock just before it is
stored, its answer's `created_at` the worker's when it begins to handle it.
"""

from __future__ import annotations

import statistics
import time

import psycopg

from tests.benchmarks import stage
from tests.benchmarks.frame import Bench, benchmark
from tests.benchmarks.line import line
from tests.benchmarks.load import Answered, calls, drip
from tests.benchmarks.replies import fill, warm_up
from tests.benchmarks.table import Goal, Row, at_most, rounds

QUERY = """
SELECT extract(epoch FROM outbox.created_at - inbox.received_at) * 1000
FROM inbox JOIN outbox ON outbox.key = 'reply:' || inbox.id
WHERE inbox.event_id = ANY(%s)
"""


@benchmark("handover")
def handover(bench: Bench) -> list[Row]:
    url = bench.shared("people", lambda url: fill(bench, url))
    ways = ["PostgreSQL"] if bench.short else ["PostgreSQL", "Redis"]
    rows = []
    for by in ways:
        redis = {"REDIS_URL": bench.redis} if by == "Redis" else {}
        slow, late, fast = rounds(bench.rounds, lambda redis=redis: waited(bench, url, redis))
        rows += [
            row(f"{by}, 30/s, median", slow, at_most(10)),
            row(f"{by}, 30/s, 99th percentile", late, at_most(50)),
            row(f"{by}, 400/s, median", fast, at_most(30)),
        ]
    return rows


def row(what: str, measured: list[float], goal: Goal) -> Row:
    return Row(f"web to worker by {what}", " ms", measured, [goal])


def waited(bench: Bench, url: str, redis: dict[str, str]) -> tuple[float, float, float]:
    """Milliseconds between web and worker: median and 99th percentile at 30/s, median at 400/s."""
    users = stage.friends(url, bench.size(4000, 20))
    with line() as port:
        settings = {"DATABASE_URL": url} | redis | stage.line_setting(port)
        with stage.shop(bench.room("shop"), workers=1, **settings) as shop:
            warm_up(shop, users[: bench.size(300, 5)], port)
            found = {}
            for rate in (30, 400):
                made = calls(users, bench.size(5 * rate, 10), text="會員卡", port=shop.port)
                found[rate] = sorted(taken_up(url, drip(shop.port, made, rate=float(rate))))
    late = found[30][int(len(found[30]) * 0.99)]
    return statistics.median(found[30]), late, statistics.median(found[400])


def taken_up(url: str, called: Answered) -> list[float]:
    """Milliseconds for each event, once all are handled."""
    deadline = time.monotonic() + 60
    with psycopg.connect(url, autocommit=True) as connection:
        while True:
            rows = connection.execute(QUERY, [called.events]).fetchall()
            if len(rows) == len(called.events) or time.monotonic() > deadline:
                return [float(row[0]) for row in rows]
            time.sleep(0.1)
