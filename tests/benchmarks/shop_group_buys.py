"""The generated shop's group-buys: every order was called in one, and ten are open.

`python -m tests.benchmarks.shop_group_buys URL` adds them to a shop that was made
before there were any.
"""

from __future__ import annotations

import argparse

import models.database
from models.base import Vault
from tests.benchmarks.shop_sql import DAY, Sql

ORDERS_EACH = 500  # in one that is over
OPEN = 10
SHARE = 100  # one member of so many has called in each that is open
PRICE = 450
STEP = 7_919  # a prime, so that the callers are spread over the members


def group_buys(sql: Sql) -> None:
    """`group_buys`, `group_buy_items`, `bills`, and the orders of those that are open."""
    orders, lines, members, products = (
        _one(sql, f"SELECT coalesce(max(id), 0) FROM {table}")
        for table in ("orders", "order_lines", "members", "products")
    )
    over = orders // ORDERS_EACH + 1
    _offers(sql, f"SELECT i, 'finished' AS stage FROM {sql.numbers(over)}", products)
    _past_bills(sql)
    _offers(sql, f"SELECT i + {over} AS i, 'open' AS stage FROM {sql.numbers(OPEN)}", products)
    for number in range(over + 1, over + OPEN + 1):
        callers = max(members // SHARE, 1)
        _calls(sql, number, callers, members, orders, lines)
        orders, lines = orders + callers, lines + callers


def _offers(sql: Sql, numbers: str, products: int) -> None:
    at, no = sql.instant(str(sql.now - 10 * DAY)), "false" if sql.postgresql else "0"
    sql.run(
        f"""
        INSERT INTO group_buys (id, title, stage, pickup, tier, tag, windows, preorder,
            hold_minutes, dropship, fees, picture, last_number, created_by, created_at)
        SELECT i, '第 ' || i || ' 團', stage, '社區管理室', '', '', '{{}}', {no}, 0, {no},
            '{{"pickup": 0}}', '', 0, 'benchmark', {at}
        FROM ({numbers}) AS numbered
        """
    )
    sql.run(
        f"""
        INSERT INTO group_buy_items (id, group_buy_id, product_id, code, name, unit, price,
            price_now, ladder, aliases, options, option_aliases, option_prices, taken)
        SELECT i, i, products.id, 'A', products.name, '份', {PRICE}, {PRICE},
            '[]', '[]', '[]', '[]', '[]', 0
        FROM ({numbers}) AS numbered JOIN products ON products.id = i % {products} + 1
        """
    )


def _past_bills(sql: Sql) -> None:
    no = "false" if sql.postgresql else "0"
    paid = "CASE WHEN status IN ('paid', 'picked_up', 'refunded') THEN cash ELSE 0 END"
    sql.run(
        f"""
        INSERT INTO bills (order_id, group_buy_id, member_id, subtotal, tier_pay, tier_discount,
            coupons, gifts, coupon_discount, coupon_version, points, points_value, points_version,
            shipping, shipping_discount, charges, total, paid, refunded, returned, locked_at,
            tentative, split_ok, delivery, pickup_code, proxy)
        SELECT id, id / {ORDERS_EACH} + 1, member_id, cash, 100, 0, '[]', '[]', 0, 0, 0, 0, 0,
            0, 0, 0, cash, {paid}, refunded, refunded, ordered_at, {no}, {no}, 'pickup',
            '000000', ''
        FROM orders
        """
    )


def _calls(sql: Sql, number: int, callers: int, members: int, orders: int, lines: int) -> None:
    no = "false" if sql.postgresql else "0"
    at, day = sql.instant(str(sql.now - DAY)), sql.day(str(sql.today - 1))
    called = f"(SELECT i, i * {STEP} % {members} + 1 AS member FROM {sql.numbers(callers)})"
    sql.run(
        f"""
        INSERT INTO orders (id, order_no, member_id, ordered_at, ordered_on, status, cash,
            refunded, created_at, changed_at)
        SELECT {orders} + i, '{number}-' || i, member, {at}, {day}, 'placed', {PRICE}, 0,
            {at}, {at}
        FROM {called} AS called
        """
    )
    sql.run(
        f"""
        INSERT INTO order_lines (id, order_id, product_id, quantity, amount, item_id, option,
            person, unit_price)
        SELECT {lines} + i, {orders} + i, product_id, 1, {PRICE}, {number}, '', '', {PRICE}
        FROM {called} AS called JOIN group_buy_items ON group_buy_items.id = {number}
        """
    )
    sql.run(
        f"""
        INSERT INTO bills (order_id, group_buy_id, member_id, subtotal, tier_pay, tier_discount,
            coupons, gifts, coupon_discount, coupon_version, points, points_value, points_version,
            shipping, shipping_discount, charges, total, paid, refunded, returned,
            tentative, split_ok, delivery, pickup_code, proxy)
        SELECT {orders} + i, {number}, member, {PRICE}, 100, 0, '[]', '[]', 0, 0, 0, 0, 0,
            0, 0, 0, {PRICE}, 0, 0, 0, {no}, {no}, 'pickup', '000000', ''
        FROM {called} AS called
        """
    )
    sql.run(f"UPDATE group_buy_items SET taken = {callers} WHERE id = {number}")
    sql.run(f"UPDATE group_buys SET last_number = {callers} WHERE id = {number}")


def _one(sql: Sql, question: str) -> int:
    found = sql.run(question).fetchone()
    return int(found[0])


def main() -> None:
    from tests.benchmarks.shop_data import NOW, SECRET  # which imports this module

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("url")
    engine = models.database.connect(parser.parse_args().url)
    with engine.begin() as connection:
        sql = Sql(connection, Vault(SECRET), NOW)
        if sql.postgresql:
            sql.run("SET LOCAL statement_timeout = 0")
            sql.run("SET LOCAL session_replication_role = replica")
        group_buys(sql)
        if sql.postgresql:
            for name in ("group_buys", "group_buy_items", "orders", "order_lines"):
                counted = f"pg_get_serial_sequence('{name}', 'id')"
                sql.run(f"SELECT setval({counted}, (SELECT max(id) FROM {name}))")
            for name in ("group_buys", "group_buy_items", "orders", "order_lines", "bills"):
                sql.run(f"ANALYZE {name}")
    engine.dispose()


if __name__ == "__main__":
    main()
