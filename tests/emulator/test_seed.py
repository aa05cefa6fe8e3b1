"""The demo's shop as it opens: large enough, believable, and the same on every run."""

from __future__ import annotations

import csv
import hashlib
import io
import subprocess
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from emulator import seed
from emulator.embedded import EmbeddedShop
from emulator.stock import PRODUCTS
from models.insight import invariants
from models.loyalty.points_records import PointBalance
from models.loyalty.tiers_records import MemberTier
from models.people.members import Member
from models.shop import replenishment_due
from tests.emulator.demo_shop import opened

TODAY = date(2026, 11, 24)
PROGRAM = (
    "from datetime import date; from emulator import seed; import hashlib;"
    "today = date(2026, 11, 24);"
    "text = seed.members_csv(today) + seed.orders_csv(today);"
    "print(hashlib.sha256(text.encode()).hexdigest())"
)


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedShop]:
    with opened(tmp_path_factory.mktemp("demo")) as made:
        yield made


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def test_it_is_the_same_text_in_every_process() -> None:
    own = seed.members_csv(TODAY) + seed.orders_csv(TODAY)

    digests = {
        subprocess.run(
            [sys.executable, "-c", PROGRAM],
            env={"PYTHONHASHSEED": number},
            cwd=Path(seed.__file__).parents[1],
            capture_output=True,
            text=True,
            check=True,
        ).stdout.strip()
        for number in ("1", "2")
    }

    assert digests == {hashlib.sha256(own.encode()).hexdigest()}


def test_it_is_a_shop_of_some_size() -> None:
    orders = rows(seed.orders_csv(TODAY))

    assert len(rows(seed.members_csv(TODAY))) >= 200
    assert len({row["order_no"] for row in orders}) >= 3000
    assert len({row["product"] for row in orders}) >= 40
    assert len({product.name for product in PRODUCTS}) == len(PRODUCTS)


def test_its_year_is_over_by_today_and_nobody_bought_before_joining() -> None:
    joined = {row["external_id"]: row["joined_on"] for row in rows(seed.members_csv(TODAY))}
    orders = rows(seed.orders_csv(TODAY))
    days = [datetime.fromisoformat(row["ordered_at"]).date() for row in orders]

    assert TODAY - timedelta(days=366) <= min(days) < TODAY - timedelta(days=330)
    assert TODAY - timedelta(days=4) < max(days) < TODAY
    assert all(row["ordered_at"][:10] >= joined[row["member"]] for row in orders)


def test_nobody_shares_a_phone_number_or_a_line_account() -> None:
    members = rows(seed.members_csv(TODAY))
    accounts = [row["line_user_id"] for row in members if row["line_user_id"]]

    assert len({row["phone"] for row in members}) == len(members)
    assert len(set(accounts)) == len(accounts) >= 100


def test_a_fifth_of_the_members_bring_about_half_of_the_trade() -> None:
    spent: defaultdict[str, int] = defaultdict(int)
    for row in rows(seed.orders_csv(TODAY)):
        spent[row["member"]] += int(row["amount"])
    ranked = sorted(spent.values(), reverse=True)

    share = sum(ranked[: seed.MEMBERS // 5]) / sum(ranked)

    assert 0.4 < share < 0.8


def test_there_are_members_of_every_tier(shop: EmbeddedShop) -> None:
    with shop.runtime.sessions() as session:
        found = Counter(session.scalars(select(MemberTier.tier)))

    assert set(found) == {"bronze", "silver", "gold", "diamond"}
    assert min(found.values()) >= 8


def test_points_lie_in_most_accounts_and_the_books_are_sound(shop: EmbeddedShop) -> None:
    with shop.runtime.sessions() as session:
        members = session.scalar(select(func.count()).select_from(Member)) or 0
        with_points = session.scalar(
            select(func.count()).select_from(PointBalance).where(PointBalance.available > 0)
        )
        faults = invariants.check(session)

    assert (with_points or 0) > members * 0.7
    assert faults == []


def test_somebody_runs_out_of_something_almost_every_day(shop: EmbeddedShop) -> None:
    with shop.runtime.sessions() as session:
        days = [
            len(session.execute(replenishment_due.estimates(TODAY + timedelta(days=n))).all())
            for n in range(30)
        ]

    assert sum(1 for found in days if found) >= 25
