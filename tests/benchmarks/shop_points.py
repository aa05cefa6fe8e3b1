"""The generated shop's points: a lot for each order, and a sealed ledger of what became of it.

Of ten lots one was spent as a whole; what is older than a year has expired.
"""

from __future__ import annotations

from models.programme import PointTerms
from tests.benchmarks.shop_sql import DAY, HOURS, Sql

# kind of movement -> as the ledger calls it, its two accounts by name, what the first gets
MOVES = (
    ("earn", "earn", "available", "issued", 1),
    ("pending", "earn", "issued", "pending", -1),
    ("expire", "expire", "available", "expired", -1),
    ("spend", "spend", "available", "redeemed", -1),
    ("take_back", "take_back", "available", "reversed", -1),
)
SOURCES = {
    "earn": "'order:G' || lot",
    "pending": "'order:G' || lot",
    "expire": "'order:G' || lot || ':expired'",
    "spend": "'spend:' || lot",
    "take_back": "'order:G' || lot || ':refunded'",
}
BODIES = {
    "earn": """'["earn",' || member || ',' || points || ',"' || earned || '",false]'""",
    "pending": """'["earn",' || member || ',' || points || ',"' || earned || '",true]'""",
    "expire": """'["expire","order:G' || lot || '"]'""",
    "spend": """'["spend",' || member || ',' || points || ']'""",
    "take_back": """'["take_back","order:G' || lot || '",null]'""",
}
REASONS = {
    "earn": "'訂單 G' || lot",
    "pending": "'訂單 G' || lot",
    "expire": "''",
    "spend": "'折抵'",
    "take_back": "'訂單 G' || lot || ' 退款'",
}


def points(sql: Sql, terms: PointTerms) -> None:
    """Lots, transactions with their entries, and balances."""
    _fates(sql, terms)
    sql.run("ANALYZE fates")
    _lots(sql)
    _moves(sql)
    sql.run("ANALYZE moved")
    _transactions(sql)
    sql.run(
        """
        INSERT INTO point_entries (id, transaction_id, account, member_id, lot_id, amount)
        SELECT moved.id * 2 + no - 2, moved.id, CASE no WHEN 1 THEN first ELSE second END, member,
            lot, points * (CASE no WHEN 1 THEN sign ELSE -sign END)
        FROM moved JOIN moves ON moves.move = moved.move
        CROSS JOIN (SELECT 1 AS no UNION ALL SELECT 2) AS places
        """
    )
    sql.run("DROP TABLE moved")
    sql.run("DROP TABLE fates")
    sql.run(
        """
        INSERT INTO point_balances (member_id, pending, available, overdrawn, debt)
        SELECT member_id, sum(pending), sum(remaining), 0, 0
        FROM point_lots GROUP BY member_id
        """
    )


def _fates(sql: Sql, terms: PointTerms) -> None:
    """What became of each order's points, and when."""
    expires = f"(day + {terms.valid_days + 1}) * {DAY} - {HOURS}"
    until = f"(CASE WHEN expires < {sql.now} THEN expires ELSE {sql.now} END)"
    sql.run(
        f"""
        CREATE TEMPORARY TABLE fates AS
        SELECT lot, member, points, day, expires, fate, earned_at,
            CASE fate
                WHEN 'expire' THEN expires + 300
                WHEN 'spend' THEN earned_at + {sql.below("lot", 302, f"{until} - earned_at")}
                WHEN 'take_back' THEN earned_at + 86400
            END AS ended_at
        FROM (
            SELECT id AS lot, member, points, day, {expires} AS expires,
                CASE status WHEN 'paid' THEN at ELSE got END AS earned_at,
                CASE WHEN status = 'paid' THEN 'pending'
                    WHEN status = 'refunded' THEN 'take_back'
                    WHEN {sql.below("id", 301, 10)} = 0 THEN 'spend'
                    WHEN {expires} <= {sql.now} THEN 'expire'
                    ELSE 'kept' END AS fate
            FROM bought WHERE points > 0 AND status IN ('paid', 'picked_up', 'refunded')
        ) AS earned
        """
    )


def _lots(sql: Sql) -> None:
    sealed = (
        """'["lot",["order:G' || lot || '",' || member || ',' || points || ',"' || """
        f"""{sql.day("day")} || '","' || {sql.iso("expires")} || '"]]'"""
    )
    sql.run(
        f"""
        INSERT INTO point_lots (id, member_id, source, points, earned_on, expires_at, digest,
            pending, remaining)
        SELECT lot, member, 'order:G' || lot, points, {sql.day("day")}, {sql.instant("expires")},
            {sql.seal(sealed)},
            CASE fate WHEN 'pending' THEN points ELSE 0 END,
            CASE fate WHEN 'kept' THEN points ELSE 0 END
        FROM fates
        """
    )


def _moves(sql: Sql) -> None:
    """Every movement of points with the number it gets: that of its place in time."""
    rows = ", ".join(str(row) for row in MOVES)
    sql.run(
        "CREATE TEMPORARY TABLE moves (move text, kind text, first text, second text, sign int)"
    )
    sql.run(f"INSERT INTO moves VALUES {rows}")
    sql.run(
        """
        CREATE TEMPORARY TABLE moved AS
        SELECT row_number() OVER (ORDER BY at, lot, place) AS id, move, at, lot, member, points,
            day
        FROM (
            SELECT CASE fate WHEN 'pending' THEN 'pending' ELSE 'earn' END AS move,
                earned_at AS at, lot, member, points, day, 1 AS place FROM fates
            UNION ALL
            SELECT fate, ended_at, lot, member, points, day, 2 FROM fates
            WHERE ended_at IS NOT NULL
        ) AS each_move ORDER BY at, lot, place
        """
    )


def _transactions(sql: Sql) -> None:
    escaped = """replace(body, '"', '\\"')"""
    place = "',' || lot || ',' || member || ']'"
    sealed = (
        """'["transaction",["' || source || '","' || kind || '",' || member || ',"' || """
        f"""{escaped} || '","' || {sql.iso("at")} || '","' || reason || '",' """
        """|| coalesce(CAST(about_id AS text), 'null') || '],[["' """
        f"""|| first || '",' || (sign * points) || {place} || ',["' """
        f"""|| second || '",' || (-sign * points) || {place} || ']]'"""
    )
    sql.run(
        f"""
        INSERT INTO point_transactions
            (id, member_id, kind, source, body, digest, at, reason, about_id)
        SELECT id, member, kind, source, body, {sql.seal(sealed)}, {sql.instant("at")}, reason,
            about_id
        FROM (
            SELECT told.*, kind, first, second, sign FROM (
                SELECT moved.id, move, at, lot, member, points, about_id,
                    {_by_move(SOURCES)} AS source, {_by_move(BODIES)} AS body,
                    {_by_move(REASONS)} AS reason
                FROM (SELECT *, {sql.day("day")} AS earned FROM moved) AS moved
                LEFT JOIN (
                    SELECT id AS about_id, lot AS about_lot FROM moved WHERE move = 'earn'
                ) AS earning ON move = 'take_back' AND about_lot = lot
            ) AS told JOIN moves ON moves.move = told.move
        ) AS listed
        """
    )


def _by_move(texts: dict[str, str]) -> str:
    return (
        f"CASE move {' '.join(f'WHEN {move!r} THEN {text}' for move, text in texts.items())} END"
    )
