"""The doctor: everything in order, or one line for each fault that says what to do."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

import pytest
import time_machine
from click.testing import Result

from app import create_app
from bot import runtime, settings
from bot.runtime import Runtime
from emulator.platform import Platform
from emulator.server import Server
from models import database as databases
from models.talk import alerts, outbox_holds
from tests.processes import SECRETS, emulator, environment

PUBLIC = "https://shop.example.com"
WRONG_PUBLIC = "http://127.0.0.1:8000"
Doctor = Callable[..., Result]


@cache
def upgraded(beside: Path) -> Path:
    """A database with the tables of this release, made once."""
    path = beside.with_name("upgraded.db")
    databases.upgrade(f"sqlite:///{path}")
    return path


@pytest.fixture
def line() -> Iterator[Server]:
    """LINE as the shop should find it."""
    platform = Platform(
        clock=lambda: datetime.now(UTC),
        secret=SECRETS["LINE_CHANNEL_SECRET"],
        token=SECRETS["LINE_CHANNEL_ACCESS_TOKEN"],
        quota=200,
    )
    platform.webhook_url = f"{PUBLIC}/callback"
    with Server(platform) as server:
        yield server


@pytest.fixture
def shop(line: Server, tmp_path: Path, sqlite_template: Path) -> Iterator[Runtime]:
    """A shop that is set up as it should be."""
    address = f"sqlite:///{tmp_path / 'shop.db'}"
    shutil.copy(upgraded(sqlite_template), tmp_path / "shop.db")
    given = environment(DATABASE_URL=address, LINE_API_BASE=line.url, PUBLIC_URL=PUBLIC)
    made = runtime.build(settings.read(given))
    yield made
    made.close()


@pytest.fixture
def doctor(shop: Runtime) -> Iterator[Doctor]:
    """Runs `flask doctor` on the shop, with settings changed."""
    opened: list[Runtime] = []

    def examine(**changed: object) -> Result:
        changed_shop = runtime.build(replace(shop.settings, **changed))  # type: ignore[arg-type]
        opened.append(changed_shop)
        return create_app(changed_shop).test_cli_runner().invoke(args=["doctor"])

    yield examine
    for each in opened:
        each.close()


def bad(done: Result) -> list[str]:
    """What was found wrong; the exit status has to agree."""
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    found = [line for line in done.stdout.splitlines() if line.startswith("BAD ")]
    assert done.exit_code == bool(found)
    return [line.removeprefix("BAD  ") for line in found]


def test_a_shop_that_is_set_up_well_is_told_so(doctor: Doctor, redis_url: str) -> None:
    done = doctor(redis_url=redis_url)

    assert done.exit_code == 0
    assert {line[:5] for line in done.stdout.splitlines()} == {"ok   "}
    looked_at = [line[5:].split(":")[0] for line in done.stdout.splitlines()]
    assert looked_at == [
        "database", "redis", "public URL", "LINE token", "clock", "webhook", "quota"
    ]  # fmt: skip


def test_a_token_line_does_not_know_is_to_be_replaced(doctor: Doctor) -> None:
    found = bad(doctor(access_token="another"))

    assert [line.split(":")[0] for line in found] == ["LINE token", "webhook", "quota"]
    assert "LINE_CHANNEL_ACCESS_TOKEN" in found[0]


def test_a_webhook_nobody_set_is_to_be_set(doctor: Doctor, line: Server) -> None:
    line.platform.webhook_url = ""

    found = bad(doctor())

    assert len(found) == 1
    assert found[0].startswith("webhook: ")
    assert "LINE console" in found[0]


def test_a_webhook_that_is_set_to_something_else_is_to_be_corrected(
    doctor: Doctor, line: Server
) -> None:
    line.platform.webhook_url = "https://elsewhere.example.com/callback"

    (found,) = bad(doctor())

    assert found.startswith("webhook: LINE calls https://elsewhere.example.com/callback")
    assert f"set it to {PUBLIC}/callback" in found


def test_a_webhook_that_is_switched_off_is_to_be_switched_on(doctor: Doctor, line: Server) -> None:
    line.platform.webhook_active = False

    (found,) = bad(doctor())

    assert "`Use webhook`" in found


def test_a_month_that_is_used_up_needs_a_larger_plan(doctor: Doctor, line: Server) -> None:
    line.platform.monthly.spend(200, datetime.now(UTC))

    (found,) = bad(doctor())

    assert found.startswith("quota: 0 of 200")
    assert "upgrade the plan" in found


def test_a_month_whose_reserve_is_touched_needs_one_soon(doctor: Doctor, line: Server) -> None:
    line.platform.monthly.spend(181, datetime.now(UTC))

    (found,) = bad(doctor())

    assert found.startswith("quota: 19 of 200")


def test_what_a_shop_says_of_itself_is_told_too(doctor: Doctor, shop: Runtime) -> None:
    with shop.sessions.begin() as session:
        outbox_holds.hold(session, outbox_holds.PUSHES, reason="x", now=shop.clock())
        alerts.begin(session, "ledger", "壞了", now=shop.clock())

    found = bad(doctor(disk_reserve=10**9))

    assert sorted(line.split(":")[0] for line in found) == ["disk", "held", "ledger"]


def test_a_plan_without_a_limit_is_fine(doctor: Doctor, line: Server) -> None:
    line.platform.quota = None

    assert bad(doctor()) == []


def test_a_database_that_is_away_is_to_be_started(doctor: Doctor) -> None:
    found = bad(doctor(database_url="postgresql://shop:hidden-word@127.0.0.1:1/shop"))

    assert len(found) == 1
    assert found[0].startswith("database: ")
    assert "DATABASE_URL" in found[0]
    assert "hidden-word" not in found[0]


def test_tables_that_are_old_or_missing_are_to_be_upgraded(
    doctor: Doctor, empty_database: str
) -> None:
    (none,) = bad(doctor(database_url=empty_database))
    databases.upgrade(empty_database, "0001")
    (old,) = bad(doctor(database_url=empty_database))

    assert old.startswith("database: ")
    assert "flask db upgrade" in old
    assert "flask db upgrade" in none


def test_a_redis_that_is_away_is_to_be_started(doctor: Doctor) -> None:
    (found,) = bad(doctor(redis_url="redis://127.0.0.1:1/0"))

    assert found.startswith("redis: ")
    assert "REDIS_URL" in found


def test_an_address_line_would_not_call_is_to_be_changed(doctor: Doctor, line: Server) -> None:
    line.platform.webhook_url = f"{WRONG_PUBLIC}/callback"

    (found,) = bad(doctor(public_url=WRONG_PUBLIC))

    assert found.startswith("public URL: ")
    assert "https" in found


@pytest.mark.parametrize("off", [timedelta(minutes=-5), timedelta(minutes=5)])
def test_a_clock_that_is_off_is_to_be_set(doctor: Doctor, off: timedelta) -> None:
    # a LINE of its own, because time in this process moves for everybody
    with (
        emulator(f"{PUBLIC}/callback") as (port, _phone),
        time_machine.travel(datetime.now(UTC) + off, tick=True),
    ):
        (found,) = bad(doctor(api_base=f"http://127.0.0.1:{port}"))

    assert found.startswith("clock: off by ")
    assert "NTP" in found


def test_a_line_that_cannot_be_reached_is_told_for_what_it_is(doctor: Doctor) -> None:
    found = bad(doctor(api_base="http://127.0.0.1:1"))

    assert [line.split(":")[0] for line in found] == ["LINE token", "webhook", "quota"]
    assert "LINE_API_BASE" in found[0]
