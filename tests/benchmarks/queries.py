"""`python -m tests.benchmarks.queries URL [NOTE]`: hot queries of a big shop, with their plans.

Writes docs/queries.md from a shop made by `tests.benchmarks.shop_data`, with a
note if there is something to say about the day. Each query is run as the shop
runs it; what it would change is undone.
"""

from __future__ import annotations

import re
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from sqlalchemy import Connection, func, select
from sqlalchemy.orm import Session

import models.database
from models import programme
from models.base import local_day
from models.loyalty import coupons, points, tiers
from models.people import consents
from models.people.members import Member
from models.shop import purchases, replenishment
from models.shop.orders import Order
from models.talk import backlog, inbox, job_runs
from scheduler import campaigns
from scheduler.campaign import CAMPAIGNS
from tests.benchmarks.shop_data import NOW, SECRET
from tests.plans import Plans, explained

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "queries.md"
TODAY = local_day(NOW)
TIMES = 7
INDEX = re.compile(r"(?:Index (?:Only )?Scan(?: Backward)? using|Bitmap Index Scan on) (\w+)")
Query = Callable[[Session], object]


class Shown(NamedTuple):
    """A query as the page shows it: milliseconds, rows, and a plan for each statement."""

    name: str
    took: float
    rows: int
    plans: list[str]

    @property
    def indexes(self) -> list[str]:
        return list(dict.fromkeys(name for plan in self.plans for name in INDEX.findall(plan)))


def queries(session: Session) -> dict[str, Query]:
    """By what they are for. The member is one with the usual number of orders."""
    rules = programme.load(None)
    usual = select(Order.member_id).where(Order.member_id < 5_000).group_by(Order.member_id)
    member = session.scalars(usual.having(func.count() == 5).limit(1)).one()
    campaigns.load()
    audiences: dict[str, Query] = {
        f"audience of `{key}`": _audience(campaign(session, now=NOW, programme=rules))
        for key, campaign in sorted(CAMPAIGNS.items())
    }
    return audiences | {
        "等級 (and 會員卡)": lambda s: tiers.progress(s, member, today=TODAY, programme=rules),
        "點數 (and 會員卡)": lambda s: points.balance(s, member, NOW),
        "優惠券 (and 會員卡)": lambda s: coupons.wallet(s, member, NOW),
        "點數明細": lambda s: points.history(s, member),
        "用完了, 還有, 再買": lambda s: purchases.last(s, member, ""),
        "supplies after an order": lambda s: replenishment.follow(s, [(member, 3)]),
        "tier review: who is due": lambda s: tiers.review(
            s, today=TODAY, programme=rules, now=NOW, limit=100
        ),
        "points that expire tonight": lambda s: points.expire(s, now=NOW),
        "what a tick finds on record": lambda s: job_runs.latest(
            s, dict.fromkeys(CAMPAIGNS, TODAY.isoformat())
        ),
        "/metrics: what waits": lambda s: (
            backlog.waiting(s),
            backlog.oldest_due(s, now=NOW),
            inbox.oldest_waiting(s),
        ),
    }


def _audience(campaign: Any) -> Query:
    audience = campaign.audience()
    if audience is None:
        return lambda _session: []
    query = audience.add_columns(consents.allows(campaign.topic).label("allowed"))
    return lambda session: session.execute(query).all()


def shown(url: str) -> Iterator[Shown]:
    engine = models.database.connect(url)
    with models.database.sessions(engine, SECRET)() as session:
        for name, query in queries(session).items():
            plans = Plans(engine)
            with plans.open():
                found = query(session)
            session.rollback()
            took = min(_timed(session, query) for _ in range(TIMES))
            with engine.connect() as connection:
                said = [
                    _plan(connection, statement, parameters)
                    for statement, parameters in plans.statements.items()
                ]
            yield Shown(name, took, len(found) if isinstance(found, list) else 1, said)
    engine.dispose()


def _timed(session: Session, query: Query) -> float:
    began = time.perf_counter()
    query(session)
    took = time.perf_counter() - began
    session.rollback()
    return took * 1000


def _plan(connection: Connection, statement: str, parameters: Any) -> str:
    """The plan, without what differs from day to day."""
    return "\n".join(explained(connection, statement, parameters, how="COSTS OFF"))


def page(found: list[Shown], *, members: int, orders: int, note: str = "") -> str:
    lines = [
        "# Hot queries",
        "",
        f"In a shop of {members:,} members and {orders:,} orders on PostgreSQL, warm, the "
        f"quickest of {TIMES} runs. Written by `python -m tests.benchmarks.queries URL`, of a "
        "shop that `python -m tests.benchmarks.shop_data URL` made. `tests/test_plans.py` holds "
        "on both databases that none of these, nor any campaign to come, reads a table as a "
        "whole that grows with history; where a fifth of all members is concerned, PostgreSQL "
        "rightly does so by itself.",
        *(["", note] if note else []),
        "",
        "| query | ms | rows | indexes |",
        "| --- | ---: | ---: | --- |",
        *(
            f"| {each.name} | {each.took:,.1f} | {each.rows:,} | "
            f"{', '.join(f'`{name}`' for name in each.indexes)} |"
            for each in found
        ),
        "",
        "## Plans",
    ]
    for each in found:
        lines += ["", f"### {each.name}", "", "```", "\n\n".join(each.plans), "```"]
    return "\n".join(lines) + "\n"


def main() -> None:
    if len(sys.argv) not in {2, 3}:
        sys.exit("python -m tests.benchmarks.queries URL [NOTE]")
    engine = models.database.connect(sys.argv[1])
    with Session(engine) as session:
        members, orders = (
            session.scalars(select(func.count(t.id))).one() for t in (Member, Order)
        )
    engine.dispose()
    found = []
    for each in shown(sys.argv[1]):
        print(f"{each.took:10.1f} ms {each.rows:8} rows  {each.name}", flush=True)
        found.append(each)
    text = page(found, members=members, orders=orders, note="".join(sys.argv[2:]))
    DOCUMENT.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
