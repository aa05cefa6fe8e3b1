"""What a database would read for the statements of a piece of code, and whether it is too much.

`Plans` writes down every statement of an engine while it is open, and `scans`
tells of the tables that one of them reads as a whole. A table that is not in
`SMALL` is taken to grow with the shop's history.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

from sqlalchemy import Connection, Engine, event

from models.base import Base

# a row for each thing the shop sells, gives or runs, or that is open just now
SMALL = {
    *(
        "alerts",
        "campaign_switches",
        "heartbeats",
        "inbox_lanes",
        "outbox_holds",
        "quota_reading",
        "send_budget",
        "topic_responses",
    ),
    *("coupon_definitions", "products", "role_grants", "scorings", "tier_rules"),
    *("group_buys", "group_buy_items"),
    *("conversations", "outbox_senders", "uploads"),
}
# one lookup after the other, so that a whole table is read only where no index could help
STRUCTURAL = ("enable_seqscan", "enable_hashjoin", "enable_mergejoin")
READS = re.compile(r"\s*(WITH|SELECT|UPDATE|DELETE|INSERT)\b", re.IGNORECASE)
SEARCHED = re.compile(r"SCAN (?P<table>\w+)(?: USING (?:COVERING )?INDEX (?P<index>\w+))?$")


class Scan(NamedTuple):
    """A table that a statement reads from one end to the other."""

    table: str
    statement: str

    def __str__(self) -> str:
        return f"{self.table} as a whole: {self.statement}"


class Plans:
    """The statements that were run while this was open, each once."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.statements: dict[str, Any] = {}
        self.partial = set(_partial_indexes(engine))

    @contextmanager
    def open(self) -> Iterator[Plans]:
        event.listen(self.engine, "before_cursor_execute", self._note)
        try:
            yield self
        finally:
            event.remove(self.engine, "before_cursor_execute", self._note)

    def scans(self) -> list[Scan]:
        """Every table that grows and that one of the statements reads as a whole."""
        found = []
        with self.engine.connect() as connection:
            for name in STRUCTURAL if connection.dialect.name == "postgresql" else ():
                connection.exec_driver_sql(f"SET LOCAL {name} = off")
            for statement, parameters in self.statements.items():
                shown = " ".join(statement.split())
                for table in tables_read(connection, statement, parameters, self.partial):
                    # what a statement names itself is as long as it makes it
                    if table in Base.metadata.tables and table not in SMALL:
                        found.append(Scan(table, shown))
            connection.rollback()
        return found

    def _note(
        self,
        _connection: Connection,
        _cursor: Any,
        statement: str,
        parameters: Any,
        _context: Any,
        _executemany: bool,
    ) -> None:
        if READS.match(statement):
            one = parameters[0] if isinstance(parameters, list) else parameters
            self.statements.setdefault(statement, one)


def explained(
    connection: Connection, statement: str, parameters: Any, *, how: str = "FORMAT JSON"
) -> Any:
    """PostgreSQL's plan as a tree, or as lines if `how` is another; SQLite's as lines."""
    if connection.dialect.name == "postgresql":
        rows = connection.exec_driver_sql(f"EXPLAIN ({how}) {statement}", parameters).all()
        return rows[0][0][0]["Plan"] if how == "FORMAT JSON" else [row[0] for row in rows]
    rows = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters).all()
    return [row[-1] for row in rows]


def tables_read(
    connection: Connection, statement: str, parameters: Any, partial: set[str]
) -> set[str]:
    """The tables that are read from end to end; a partial index holds what is open only."""
    plan = explained(connection, statement, parameters)
    if connection.dialect.name == "postgresql":
        return {
            node["Relation Name"]
            for node in _nodes(plan)
            if "Relation Name" in node and _whole(node, partial)
        }
    found = (SEARCHED.match(line) for line in plan)
    return {each["table"] for each in found if each and each["index"] not in partial}


def _whole(node: dict[str, Any], partial: set[str]) -> bool:
    # looked up or hashed as a whole: PostgreSQL decides by how many ask, and not by our switches
    if node.get("Parent Relationship") == "SubPlan":
        return False
    if node["Node Type"].startswith("Index"):
        return "Index Cond" not in node and node["Index Name"] not in partial
    return bool(node["Node Type"] == "Seq Scan")


def _nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for below in plan.get("Plans", ()):
        yield from _nodes(below)


def _partial_indexes(engine: Engine) -> Iterator[str]:
    query = {
        "postgresql": "SELECT indexrelid::regclass::text FROM pg_index WHERE indpred IS NOT NULL",
        "sqlite": "SELECT name FROM sqlite_master WHERE type = 'index' AND sql LIKE '%WHERE%'",
    }[engine.dialect.name]
    with engine.connect() as connection:
        cursor: Any = connection.connection.cursor()
        cursor.execute(query)
        yield from (name for (name,) in cursor.fetchall())
