"""The main job with the processes as an operator starts them, LINE played over HTTP."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import psycopg
import pytest
import redis

from models.base import local_day
from tests import servers
from tests.processes import STOP_WITHIN, Phone, Processes, ask, emulator, eventually, procfile

HEADER = "order_no,member,ordered_at,product,quantity,amount,status,days_of_supply"
Fault = Callable[[], object]
Setting = tuple[dict[str, str], list[Fault]]


@dataclass
class Set:
    """A shop's processes, LINE, and what goes wrong between the steps of the story."""

    processes: Processes
    phone: Callable[[str], Phone]
    line_port: int
    troubles: Iterator[Fault]

    def trouble(self) -> None:
        """The next fault, if this set-up has any left."""
        next(self.troubles, lambda: None)()

    def end(self) -> None:
        """Stop everything; each part ends by itself, in time and without a complaint."""
        ended = self.processes.stop()

        assert {name: status for name, (status, _) in ended.items()} == dict.fromkeys(ended, 0)
        assert [name for name, (_, took) in ended.items() if took > STOP_WITHIN] == []
        assert "Traceback" not in self.processes.logs()


SETTINGS = [
    "sqlite",
    pytest.param("postgresql", marks=pytest.mark.slow),
    "postgresql+redis",
    pytest.param("postgresql+broken redis", marks=pytest.mark.slow),
]


@pytest.fixture(params=SETTINGS)
def setting(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Setting]:
    """The settings of a small shop and of a grown one, and the faults it is to meet."""
    database, _, extra = request.param.partition("+")
    if database == "sqlite":
        yield {"DATABASE_URL": f"sqlite:///{tmp_path / 'var' / 'shop.db'}"}, []
        return
    with request.getfixturevalue("cluster").fresh() as url:
        emptied(url)
        settings = {"DATABASE_URL": url}
        if extra != "broken redis":
            more = {"REDIS_URL": request.getfixturevalue("redis_url")} if extra else {}
            yield settings | more, []
            return
        own = servers.Redis(tmp_path / "redis")
        own.start()
        flush = redis.Redis.from_url(own.url).flushall
        yield settings | {"REDIS_URL": own.url}, [flush, own.pause, own.resume, own.stop]
        own.close()


