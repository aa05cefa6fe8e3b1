"""The night's work against pandas, which reads all orders: tiers, R F M, stages and tags by rule.

A night of the shop looks at those for whom something changed; what everybody's
first scores cost is told beside it. Rows written are counted by PostgreSQL.
"""

from __future__ import annotations

import random
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import orjson
import psycopg
from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

import models.database
from models.base import local_day
from models.programme import load
from models.shop import orders, settlement
from models.shop.orders import LineDraft, OrderDraft, Status
from models.shop.settlement import Step
from tests.benchmarks import shops
from tests.benchmarks.frame import Bench, benchmark
from tests.benchmarks.shop_data import NOW, SECRET
from tests.benchmarks.table import Row, at_most, ratio_at_most

ROOT = Path(__file__).resolve().parents[2]
ORDERS_A_DAY = 7_000
WRITTEN = """
    SELECT coalesce(sum(n_tup_ins + n_tup_upd + n_tup_del), 0) FROM pg_stat_user_tables
"""


@dataclass(frozen=True)
class Night:
    """What a night came to: seconds, the process's memory in MB, rows written."""

    seconds: float
    megabytes: float
    rows: int


@benchmark("nightly")
def nightly(bench: Bench) -> list[Row]:
    url = shops.large(bench)
    days = days_after(url)
    first = night(url, next(days))
    again = [night(url, at(today_of(url))) for _ in range(bench.rounds)]
    nights, by_sql, by_copy = [], [], []
    for _ in range(bench.rounds):
        now = next(days)
        a_day_of_orders(url, bench.size(ORDERS_A_DAY, 20), now=now - timedelta(days=1))
        nights.append(night(url, now))
        by_sql.append(by_pandas(url, now, "sql"))
        by_copy.append(by_pandas(url, now, "copy"))
    seconds = [each.seconds for each in nights]
    return [
        Row(
            f"night after {bench.size(ORDERS_A_DAY, 20):,} orders",
            " s",
            seconds,
            [ratio_at_most(0.25), at_most(1.0)],
            peer=[each["seconds"] for each in by_sql],
            against="pandas.read_sql",
        ),
        Row(
            "the same against COPY",
            " s",
            seconds,
            [ratio_at_most(0.8)],
            peer=[each["seconds"] for each in by_copy],
            against="pandas through COPY",
        ),
        Row("rows written by an unchanged night", "", [n.rows for n in again], [at_most(0)]),
        Row("memory", " MB", [n.megabytes for n in (first, *nights)], [at_most(100)]),
        Row(
            "members stored otherwise than pandas says",
            "",
            [each["different"] for each in (*by_sql, *by_copy)],
            [at_most(0)],
        ),
        Row(
            "everybody's first scores",
            " s",
            [first.seconds],
            [ratio_at_most(1.0)],
            peer=[by_sql[0]["seconds"]],
            against="pandas.read_sql",
        ),
    ]


def days_after(url: str) -> Iterator[datetime]:
    """The noons on which nothing was scored yet, from the shop's own day on."""
    last = today_of(url)
    day = local_day(NOW) if last is None else last + timedelta(days=1)
    while True:
        yield at(day)
        day += timedelta(days=1)


def at(day: date | None) -> datetime:
    """Noon of a day."""
    assert day is not None
    return NOW + timedelta(days=(day - local_day(NOW)).days)


def today_of(url: str) -> date | None:
    """The latest day of a night's work on this shop."""
    with psycopg.connect(url) as connection:
        row = connection.execute("SELECT max(period) FROM job_runs WHERE job = 'benchmark'")
        said = row.fetchone()
    return date.fromisoformat(said[0]) if said and said[0] else None


def night(url: str, now: datetime) -> Night:
    """A night in a process of its own."""
    with psycopg.connect(url, autocommit=True) as connection:
        note = "INSERT INTO job_runs (job, period, outcome, at, detail) VALUES "
        note += "('benchmark', %s, 'done', now(), '') ON CONFLICT DO NOTHING"
        connection.execute(note.encode(), [local_day(now).isoformat()])
    before = written(url)
    said = run("nightly_run", url, now.isoformat())
    return Night(said["seconds"], said["megabytes"], written(url) - before)


def written(url: str) -> int:
    """Rows ever inserted, updated or deleted; sessions tell when they end."""
    with psycopg.connect(url) as connection:
        return int(connection.execute(WRITTEN).fetchone()[0])  # type: ignore[index]


def by_pandas(url: str, now: datetime, how: str) -> dict[str, float]:
    return run("nightly_pandas", url, local_day(now).isoformat(), how)


def run(module: str, *arguments: str) -> dict[str, Any]:
    command = [sys.executable, "-m", f"tests.benchmarks.{module}", *arguments]
    done = subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE)
    said: dict[str, Any] = orjson.loads(done.stdout.splitlines()[-1])
    return said


def a_day_of_orders(url: str, count: int, *, now: datetime) -> None:
    """So many members buy one thing each and pay for it."""
    engine = models.database.connect(url)
    programme = load(None)
    try:
        for start in range(0, count, 1_000):
            drafts = list(drawn(engine, min(1_000, count - start), start, now))
            with Session(engine, info={"vault": models.base.Vault(SECRET)}) as session:
                ids = orders.place_many(session, drafts, now=now, imported=False)
                steps = [Step.first(ids[each.order_no], each, Status.PAID) for each in drafts]
                settlement.settle_many(session, steps, now=now, programme=programme)
                session.commit()
    finally:
        engine.dispose()


def drawn(engine: Engine, count: int, start: int, now: datetime) -> Iterator[OrderDraft]:
    chance = random.Random(f"{now}:{start}")
    with engine.connect() as connection:
        members = connection.scalar(text("SELECT max(id) FROM members"))
        products = connection.scalar(text("SELECT max(id) FROM products"))
    for number in range(count):
        line = LineDraft(chance.randint(1, products), 1, chance.randint(50, 3_000))
        order_no = f"N{now:%y%m%d}-{start + number}"
        yield OrderDraft(order_no, chance.randint(1, members), now, [line])
