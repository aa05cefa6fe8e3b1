"""Segments of a shop of a million members, counted as /分群 counts them.

Each expression holds five conditions; what it takes to read the words is part of it.
"""

from __future__ import annotations

import time

from sqlalchemy import text
from sqlalchemy.orm import Session

import models.database
from models.insight import segments
from models.programme import Programme, load
from tests.benchmarks import shops
from tests.benchmarks.frame import Bench, benchmark
from tests.benchmarks.shop_data import NOW, SECRET
from tests.benchmarks.table import Row, at_most

ASKED = {
    "tier, R, F, M, birthday": "金級 R>30 F>=3 M>5000 生日:本月",
    "tag, purchase among them": "金級以上 #母嬰用品買家 R>30 F>=3 買過:尿布",
    "or, not and brackets": "(金級以上 或 #美妝愛好者) 非 (沉睡 或 買過:面膜) 點數>100",
}
GOAL = 3.0  # seconds


@benchmark("segments")
def counted(bench: Bench) -> list[Row]:
    url = shops.large(bench)
    engine = models.database.connect(url)
    programme = load()
    rows = []
    with models.database.sessions(engine, SECRET)() as session:
        session.execute(text("SET LOCAL statement_timeout = 0"))
        for what, expression in ASKED.items():
            took = [seconds(session, expression, programme) for _ in range(bench.rounds)]
            rows.append(Row(f"a segment counted: {what}", " s", took, [at_most(GOAL)]))
    engine.dispose()
    return rows


def seconds(session: Session, expression: str, programme: Programme) -> float:
    began = time.perf_counter()
    segments.parse(session, expression, programme).count(session, NOW)
    return time.perf_counter() - began
