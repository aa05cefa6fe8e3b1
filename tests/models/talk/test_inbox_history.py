"""Sixty days of handled events cost nothing: what a worker asks never walks through them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from sqlalchemy import Engine, event, text
from sqlalchemy.orm import Session

from models.talk import inbox, inbox_lanes
from models.talk.inbox import LANES, Arrival

HANDLED = 200_000
HISTORY = {
    "postgresql": "FROM generate_series(1, :many) AS n",
    "sqlite": "FROM (WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c"
    " WHERE n < :many) SELECT n FROM c)",
}
FILL = """
INSERT INTO inbox (event_id, lane, person, kind, redelivered, occurred_at, received_at, body,
    state, attempts, done_at)
SELECT 'old' || n, n % 64, 'U' || n % 5000, 'message', :no, :long_ago, :long_ago, '{}',
    'done', 0, :long_ago
"""


@pytest.fixture
def history(session: Session, now: datetime) -> Session:
    """A shop of sixty days, in which three people have just spoken."""
    dialect = session.get_bind().dialect.name
    if dialect == "postgresql":
        # what the fresh database's server does by itself in an hour
        session.execute(text("ALTER TABLE inbox SET (autovacuum_enabled = off)"))
    long_ago = now - timedelta(days=30)
    session.execute(
        text(FILL + HISTORY[dialect]), {"many": HANDLED, "no": False, "long_ago": long_ago}
    )
    inbox.store(
        session,
        [Arrival(f"new{n}", f"U{n}", "message", False, now, "{}") for n in range(3)],
        now=now,
    )
    inbox_lanes.prepare(session, now=now)
    session.execute(text("ANALYZE inbox"))
    session.commit()
    return session


CARELESS = "SELECT count(*) FROM inbox WHERE state <> 'done'"

Asked = Callable[[Session, datetime], object]
QUESTIONS: dict[str, Asked] = {
    "whether anything waits": lambda session, now: inbox_lanes.waiting(
        session, owner="me", now=now
    ),
    "which lanes wait": lambda session, now: inbox_lanes.take(
        session, owner="me", now=now, most=32
    ),
    "what waits in them": lambda session, now: inbox.read(session, list(range(LANES)), now=now),
    "since when": lambda session, now: inbox.oldest_waiting(session),
    "that it is done": lambda session, now: inbox.finish(session, [HANDLED + 1], now=now),
    "whether it is new": lambda session, now: inbox.is_new(session, HANDLED + 1),
    "what came in": lambda session, now: inbox.store(
        session, [Arrival("new0", "U0", "message", False, now, "{}")], now=now
    ),
}


def test_what_a_worker_asks_costs_the_same_after_sixty_days(
    history: Session, engine: Engine, now: datetime
) -> None:
    walked = {
        name: plan
        for name, asked in QUESTIONS.items()
        for plan in plans(history, engine, lambda asked=asked: asked(history, now))
        if whole_table(plan)
    }

    assert walked == {}
    # the control: without the words by which the small index is known, all is read
    [plan] = plans(history, engine, lambda: history.execute(text(CARELESS)).all())
    assert whole_table(plan)


def plans(session: Session, engine: Engine, act: Callable[[], object]) -> list[str]:
    """How the database finds what these statements ask for."""
    heard: list[tuple[str, Any]] = []

    def listen(_c: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        if not statement.startswith(("BEGIN", "SET")):
            heard.append((statement, parameters))

    event.listen(engine, "before_cursor_execute", listen)
    act()
    event.remove(engine, "before_cursor_execute", listen)
    explain = (
        "EXPLAIN (COSTS off)" if engine.dialect.name == "postgresql" else "EXPLAIN QUERY PLAN"
    )
    connection = session.connection()
    found = []
    for statement, parameters in heard:
        rows = connection.exec_driver_sql(f"{explain} {statement}", parameters)
        found.append("\n".join(str(row[-1]) for row in rows))
    return found


def whole_table(plan: str) -> bool:
    """Whether every event is looked at, in the table or in an index of all of them."""
    return any(
        "Seq Scan on inbox" in line
        or ("using pk_inbox on inbox" in line and "Index Cond" not in after)
        or (line.startswith("SCAN inbox") and "ix_inbox_waiting" not in line)
        for line, after in pairwise([*plan.splitlines(), ""])
        if "inbox_lanes" not in line
    )
