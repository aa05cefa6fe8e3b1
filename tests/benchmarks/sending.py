"""How fast personal messages leave the outbox, LINE answering after 80 ms.

The rate is what LINE saw, from the first push to the last. The peers are a bare
aiohttp loop without a database and LINE's SDK in a for-loop, against the same LINE.
"""

from __future__ import annotations

from bisect import bisect_left
from datetime import UTC, datetime

import psycopg

from models import database
from models.talk import outbox
from tests.benchmarks.frame import Bench, benchmark
from tests.benchmarks.planning import FRIENDS, Draft, Purpose, Topic
from tests.benchmarks.pushing import BODY, pushed, serving
from tests.benchmarks.table import Row, at_least, at_most, ratio_at_least, rounds

LIMIT = 2000  # LINE's, in any second one may pick


@benchmark("sending")
def sending(bench: Bench) -> list[Row]:
    count = bench.size(12_000, 60)
    unpaced, paced, busiest, bare, one_by_one = rounds(
        bench.rounds, lambda: measured(bench, count)
    )
    return [
        Row(
            "personal pushes, unpaced",
            "/s",
            unpaced,
            [ratio_at_least(0.9)],
            peer=bare,
            against="a bare aiohttp loop",
        ),
        Row(
            "personal pushes, paced",
            "/s",
            paced,
            [at_least(1900), ratio_at_least(150)],
            peer=one_by_one,
            against="the LINE SDK in a for-loop",
        ),
        Row(
            "the busiest second of those",
            "",
            busiest,
            [at_most(LIMIT)],
            limit=[LIMIT],
            against="LINE's limit",
        ),
    ]


def measured(bench: Bench, count: int) -> tuple[float, ...]:
    with serving() as port:
        unpaced = sent(bench, port, count, "unpaced")
        bare = pushed(port, "loop", port, count)
        paced = sent(bench, port, count, "paced")
        one_by_one = pushed(port, "sdk", port, bench.size(40, 3))
    return rate(unpaced), rate(paced), busiest_second(paced), rate(bare), rate(one_by_one)


def sent(bench: Bench, port: int, count: int, pace: str) -> list[float]:
    """When LINE saw the messages of a full outbox."""
    with bench.database() as url:
        fill(url, count)
        times = pushed(port, "shop", url, port, pace)
    assert len(times) == count, len(times)
    return times


def fill(url: str, count: int) -> None:
    """Members, and a message of his or her own for each."""
    with psycopg.connect(url) as connection:
        connection.execute(FRIENDS, [count])
    now, engine = datetime.now(UTC), database.connect(url)
    with database.sessions(engine, "secret").begin() as session:
        drafts = (
            Draft(
                key=f"benchmark:2026:{number}",
                rule="benchmark",
                period="2026",
                member_id=number,
                to_id=f"U{number:032x}",
                messages=BODY,
                topic=Topic.NEWS,
                purpose=Purpose.MARKETING,
                due_at=now,
            )
            for number in range(1, count + 1)
        )
        assert len(outbox.enqueue_many(session, drafts, now=now)) == count
    engine.dispose()
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("ANALYZE")


def rate(times: list[float]) -> float:
    """Calls a second, from the first to the last."""
    return (len(times) - 1) / max(times[-1] - times[0], 1e-9)


def busiest_second(times: list[float]) -> float:
    """The most calls in any second one may pick."""
    times = sorted(times)
    return max(last + 1 - bisect_left(times, at - 1.0) for last, at in enumerate(times))
