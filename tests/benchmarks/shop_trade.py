"""The generated shop's trade: orders and their lines, in the order of their dates.

A few members buy a great deal and most now and then; everybody has favourites.
"""

from __future__ import annotations

from tests.benchmarks.shop_sql import DAY, HOURS, Sql

LEAP = 1_000_003  # a prime, so that the best customers are spread over the members
# the density of (share + 0.1) ** 3: the best fifth buys half, the best member 40 times the average
RANK = "(({share} + 0.1) * ({share} + 0.1) * ({share} + 0.1) - 0.001) / 1.331"


def orders(sql: Sql, *, members: int, orders: int, products: int) -> None:
    """`orders`, `order_lines`; the temporary table `bought` keeps what points and tiers need."""
    rank = sql.floor(RANK.format(share=sql.share("i", 201)) + f" * {members}")
    sql.run(
        f"""
        CREATE TEMPORARY TABLE drawn AS
        SELECT i, member, day, day * {DAY} - {HOURS} + 28800 + {sql.below("i", 203, 50400)} AS at
        FROM (
            SELECT i, people.id AS member,
                joined + {sql.below("i", 202, f"{sql.today} - joined")} AS day
            FROM (SELECT i, ({rank}) * {LEAP} % {members} + 1 AS buyer
                FROM {sql.numbers(orders)}) AS drawn
            JOIN people ON people.id = buyer
        ) AS dated
        """
    )
    chance = sql.below("i", 204, 100)
    sql.run(
        f"""
        CREATE TEMPORARY TABLE made AS
        SELECT row_number() OVER (ORDER BY at, i) AS id, member, day, at,
            CASE WHEN day > {sql.today} - 2 AND {chance} < 25 THEN 'placed'
                WHEN day > {sql.today} - 5 THEN 'paid'
                WHEN {chance} < 96 THEN 'picked_up'
                WHEN {chance} < 98 THEN 'refunded'
                ELSE 'cancelled' END AS status,
            at + ({sql.below("i", 205, 3)} + 1) * {DAY} AS got,
            CASE {sql.below("i", 206, 6)} WHEN 0 THEN 3 WHEN 1 THEN 2 WHEN 2 THEN 2 ELSE 1 END
                AS lines
        FROM drawn ORDER BY at, i
        """
    )
    sql.run("DROP TABLE drawn")
    _lines(sql, products)
    sql.run(
        """
        CREATE TEMPORARY TABLE bought AS
        SELECT id, member, day, at, got, status, cash, cash / 100 AS points
        FROM made JOIN (
            SELECT order_id, CAST(sum(amount) AS int) AS cash FROM order_lines GROUP BY order_id
        ) AS sums ON order_id = id
        """
    )
    sql.run("DROP TABLE made")
    for name in ("bought", "order_lines"):
        sql.run(f"ANALYZE {name}")
    _orders(sql)


def answers(sql: Sql) -> None:
    """What some members said of their supplies in the last year: each tenth that it is used up."""
    sql.run(
        f"""
        INSERT INTO supply_answers (member_id, product_id, bought_on, answer, said_on, at)
        SELECT member, product_id, {sql.day("day")},
            CASE WHEN (member + product_id) % 2 = 0 THEN 'finished' ELSE 'not_yet' END,
            {sql.day("day + 20")}, {sql.instant("min(at) + 20 * 86400")}
        FROM order_lines JOIN bought ON bought.id = order_id
        JOIN products ON products.id = product_id
        WHERE day > {sql.today} - 365 AND day < {sql.today} - 20 AND status = 'picked_up'
            AND products.days_of_supply IS NOT NULL AND {sql.below("order_id", 211, 10)} = 0
        GROUP BY member, product_id, day
        """
    )


def _lines(sql: Sql, products: int) -> None:
    line = "made.id * 4 + no"
    favourite = sql.share(f"member * 4 + {sql.below(line, 222, 4)}", 223)
    other = sql.share(line, 224)
    liked = f"CASE WHEN {sql.below(line, 221, 10)} < 6 THEN {favourite} ELSE {other} END"
    number = sql.floor(f"share * share * {products}")
    sql.run(
        f"""
        INSERT INTO order_lines (id, order_id, product_id, quantity, amount)
        SELECT chosen.id, order_id, products.id, quantity, price * quantity
        FROM (
            SELECT made.id * 3 + no - 3 AS id, made.id AS order_id, ({liked}) AS share,
                CASE WHEN {sql.below(line, 225, 4)} = 0 THEN 2 ELSE 1 END AS quantity
            FROM made
            JOIN (SELECT 1 AS no UNION ALL SELECT 2 UNION ALL SELECT 3) AS places ON no <= lines
        ) AS chosen JOIN products ON products.id = {number} + 1
        """
    )


def _orders(sql: Sql) -> None:
    sql.run(
        f"""
        INSERT INTO orders (id, order_no, member_id, ordered_at, ordered_on, status, cash,
            refunded, created_at, changed_at)
        SELECT id, 'G' || id, member, {sql.instant("at")}, {sql.day("day")}, status, cash,
            CASE status WHEN 'refunded' THEN cash ELSE 0 END, {sql.instant("at")},
            {sql.instant("CASE WHEN status IN ('placed', 'paid') THEN at ELSE got END")}
        FROM bought
        """
    )
