"""P9: an import twice, overlapping, reordered or killed changes nothing the second time."""

from __future__ import annotations

import multiprocessing
import os
import random
import signal
import time
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from backoffice import imports
from models import database
from models.loyalty import points
from models.loyalty.points import PointEntry, PointLot
from models.loyalty.tiers_records import MemberTier, TierCredit
from models.people.consents import ConsentEntry
from models.people.members import Member
from models.people.tags import MemberTag
from models.shop.orders import Order, OrderLine
from models.shop.products import Product
from tests.backoffice.files import MEMBER_COLUMNS, ORDER_COLUMNS, csv_of, line_id
from tests.conftest import SECRET

NOW = datetime(2026, 11, 24, 4, tzinfo=UTC)
STATUSES = ["paid", "picked_up", "picked_up", "cancelled", "refunded"]
KINDS = {"members": MEMBER_COLUMNS, "orders": ORDER_COLUMNS}
Files = dict[str, list[list[str]]]


def generated(seed: int) -> Files:
    """A shop's members and orders; the tag keeps one seed's apart from the next one's."""
    dice = random.Random(seed)
    members = [
        [
            line_id(seed * 100 + n) if dice.random() < 0.7 else "",
            f"{seed}-{n}",
            dice.choice(["小美", "小林", ""]),
            f"09{seed * 100 + n:08}" if dice.random() < 0.5 else "",
            dice.choice(["a@example.com", ""]),
            dice.choice(["1990-02-28", "02-29", ""]),
            dice.choice(["2025-03-05", ""]),
            dice.choice(["2026-01-05", "", "", ""]) if dice.random() < 0.5 else "",
            dice.choice(["美妝", "母嬰;美妝", ""]),
            dice.choice(["120", "0", ""]),
            dice.choice(["Y", "N", ""]),
        ]
        for n in range(dice.randrange(1, 12))
    ]
    for row in members:
        row[7] = row[7] if row[6] else ""
    orders = []
    for n in range(dice.randrange(1, 25)):
        at = NOW - timedelta(days=dice.randrange(600), minutes=dice.randrange(1, 1_000))
        head = [
            f"{seed}-{n}",
            dice.choice(members)[1],
            dice.choice([f"{at:%Y-%m-%d}", at.isoformat()]),
        ]
        status = dice.choice(STATUSES)
        for line in range(dice.randrange(1, 4)):
            quantity = str(dice.randrange(1, 4))
            amount = str(dice.randrange(5_000))
            days = dice.choice(["", "30"])
            orders.append([*head, f"商品{line}", quantity, amount, status, days])
    return {"members": members, "orders": orders}


def totals(session) -> list[object]:
    """Everything that an import may change, added up or counted."""
    counted = [Member, MemberTag, ConsentEntry, Order, OrderLine, Product, TierCredit, PointLot]
    return [
        *(session.scalar(select(func.count()).select_from(record)) for record in counted),
        session.execute(select(func.sum(Order.cash), func.sum(Order.refunded))).one(),
        session.execute(
            select(PointEntry.account, func.sum(PointEntry.amount))
            .group_by(PointEntry.account)
            .order_by(PointEntry.account)
        ).all(),
        session.execute(
            select(MemberTier.member_id, MemberTier.tier, MemberTier.until).order_by(
                MemberTier.member_id
            )
        ).all(),
        session.execute(
            select(Order.status, func.count()).group_by(Order.status).order_by(Order.status)
        ).all(),
        session.scalar(select(func.count(Member.id)).where(Member.is_friend)),
    ]


def bring(sessions, programme, kind, rows, at=NOW):
    with sessions.begin() as session:
        data = csv_of([KINDS[kind], *rows])
        report = imports.run(session, kind, data, "f", now=at, programme=programme, commit=True)
        assert (
            report.accepted + report.unchanged + len(report.rejected) == report.rows == len(rows)
        )
        assert not report.rejected, report.json()
        return report


def everything(sessions, programme, files, at=NOW):
    return [bring(sessions, programme, kind, files[kind], at) for kind in KINDS]


def counted(sessions):
    with sessions() as session:
        return totals(session)


def again(sessions, programme, files):
    """Twice: on another day too."""
    reports = everything(sessions, programme, files, NOW + timedelta(days=30))
    assert [report.accepted for report in reports] == [0, 0]


def overlapping(sessions, programme, files):
    for kind, rows in files.items():
        third = len(rows) // 3
        for part in (rows[third:], rows[: 2 * third + 1]):
            assert bring(sessions, programme, kind, part).accepted == 0


def reordered(sessions, programme, files):
    for kind, rows in files.items():
        shuffled = random.Random(7).sample(rows, len(rows))
        assert bring(sessions, programme, kind, shuffled).accepted == 0


@pytest.mark.parametrize("way", [again, overlapping, reordered])
@pytest.mark.parametrize("count", [5, pytest.param(100, marks=pytest.mark.slow)])
def test_an_import_changes_nothing_the_second_time(sessions, programme, way, count):
    for seed in range(count):
        files = generated(seed)
        everything(sessions, programme, files)
        before = counted(sessions)

        way(sessions, programme, files)

        assert counted(sessions) == before, f"seed {seed}"


@pytest.mark.parametrize("count", [5, pytest.param(100, marks=pytest.mark.slow)])
def test_parts_that_overlap_come_to_the_same_as_the_whole(sessions, programme, count):
    """Files cut between orders and imported in any order, as branches send them."""
    for seed in range(count):
        files = generated(seed)
        bring(sessions, programme, "members", files["members"])
        numbers = list(dict.fromkeys(row[0] for row in files["orders"]))
        first, second = numbers[: len(numbers) * 2 // 3], numbers[len(numbers) // 3 :]
        parts = [[row for row in files["orders"] if row[0] in part] for part in (second, first)]
        for part in parts:
            if part:
                bring(sessions, programme, "orders", part)
        before = counted(sessions)

        assert bring(sessions, programme, "orders", files["orders"]).accepted == 0
        assert counted(sessions) == before


def import_and_wait(url, files, wrote):
    """A process that has written everything but not committed it, until it is killed."""
    from models import programme

    engine = database.connect(url)
    with database.sessions(engine, SECRET)() as session:
        for kind, columns in KINDS.items():
            imports.run(
                session,
                kind,
                csv_of([columns, *files[kind]]),
                "f",
                now=NOW,
                programme=programme.load(None),
                commit=True,
            )
        wrote.set()
        time.sleep(60)


@pytest.mark.timeout(1_200)
@pytest.mark.parametrize("count", [3, pytest.param(100, marks=pytest.mark.slow)])
def test_an_import_that_is_killed_has_changed_nothing(database, sessions, programme, count):
    """Killed when all is written and nothing committed; then the same file goes in whole."""
    spawn = multiprocessing.get_context("forkserver")
    spawn.set_forkserver_preload(["backoffice.imports", "models.programme", __name__])
    for seed in range(count):
        files, wrote = generated(seed), spawn.Event()
        before = counted(sessions)
        process = spawn.Process(target=import_and_wait, args=(database, files, wrote))
        process.start()
        assert wrote.wait(60)
        os.kill(process.pid, signal.SIGKILL)
        process.join(10)

        assert counted(sessions) == before
        everything(sessions, programme, files)
        after = counted(sessions)
        everything(sessions, programme, files)
        assert counted(sessions) == after != before


def test_the_books_are_sound_after_a_historic_import(sessions, programme):
    everything(sessions, programme, generated(1))

    with sessions() as session:
        points.expire(session, now=NOW)
        assert points.verify(session) == []
