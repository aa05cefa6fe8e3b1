"""The same night with pandas, which reads everything: `... nightly_pandas URL DAY sql|copy`.

Tiers by what 12 months hold, R, F and M by fifths with the shop's tie rule, and
the tags by rule. Prints the seconds and the memory as JSON, and for how many
members the shop has stored anything else.
"""

from __future__ import annotations

import io
import sys
import time
from datetime import date

import numpy
import orjson
import pandas
import psycopg
from sqlalchemy import create_engine

from models.database import address
from models.programme import Programme, load
from tests.benchmarks.nightly_run import peak_memory

ORDERS = (
    "SELECT id, member_id, ordered_on, status, cash - refunded AS spend FROM orders "
    "WHERE status IN ('paid', 'picked_up')"
)
LINES = "SELECT order_id, product_id FROM order_lines"
CUTS = "SELECT recency, frequency, monetary FROM scorings ORDER BY id DESC LIMIT 1"
JUDGED = """
    SELECT tier, (
        SELECT coalesce(sum(amount - refunded), 0) FROM tier_credits c
        WHERE c.member_id = t.member_id AND kind = 'order' AND ordered_on >= judged_on - 365
    )
    FROM member_tiers t WHERE judged_on = %s
"""
PRODUCTS = "SELECT id, name, category FROM products"
DAYS = {"parse_dates": ["ordered_on"]}


def by_sql(url: str) -> list[pandas.DataFrame]:
    engine = create_engine(address(url))
    with engine.connect() as connection:
        read = [pandas.read_sql(ORDERS, connection, **DAYS)]
        read += [pandas.read_sql(query, connection) for query in (LINES, PRODUCTS)]
    engine.dispose()
    return read


def by_copy(url: str) -> list[pandas.DataFrame]:
    with psycopg.connect(url) as link:
        return [copied(link, ORDERS, **DAYS), *(copied(link, q) for q in (LINES, PRODUCTS))]


def copied(link: psycopg.Connection, query: str, **how: object) -> pandas.DataFrame:
    held = io.BytesIO()
    with link.cursor().copy(f"COPY ({query}) TO STDOUT (FORMAT csv, HEADER)".encode()) as rows:
        for some in rows:
            held.write(some)
    held.seek(0)
    return pandas.read_csv(held, **how)


def scores(orders: pandas.DataFrame, today: date, programme: Programme) -> pandas.DataFrame:
    """Tier by spend, year's orders and spend, and R, F, M of everybody who ever bought."""
    year = orders[orders.ordered_on >= pandas.Timestamp(today) - pandas.Timedelta(days=365)]
    found = orders.groupby("member_id").agg(last_on=("ordered_on", "max"))
    found["days"] = (pandas.Timestamp(today) - found.last_on).dt.days
    sums = year.groupby("member_id").agg(orders=("id", "count"), spend=("spend", "sum"))
    found = found.join(sums).fillna({"orders": 0, "spend": 0})
    picked_up = year[year.status == "picked_up"].groupby("member_id").spend.sum()
    asked = [min((c.spend for c in t.any if c.spend), default=0) for t in programme.tiers]
    found["tier"] = numpy.searchsorted(asked, found.index.map(picked_up).fillna(0), "right") - 1
    buyers = found[found.orders > 0]
    for score, measure, sign in (("r", "days", -1), ("f", "orders", 1), ("m", "spend", 1)):
        ranked = numpy.sort(buyers[measure].to_numpy())
        ends = [ranked[-(-len(ranked) * fifth // 5) - 1] for fifth in (1, 2, 3, 4)]
        beyond = numpy.searchsorted(ends, found[measure], "left")
        found[score] = 5 - beyond if sign < 0 else 1 + beyond
    return found


def tagged(
    orders: pandas.DataFrame,
    lines: pandas.DataFrame,
    products: pandas.DataFrame,
    today: date,
    programme: Programme,
) -> set[tuple[str, int]]:
    found = set()
    for rule in programme.tags:
        words = "|".join(rule.words)
        meant = products.name.str.contains(words) | (products.category == rule.category)
        counted = lines[lines.product_id.isin(products[meant].id)].order_id.unique()
        since = pandas.Timestamp(today) - pandas.Timedelta(days=rule.days)
        mine = orders[(orders.ordered_on >= since) & orders.id.isin(counted)]
        made = mine.groupby("member_id").id.count()
        found |= {(rule.name, member) for member in made[made >= rule.orders].index}
    return found


def different(
    url: str,
    found: pandas.DataFrame,
    tags: set[tuple[str, int]],
    today: date,
    programme: Programme,
) -> int:
    """Members whose sums, scores, tags, or tier if it was judged today, the shop has otherwise."""
    with psycopg.connect(url) as link:
        names = ["member_id", "year_orders", "year_spend", "recency", "frequency", "monetary"]
        rows = link.execute(f"SELECT {', '.join(names)} FROM member_totals WHERE orders > 0")
        stored = pandas.DataFrame(rows.fetchall(), columns=names).set_index("member_id")
        cuts = link.execute(CUTS).fetchone()
        given = set(
            link.execute("SELECT tag, member_id FROM member_tags WHERE by_rule").fetchall()
        )
        judged = link.execute(JUDGED, [today]).fetchall()
    mine = found.loc[stored.index]
    reached = [
        numpy.searchsorted(cut, mine[measure], "right")
        for cut, measure in zip(cuts, ("days", "orders", "spend"), strict=True)
    ]
    differ = (
        (mine.orders != stored.year_orders)
        | (mine.spend != stored.year_spend)
        | (5 - reached[0] != stored.recency)
        | (1 + reached[1] != stored.frequency)
        | (1 + reached[2] != stored.monetary)
    )
    spend = [min((c.spend for c in t.any if c.spend), default=0) for t in programme.tiers]
    tiers = sum(
        programme.rank(tier) != numpy.searchsorted(spend, counted, "right") - 1
        for tier, counted in judged
    )
    return int(differ.sum()) + abs(len(stored) - len(found)) + len(tags ^ given) + int(tiers)


def main() -> None:
    url, today = sys.argv[1], date.fromisoformat(sys.argv[2])
    programme = load(None)
    began = time.perf_counter()
    orders, lines, products = {"sql": by_sql, "copy": by_copy}[sys.argv[3]](url)
    found = scores(orders, today, programme)
    tags = tagged(orders, lines, products, today, programme)
    seconds = time.perf_counter() - began
    most = peak_memory()
    wrong = different(url, found, tags, today, programme)
    said = {"seconds": seconds, "megabytes": most, "different": wrong}
    print(orjson.dumps(said).decode())


if __name__ == "__main__":
    main()
