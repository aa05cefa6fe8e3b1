"""How fast a campaign is planned: messages of about 1 KB into the outbox.

The peer is plain COPY of the same rows into a table with the same keys, checks
and indexes. `enqueue` measures the outbox alone; the two campaigns are planned
whole, audience, consent, coupons and composing included: one that tells all the
same, one with a name and a coupon of its own for each. One broadcast calls each by
name, another tells points and a link of their own in two variants.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import psycopg
from sqlalchemy import Engine

from models import database, load, programme
from models.people.consents import Topic
from models.talk import broadcasts, clicks, outbox
from models.talk.broadcast_terms import Content, Wanted
from models.talk.outbox import Draft
from models.talk.policy import Purpose
from scheduler import broadcasting, campaigns
from scheduler.campaign import CAMPAIGNS
from scheduler.planning import plan
from tests.benchmarks.frame import Bench, benchmark
from tests.benchmarks.table import Row, at_least, ratio_at_least, rounds

NOW = datetime(2026, 11, 24, 4, tzinfo=UTC)
WEEK = timedelta(days=7)
WORDS = "謝謝你一直和我們一起團購，願你這一年平安、順心、天天有好吃的。" * 10
BY_NAME = f"{{稱呼}}早安，{WORDS}"
BY_POINTS = f"{{稱呼}}早安，你有 {{點數}} 點。{WORDS} https://shop.example/mango"
OTHERWISE = f"{{稱呼}}，{WORDS} https://shop.example/mango 你有 {{點數}} 點"
GOALS = (at_least(40_000), ratio_at_least(0.5))
FRIENDS = """
    INSERT INTO members (line_user_id, name, language, source, marketing, is_friend, joined_on,
                         friend_since, created_at, birth_month, birth_day)
    SELECT 'U' || lpad(to_hex(n), 32, '0'), '團友' || n, 'zh-TW', '', true, true, '2026-11-23',
           TIMESTAMPTZ '2026-11-23 04:00Z', TIMESTAMPTZ '2026-11-23 04:00Z', 11, 24
    FROM generate_series(1, %s) AS n
"""


@benchmark("planning")
def planning(bench: Bench) -> list[Row]:
    count = bench.size(100_000, 300)
    figures = rounds(bench.rounds, lambda: measured(bench, count))
    names = (
        "a campaign that tells all the same",
        "birthday, with a coupon each",
        "a broadcast that calls each by name",
        "a broadcast with points, a counted link and two variants",
        "enqueue",
    )
    *ours, peer = figures
    against = "COPY into an equal table"
    return [
        Row(f"planning: {what}", "/s", each, GOALS, peer=peer, against=against)
        for what, each in zip(names, ours, strict=True)
    ]


def measured(bench: Bench, count: int) -> tuple[float, ...]:
    """Rows a second: kept, planned, planned with coupons, and copied."""
    load()
    campaigns.load()
    with bench.database() as url:
        with psycopg.connect(url) as connection:
            connection.execute(FRIENDS, [count])
            connection.execute("CREATE TABLE alike (LIKE outbox INCLUDING ALL)")
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute("ANALYZE members")
        engine = database.connect(url)
        ours: list[Callable[[], float]] = [
            lambda: planned(engine, "welcome", count),
            lambda: planned(engine, "birthday", count),
            lambda: told(engine, count, BY_NAME),
            lambda: told(engine, count, BY_POINTS, OTHERWISE),
            lambda: kept(engine, count),
        ]
        try:
            seconds = [begun(url, each) for each in ours]
            seconds.append(copied(url, count))
        finally:
            engine.dispose()
    return tuple(count / each for each in seconds)


def begun(url: str, measure: Callable[[], float]) -> float:
    """What is measured, with as little in the outbox as there is in the peer's table."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("TRUNCATE outbox CASCADE")
        connection.execute("CHECKPOINT")
    return measure()


def kept(engine: Engine, count: int) -> float:
    began = time.perf_counter()
    with database.sessions(engine, "secret").begin() as session:
        assert len(outbox.enqueue_many(session, drafts(count), now=NOW)) == count
    return time.perf_counter() - began


def drafts(count: int) -> Iterator[Draft]:
    for number in range(1, count + 1):
        yield Draft(
            key=f"benchmark:2026:{number}",
            rule="benchmark",
            period="2026",
            member_id=number,
            to_id=f"U{number:032x}",
            messages=[{"type": "text", "text": f"{number}{WORDS}"}],
            topic=Topic.NEWS,
            purpose=Purpose.MARKETING,
            due_at=NOW,
            use_until=NOW + WEEK,
        )


def planned(engine: Engine, key: str, count: int) -> float:
    rules = programme.load(None)
    began = time.perf_counter()
    with database.sessions(engine, "secret").begin() as session:
        result = plan(CAMPAIGNS[key](session, now=NOW, programme=rules))
    seconds = time.perf_counter() - began
    assert result.planned == count, result
    return seconds


def told(engine: Engine, count: int, *texts: str) -> float:
    sessions, rules = database.sessions(engine, "secret"), programme.load(None)
    wanted = Wanted("全部", tuple(map(Content, texts)), "通知")
    with sessions.begin() as session:
        made = broadcasts.confirm(
            session,
            wanted,
            by="U0",
            held_back=0,
            release_at=NOW,
            use_until=NOW + WEEK,
            now=NOW,
        )
        clicks.keep(session, made, site="https://shop.example")
    began = time.perf_counter()
    assert broadcasting.plan_due(sessions, NOW, rules) == count
    return time.perf_counter() - began


def copied(url: str, count: int) -> float:
    with psycopg.connect(url) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT * FROM outbox WHERE rule = 'benchmark'")
        assert cursor.description is not None
        names = ", ".join(column.name for column in cursor.description)
        rows = cursor.fetchall()
        began = time.perf_counter()
        with cursor.copy(f"COPY alike ({names}) FROM STDIN".encode()) as copy:
            for row in rows:
                copy.write_row(row)
        connection.commit()
    assert len(rows) == count
    return time.perf_counter() - began
