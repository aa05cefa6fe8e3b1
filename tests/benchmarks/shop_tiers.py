"""The generated shop's tiers: what counted, and where the shop's own rule says members stand."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Any

import orjson
from sqlalchemy import insert

from models.base import local_day
from models.loyalty.tiers_records import MemberTier, Reason, TierChange, TierReward, TierRules
from models.loyalty.tiers_rules import Credit, replay
from models.programme import Programme
from tests.benchmarks.shop_sql import DAY, HOURS, Sql

EPOCH = date(1970, 1, 1)
CHUNK = 10_000


def tiers(sql: Sql, programme: Programme, now: datetime) -> None:
    """Credits, standings and the way to them."""
    got = f"(got + {HOURS}) / {DAY}"
    sql.run(
        f"""
        INSERT INTO tier_credits (id, member_id, source, kind, amount, ordered_on, qualified_on,
            refunded, recorded_at)
        SELECT id, member, 'order:G' || id, 'order', cash, {sql.day("day")}, {sql.day(got)},
            CASE status WHEN 'refunded' THEN cash ELSE 0 END, {sql.instant("got")}
        FROM bought WHERE status IN ('picked_up', 'refunded') ORDER BY id
        """
    )
    _rules(sql, programme, now)
    rows: list[dict[str, Any]] = []
    for member, credits in _risen(sql, programme):
        standing = replay(credits, programme, today=local_day(now))
        rows.append(
            {
                "member_id": member,
                "tier": standing.tier.key,
                "since": standing.since,
                "until": standing.until,
                "judged_on": standing.judged_on,
                "rules": programme.rules,
                "touched_at": now,
            }
        )
    _write(sql, rows, programme)
    sql.run(
        f"""
        INSERT INTO member_tiers (member_id, tier, rules, touched_at)
        SELECT member, '{programme.base.key}', '{programme.rules}', {sql.instant(str(sql.now))}
        FROM (
            SELECT DISTINCT member FROM bought WHERE status IN ('picked_up', 'refunded')
        ) AS counted WHERE NOT EXISTS (SELECT 1 FROM member_tiers WHERE member_id = member)
        """
    )


def _risen(sql: Sql, programme: Programme) -> Iterator[tuple[int, list[Credit]]]:
    """The credits of everybody who ever spent enough in a year to leave the base tier."""
    least = min(asked.spend for tier in programme.tiers for asked in tier.any if asked.spend)
    year = f"RANGE BETWEEN {programme.period_days} PRECEDING AND CURRENT ROW"
    sql.run(
        f"""
        CREATE TEMPORARY TABLE risen AS SELECT member FROM (
            SELECT member, sum(cash) OVER (PARTITION BY member ORDER BY day {year}) AS spent
            FROM bought WHERE status = 'picked_up'
        ) AS years GROUP BY member HAVING max(spent) >= {least}
        """
    )
    rows: Iterable[tuple[int, ...]] = sql.run(
        f"""
        SELECT bought.member, cash, day, (got + {HOURS}) / {DAY}
        FROM bought JOIN risen ON risen.member = bought.member
        WHERE status = 'picked_up' ORDER BY bought.member
        """
    )
    for member, found in groupby(rows, key=lambda row: row[0]):
        yield member, [Credit(cash, _date(day), _date(got)) for _, cash, day, got in found]


def _date(number: int) -> date:
    return EPOCH + timedelta(days=number)


def _write(sql: Sql, rows: list[dict[str, Any]], programme: Programme) -> None:
    fallen = {row["member_id"] for row in rows if row["tier"] == programme.base.key}
    for start in range(0, len(rows), CHUNK):
        some = rows[start : start + CHUNK]
        sql.connection.execute(insert(MemberTier), some)
        up = [row for row in some if row["member_id"] not in fallen]
        if up:
            sql.connection.execute(insert(TierChange), [_change(row, programme) for row in up])
            sql.connection.execute(insert(TierReward), [_reward(row) for row in up])


def _change(row: dict[str, Any], programme: Programme) -> dict[str, Any]:
    same = {name: row[name] for name in ("member_id", "since", "until", "rules")}
    moved = {"before": programme.base.key, "after": row["tier"], "reason": Reason.CREDIT}
    return same | moved | {"source": None, "spend": 0, "at": row["touched_at"]}


def _reward(row: dict[str, Any]) -> dict[str, Any]:
    return {"member_id": row["member_id"], "tier": row["tier"], "earned_at": row["touched_at"]}


def _rules(sql: Sql, programme: Programme, now: datetime) -> None:
    body = {
        "period": vars(programme.period),
        "tiers": [
            {"key": tier.key, "name": tier.name, "any": [each.measures() for each in tier.any]}
            for tier in programme.tiers
        ],
    }
    row = {"mark": programme.rules, "body": orjson.dumps(body).decode(), "first_used_at": now}
    sql.connection.execute(insert(TierRules), row)
