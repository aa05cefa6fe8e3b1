"""The generated shop's coupons, the messages that brought them, and what the clock has done.

A quarter of the coupons were used.
"""

from __future__ import annotations

from sqlalchemy import insert

from models.loyalty.codes import ALPHABET, BASE, RANDOM
from models.loyalty.coupon_records import CouponDefinition
from models.programme import Programme
from scheduler import campaigns
from scheduler.campaign import CAMPAIGNS
from scheduler.jobs import CHORES
from tests.benchmarks.shop_people import SPAN
from tests.benchmarks.shop_sql import DAY, HOURS, Sql

STRIDE = 1_234_567_890_133  # no multiple of 31: codes lie apart, and no two are the same
YEARS = 2


def coupons(sql: Sql, programme: Programme) -> None:
    """The newcomer's coupons and those of two years' birthdays, with counts and uses."""
    _terms(sql, programme)
    _given(sql, programme)
    digits = [f"(code / {BASE**place} % {BASE})" for place in range(RANDOM)]
    weighted = " + ".join(f"{RANDOM + 1 - place} * {digit}" for place, digit in enumerate(digits))
    check = f"(({BASE} - ({weighted}) % {BASE}) % {BASE})"
    letters = " || ".join(
        f"substr('{ALPHABET}', CAST({digit} + 1 AS int), 1)" for digit in (*digits, check)
    )
    expires = f"((issued + {HOURS}) / {DAY} + valid_days + 1) * {DAY} - {HOURS}"
    sql.run(
        f"""
        INSERT INTO coupons (id, definition_id, member_id, code, source, state, name, kind, value,
            min_spend, first_purchase, description, issued_at, valid_from, expires_at, used_at)
        SELECT id, definition, member, {letters}, source,
            CASE WHEN used IS NULL THEN 'issued' ELSE 'used' END, name, kind, value, min_spend,
            first_purchase = 1, description, {sql.instant("issued")}, {sql.instant("issued")},
            {sql.instant(expires)}, CASE WHEN used IS NOT NULL THEN {sql.instant("used")} END
        FROM given ORDER BY id
        """
    )
    sql.run(
        """
        INSERT INTO coupon_counts (definition_id, member_id, issued, most)
        SELECT definition, member, count(*), max(most) FROM given GROUP BY definition, member
        """
    )
    sql.run(
        """
        UPDATE coupon_definitions SET issued =
            (SELECT count(*) FROM given WHERE definition = coupon_definitions.id)
        """
    )
    sql.run(
        f"""
        INSERT INTO coupon_uses (id, coupon_id, source, "by", used_at)
        SELECT id, id, 'counter:' || id, member, {sql.instant("used")}
        FROM given WHERE used IS NOT NULL
        """
    )


def messages(sql: Sql) -> None:
    """The birthday messages that went out with their coupons."""
    card = (
        '[{"type":"flex","altText":"生日快樂！","contents":{"type":"bubble","body":{"type":"box",'
        '"layout":"vertical","contents":[{"type":"text","text":"送你一張生日券","wrap":true}]}}}]'
    )
    key = "md5(given.source)"
    parts = ((1, 8), (9, 4), (13, 4), (17, 4), (21, 12))
    retry = " || '-' || ".join(f"substr({key}, {start}, {count})" for start, count in parts)
    sql.run(
        f"""
        INSERT INTO outbox (id, key, kind, member_id, to_id, rule, period, topic, purpose,
            messages, due_at, use_until, urgent, capped, essential, rides, state, reason, attempts,
            retry_key, first_tried_at, counted_at, request_id, created_at, done_at)
        SELECT given.id, given.source, 'push', member, line_user_id, 'birthday', year, 'birthday',
            'marketing', '{card}', {sql.instant("issued")}, {sql.instant("issued + 604800")},
            1 = 0, 1 = 0, 1 = 0, 1 = 0, 'sent', '', 1, {retry}, {sql.instant("issued + 60")},
            {sql.instant("issued + 60")}, '', {sql.instant("issued")}, {sql.instant("issued + 61")}
        FROM given JOIN members ON members.id = member
        WHERE year IS NOT NULL AND line_user_id IS NOT NULL ORDER BY given.id
        """
    )


