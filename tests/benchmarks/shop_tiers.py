"""The generated shop's tiers: what counted, and where the shop's own rule says members stand."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from itertools import groupby
from operator import itemgetter
from typing import Any

import orjson
from sqlalchemy import insert

from models.loyalty.tiers_records import MemberTier, Reason, TierChange, TierReward, TierRules
from models.loyalty.tiers_rules import years_later
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
        FROM bought WHERE status IN ('picked_up', 'refunded')
        """
    )
    _rules(sql, programme, now)
    ladder = _ladder(programme)
    rows = [
        {"member_id": member, "rules": programme.rules, "touched_at": now}
        | _standing(credits, ladder, programme, sql.today)
        for member, credits in _risen(sql, ladder, programme)
    ]
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


def _ladder(programme: Programme) -> list[tuple[int, str]]:
    """What each tier above the base asks to be spent, from the highest; nothing else counts."""
    return [
        (min(asked), tier.key)
        for tier in reversed(programme.tiers)
        if (asked := [each.spend for each in tier.any if set(each.measures()) == {"spend"}])
    ]


def _risen(
    sql: Sql, ladder: list[tuple[int, str]], programme: Programme
) -> Iterator[tuple[int, list[tuple[int, int, int]]]]:
    """Everybody who ever spent enough in a year to leave the base tier, with what counted."""
    year = f"RANGE BETWEEN {programme.period_days} PRECEDING AND CURRENT ROW"
    sql.run(
        f"""
        CREATE TEMPORARY TABLE risen AS SELECT member FROM (
            SELECT member, sum(cash) OVER (PARTITION BY member ORDER BY day {year}) AS spent
            FROM bought WHERE status = 'picked_up'
        ) AS years GROUP BY member HAVING max(spent) >= {ladder[-1][0]}
        """
    )
    rows: Iterable[tuple[int, ...]] = sql.run(
        f"""
        SELECT bought.member, (got + {HOURS}) / {DAY} AS qualified, day, cash
        FROM bought JOIN risen ON risen.member = bought.member
        WHERE status = 'picked_up' ORDER BY bought.member, qualified
        """
    )
    for member, found in groupby(rows, key=itemgetter(0)):
        yield member, [(qualified, day, cash) for _, qualified, day, cash in found]


def _standing(
    credits: list[tuple[int, int, int]],
    ladder: list[tuple[int, str]],
    programme: Programme,
    today: int,
) -> dict[str, Any]:
    """`tiers_rules.replay` over (qualified, ordered, cash) of orders alone, several times as fast.

    The invariants compare the two wherever the generator is tested.
    """

    def spent(day: int, through: int) -> int:
        oldest = day - programme.period_days
        return sum(cash for got, on, cash in credits if on >= oldest and got <= through)

    def rank(amount: int) -> int:
        return next((len(ladder) - n for n, (least, _) in enumerate(ladder) if amount >= least), 0)

    now = since = until = judged = 0
    for day in [*dict.fromkeys(got for got, _, _ in credits), today]:
        while now and until < day:
            judged, before = until + 1, now
            now = rank(spent(judged, until))
            since = since if now == before else judged
            until = _later(until, programme) if now else 0
        reached = rank(spent(day, day))
        if reached > now:
            now, since, until, judged = reached, day, _later(day, programme), day
    key = ladder[len(ladder) - now][1] if now else programme.base.key
    dates = {"since": since, "until": until, "judged_on": judged}
    return {"tier": key} | {name: _date(day) if day else None for name, day in dates.items()}


def _later(day: int, programme: Programme) -> int:
    return (years_later(_date(day), programme.period.keep_years) - EPOCH).days


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