def emptied(url: str) -> None:
    """Take the tables away that a copy of the tests' template comes with."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("DROP SCHEMA public CASCADE")
        connection.execute("CREATE SCHEMA public")


@pytest.fixture
def shop(setting: Setting, tmp_path: Path) -> Iterator[Set]:
    settings, troubles = setting
    processes = Processes(tmp_path, **settings)
    with emulator(processes.port) as (port, phone):
        processes.settings["LINE_API_BASE"] = f"http://127.0.0.1:{port}"
        yield Set(processes, phone, port, iter(troubles))
        processes.close()


def test_the_main_job_runs_in_the_processes_of_the_procfile(shop: Set, tmp_path: Path) -> None:
    commands = procfile()
    shop.processes.run(commands.pop("release"))
    for name, command in commands.items():
        shop.processes.start(name, command)
    shop.processes.ready()
    mei = shop.phone("小美")
    today = local_day(datetime.now(UTC))
    birthday = today + timedelta(days=2)

    mei.follows(hears="歡迎加入")
    shop.trouble()
    mei.says("會員卡", hears="銅級")
    mei.says("點數", hears="0 點")
    shop.trouble()
    report = shop.processes.json(f"flask import orders {orders(tmp_path, mei, today)} --commit")
    assert (report["accepted"], report["committed"]) == (2, True)
    mei.says("等級", hears="銀級")
    shop.trouble()
    mei.says(f"生日 {birthday:%-m/%-d}", hears="記下來了")
    shop.trouble()
    has_a_birthday(shop, mei, birthday)
    assert "everything adds up" in shop.processes.run("flask ledger verify").stdout
    shop.end()


def has_a_birthday(shop: Set, mei: Phone, birthday: date) -> None:
    """The offer comes once, however often the clock strikes nine."""
    morning = f"--now {birthday}T09:00"

    first = shop.processes.json(f"flask tick {morning}")
    assert ("birthday", 1) in [(plan["campaign"], plan["planned"]) for plan in first["plans"]]
    assert shop.processes.json(f"flask deliver {morning}")["sent"] >= 1
    assert mei.hears().count("生日快樂") > 0

    again = shop.processes.json(f"flask tick {morning}")
    assert (again["plans"], again["failed"]) == ([], [])
    assert shop.processes.json(f"flask deliver {morning}")["sent"] == 0
    assert "生日快樂" not in mei.hears()
    assert birthday_offers(shop) == 1


def birthday_offers(shop: Set) -> int:
    """How many pushes LINE accepted that congratulate."""
    _, log = ask(shop.line_port, "GET", "/_emulator/log")
    return sum(
        entry["path"] == "/v2/bot/message/push"
        and entry["status"] == 200
        and "生日快樂" in str(entry["request"])
        for entry in log["items"]
    )


def orders(folder: Path, mei: Phone, today: date) -> Path:
    rows = [
        f"D1,{mei.id},{today - timedelta(days=40)},放牧雞蛋 30顆,2,330,picked_up,14",
        f"D2,{mei.id},{today - timedelta(days=9)},黏貼型尿布 L 4包,3,2697,picked_up,28",
    ]
    path = folder / "orders.csv"
    path.write_text("\n".join([HEADER, *rows]) + "\n", encoding="utf-8")
    return path


def test_one_process_on_sqlite_is_a_whole_shop(tmp_path: Path) -> None:
    processes = Processes(tmp_path, DATABASE_URL=f"sqlite:///{tmp_path / 'shop.db'}")
    with emulator(processes.port) as (port, phone):
        processes.settings["LINE_API_BASE"] = f"http://127.0.0.1:{port}"
        try:
            processes.start("serve", "flask --app app serve")
            processes.listening()

            phone("小美").follows(hears="歡迎加入")
            phone("小美").says("會員卡", hears="銅級")
            processes.ready()
            ended = processes.stop()
        finally:
            processes.close()

    assert ended["serve"][0] == 0
    assert ended["serve"][1] < STOP_WITHIN
    assert "Traceback" not in processes.logs()


def test_the_embedded_shop_is_started_by_its_command() -> None:
    script = (Path(__file__).parents[1] / "bin" / "serve").read_text()

    assert script.rstrip().endswith('exec .venv/bin/flask --app app serve "$@"')


def test_a_stop_comes_to_an_end_even_if_line_hangs(tmp_path: Path) -> None:
    processes = Processes(tmp_path, DATABASE_URL=f"sqlite:///{tmp_path / 'shop.db'}")
    with emulator(processes.port) as (port, phone):
        processes.settings["LINE_API_BASE"] = f"http://127.0.0.1:{port}"
        try:
            processes.start("serve", "flask --app app serve")
            processes.listening()
            ask(port, "POST", "/_emulator/faults", {"slow_ms": 60_000})
            mei = phone("小美")
            ask(port, "POST", f"/_emulator/people/{mei.id}/follow", {})
            eventually(lambda: calls(port), "somebody waits for LINE")
            ended = processes.stop()
        finally:
            processes.close()

    assert ended["serve"][1] < STOP_WITHIN


def calls(port: int) -> list[str]:
    _, log = ask(port, "GET", "/_emulator/log")
    return [entry["path"] for entry in log["items"] if entry["direction"] == "api"]


def test_a_database_that_goes_away_later_is_waited_for(tmp_path: Path) -> None:
    folder = servers.temporary_folder()
    database = servers.Postgres(folder / "postgresql")
    database.start()
    processes = Processes(tmp_path, DATABASE_URL=database.url())
    try:
        with emulator(processes.port) as (port, phone):
            processes.settings["LINE_API_BASE"] = f"http://127.0.0.1:{port}"
            commands = procfile()
            processes.run(commands.pop("release"))
            for name, command in commands.items():
                processes.start(name, command)
            processes.ready()
            mei = phone("小美")
            mei.follows(hears="歡迎加入")

            database.stop("immediate")
            assert ask(processes.port, "GET", "/readyz")[0] == 503
            ask(port, "POST", f"/_emulator/people/{mei.id}/say", {"text": "點數"})
            assert webhooks(port)[-1] == 503
            database.start()

            processes.ready()
            mei.says("點數", hears="0 點")
            ended = processes.stop()
    finally:
        processes.close()
        database.close()
        shutil.rmtree(folder, ignore_errors=True)

    assert {status for status, _ in ended.values()} == {0}


def webhooks(port: int) -> list[int]:
    """How the shop answered each webhook."""
    _, log = ask(port, "GET", "/_emulator/log")
    return [entry["status"] for entry in log["items"] if entry["direction"] == "webhook"]