def runs(sql: Sql) -> None:
    """Every job has been done each day, yesterday for the last time."""
    campaigns.load()
    hours = {key: each.hour for key, each in CAMPAIGNS.items()}
    hours |= {name: each.hour for name, each in CHORES.items()}
    for job, hour in hours.items():
        at = f"({sql.today} - i) * {DAY} - {HOURS} + {hour * 3600 + 20}"
        sql.run(
            f"""
            INSERT INTO job_runs (job, period, outcome, at, detail)
            SELECT '{job}', CAST({sql.day(f"{sql.today} - i")} AS text), 'done',
                {sql.instant(at)}, ''
            FROM {sql.numbers(SPAN)}
            """
        )


def _terms(sql: Sql, programme: Programme) -> None:
    sql.run(
        """
        CREATE TEMPORARY TABLE terms (definition int, key text, name text, kind text, value int,
            min_spend int, first_purchase int, description text, valid_days int, most int)
        """
    )
    for number, (key, terms) in enumerate(programme.coupons.items(), start=1):
        row = {"id": number, "key": key, "issued": 0, "per_member_limit": terms.per_member_limit}
        sql.connection.execute(insert(CouponDefinition), row)
        sql.run(
            f"INSERT INTO terms VALUES ({number}, '{key}', '{terms.name}', '{terms.kind}', "
            f"{terms.value}, {terms.min_spend}, {int(terms.first_purchase)}, "
            f"'{terms.description}', {terms.valid_days}, {terms.per_member_limit or 'NULL'})"
        )


def _given(sql: Sql, programme: Programme) -> None:
    """Who was given what, when, and when they used it."""
    parts = [
        f"""
        SELECT id AS member, '{key}' AS key, 'newcomer:{key}:' || id AS source, NULL AS year,
            (joined * {DAY}) - {HOURS} + 72000 AS issued
        FROM people WHERE told < 3 AND joined < {sql.today}
        """
        for key in programme.gifts.newcomer
    ]
    # on 28 February in common years, as the campaign does
    day = "CASE WHEN birth_month = 2 AND birth_day = 29 THEN 28 ELSE birth_day END"
    for ago in range(YEARS):
        year = int(1970 + sql.today / 365.2425) - ago
        number = sql.day_number(year, "CAST(birth_month AS int)", f"CAST({day} AS int)")
        tier = f"coalesce(tier, '{programme.base.key}')"
        key = " ".join(f"WHEN '{t.key}' THEN '{t.birthday_coupon}'" for t in programme.tiers)
        parts.append(
            f"""
            SELECT id, CASE {tier} {key} END, 'birthday:{year}:' || id, '{year}',
                number * {DAY} - {HOURS} + 32400
            FROM (SELECT *, {number} AS number FROM people WHERE told < 7) AS born
            LEFT JOIN member_tiers ON member_id = id
            WHERE number > joined AND number < {sql.today} AND kind >= 10 AND kind < 92
            """
        )
    used = f"issued + {sql.below('id', 402, '25 * 86400')}"
    sql.run(
        f"""
        CREATE TEMPORARY TABLE given AS
        SELECT *, CASE WHEN {sql.below("id", 401, 4)} = 0 AND {used} < {sql.now} THEN {used} END
            AS used
        FROM (
            SELECT row_number() OVER (ORDER BY issued, source) AS id, member, source, year, issued,
                terms.*
            FROM ({" UNION ALL ".join(parts)}) AS each_one JOIN terms ON terms.key = each_one.key
        ) AS numbered
        """
    )
    sql.run("ALTER TABLE given ADD COLUMN code bigint")
    sql.run(f"UPDATE given SET code = (id * {STRIDE}) % {BASE**RANDOM}")
