"""A big shop for benchmarks: members, orders and all that follows from them, made in the database.

`python -m tests.benchmarks.shop_data URL --members 1000000 --orders 5000000` fills
a fresh PostgreSQL; smaller ones on SQLite too. The same arguments make the same shop.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from datetime import UTC, datetime

from sqlalchemy import Engine
from sqlalchemy.orm import Session

import models.database
from models.base import Vault, local_day
from models.programme import Programme, load
from models.shop import replenishment, totals
from tests.benchmarks import (
    shop_coupons,
    shop_group_buys,
    shop_people,
    shop_points,
    shop_tiers,
    shop_trade,
)
from tests.benchmarks.shop_sql import Sql, in_bulk, settle

NOW = datetime(2026, 11, 24, 4, 0, tzinfo=UTC)
SECRET = "a secret for benchmarks only"
# what the shop keeps of each member, made from the whole history at once; add yours
AGGREGATES: list[Callable[[Session, datetime], object]] = [
    lambda session, _now: replenishment.recount(session),
    lambda session, now: totals.recount(session, today=local_day(now)),
]


def silent(_said: str) -> None:
    """Say nothing of the steps."""


def fill(
    url: str,
    *,
    members: int,
    orders: int,
    now: datetime = NOW,
    secret: str = SECRET,
    programme: Programme | None = None,
    log: Callable[[str], None] = silent,
) -> None:
    """Make tables where there are none, and a shop in them as it stands at `now`."""
    engine = models.database.connect(url)
    models.database.create_all(engine)
    try:
        write(
            engine,
            members=members,
            orders=orders,
            now=now,
            secret=secret,
            programme=programme or load(None),
            log=log,
        )
        with engine.connect() as connection:
            settle(connection, log)
    finally:
        engine.dispose()


def write(
    engine: Engine,
    *,
    members: int,
    orders: int,
    now: datetime,
    secret: str,
    programme: Programme,
    log: Callable[[str], None] = silent,
) -> None:
    """All of it in one transaction."""
    vault = Vault(secret)
    with engine.begin() as connection:
        if connection.exec_driver_sql("SELECT count(*) FROM members").scalar():
            raise SystemExit("this database has members already; give an empty one")
        sql = Sql(connection, vault, now)
        with in_bulk(sql):
            for name, step in steps(sql, members, orders, programme, now).items():
                log(name)
                step()
            log("indexes")
        with Session(connection, info={"vault": vault}) as session:
            for aggregate in AGGREGATES:
                log(aggregate.__module__)
                aggregate(session, now)
            session.flush()


def steps(
    sql: Sql, members: int, orders: int, programme: Programme, now: datetime
) -> dict[str, Callable[[], object]]:
    return {
        "members": lambda: shop_people.members(sql, members),
        "consents": lambda: shop_people.consents(sql),
        "orders": lambda: shop_trade.orders(
            sql, members=members, orders=orders, products=shop_people.products(sql)
        ),
        "answers": lambda: shop_trade.answers(sql),
        "tiers": lambda: shop_tiers.tiers(sql, programme, now),
        "points": lambda: shop_points.points(sql, programme.points),
        "coupons": lambda: shop_coupons.coupons(sql, programme),
        "group-buys": lambda: shop_group_buys.group_buys(sql),
        "messages": lambda: shop_coupons.messages(sql),
        "runs": lambda: shop_coupons.runs(sql),
    }


def stopwatch() -> Callable[[str], None]:
    """Prints how long each step took, when the next one begins."""
    last = [("", time.perf_counter())]

    def log(said: str) -> None:
        name, began = last[0]
        if name:
            print(f"{name:>12} {time.perf_counter() - began:7.1f} s", flush=True)
        last[0] = (said, time.perf_counter())

    return log


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("url")
    parser.add_argument("--members", type=int, default=1_000)
    parser.add_argument("--orders", type=int, default=5_000)
    parser.add_argument("--now", type=datetime.fromisoformat, default=NOW)
    parser.add_argument("--secret", default=SECRET)
    asked = parser.parse_args()
    log = stopwatch()
    began = time.perf_counter()
    fill(
        asked.url,
        members=asked.members,
        orders=asked.orders,
        now=asked.now,
        secret=asked.secret,
        log=log,
    )
    log("")
    print(f"{'altogether':>12} {time.perf_counter() - began:7.1f} s")


if __name__ == "__main__":
    main()
