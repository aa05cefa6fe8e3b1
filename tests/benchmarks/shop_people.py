"""The generated shop's people and products."""

from __future__ import annotations

from emulator.seed import GIVEN, SURNAMES
from emulator.stock import PRODUCTS
from models.people.consents import TEXT_VERSION
from tests.benchmarks.shop_sql import DAY, HOURS, Sql

SPAN = 3 * 365
BRANDS = ("小農直送", "職人嚴選", "媽媽推薦", "產地限定", "家庭號", "經典款", "輕巧包", "團購價")


def products(sql: Sql) -> int:
    """Each of the demo's products from several makers; how many there are."""
    rows = [
        f"({number}, '{product.name} {brand}', '{product.category}', {product.price}, "
        f"{product.days or 'NULL'})"
        for number, (brand, product) in enumerate(
            ((brand, product) for brand in BRANDS for product in PRODUCTS), start=1
        )
    ]
    sql.run(
        "INSERT INTO products (id, name, category, price, days_of_supply) "
        f"VALUES {', '.join(rows)}"
    )
    return len(rows)


def members(sql: Sql, count: int) -> None:
    """People who joined over three years; nine of ten on LINE, most of them friends still.

    The temporary table `people` keeps what later steps need as numbers.
    """
    sql.run(
        f"""
        CREATE TEMPORARY TABLE people AS SELECT
            i AS id,
            {sql.today} - 1 - {sql.below("i", 101, SPAN)} AS joined,
            {sql.below("i", 102, 12)} + 1 AS birth_month,
            CASE WHEN {sql.below("i", 103, 1461)} = 0 THEN 29
                ELSE {sql.below("i", 104, 28)} + 1 END AS birth_day,
            {sql.below("i", 105, 10)} AS told,
            {sql.below("i", 106, 100)} AS kind
        FROM {sql.numbers(count)}
        """
    )
    sql.run("ANALYZE people")
    joined_at = f"joined * {DAY} - {HOURS} + 43200 + {sql.below('id', 107, 21600)}"
    friend = "(kind >= 10 AND kind < 92)"
    surname = f"substr('{SURNAMES}', CAST({sql.below('id', 108, len(SURNAMES))} + 1 AS int), 1)"
    pairs = len(GIVEN) // 2
    given = f"substr('{GIVEN}', CAST({sql.below('id', 109, pairs)} * 2 + 1 AS int), 2)"
    sql.run(
        f"""
        INSERT INTO members (id, line_user_id, external_id, name, language, gender, birth_year,
            birth_month, birth_day, birthday_set_on, joined_on, left_on, is_friend, friend_since,
            friend_event_at, source, noticed_version, marketing, profiled_at, gifted_at,
            created_at)
        SELECT id,
            CASE WHEN kind >= 10 THEN 'U' || md5('member ' || id) END,
            'M' || id, {surname} || {given}, 'zh-TW',
            CASE told % 3 WHEN 0 THEN 'female' END,
            CASE WHEN told < 4 THEN 1955 + {sql.below("id", 110, 50)} END,
            CASE WHEN told < 7 THEN birth_month END, CASE WHEN told < 7 THEN birth_day END,
            CASE WHEN told < 7 THEN {sql.day("joined")} END,
            {sql.day("joined")},
            CASE WHEN kind >= 92 AND kind < 96 THEN {sql.day("joined + 1")} END,
            {friend},
            CASE WHEN {friend} THEN {sql.instant(joined_at)} END,
            CASE WHEN kind >= 10 THEN {sql.instant(joined_at)} END,
            CASE WHEN kind < 50 THEN 'import' ELSE 'line' END,
            CASE WHEN kind >= 10 THEN '{TEXT_VERSION}' END,
            {friend} AND kind % 8 > 0,
            CASE WHEN kind >= 10 THEN {sql.instant(joined_at)} END,
            CASE WHEN told < 3 THEN {sql.instant(joined_at + " + 3600")} END,
            {sql.instant(joined_at)}
        FROM people ORDER BY id
        """
    )


def consents(sql: Sql) -> None:
    """Consent as it was given, and a few topics switched off by hand."""
    sql.run(
        f"""
        INSERT INTO consent_log (id, member_id, topic, granted, text_version, source, at)
        SELECT id, id, 'all', marketing, '{TEXT_VERSION}',
            CASE source WHEN 'line' THEN 'follow' ELSE 'import' END, created_at
        FROM members ORDER BY id
        """
    )
    sql.run(
        f"""
        INSERT INTO topic_choices (member_id, topic, allowed)
        SELECT id, CASE {sql.below("id", 111, 2)} WHEN 0 THEN 'offers' ELSE 'replenishment' END,
            kind < 0
        FROM people WHERE {sql.below("id", 112, 50)} = 0
        """
    )
