"""A wrong setting stops every process with one line that names it, and with nothing else."""

from __future__ import annotations

import runpy
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result
from sqlalchemy import text

from app import create_app
from bot import runtime, settings, startup
from bot.settings import BadSetting
from bot.startup import NotReady
from models import database as databases
from tests.processes import ROOT, SECRETS, environment, procfile, run

COMMANDS = ["worker", "scheduler", "serve", "tick", "deliver", "doctor"]
NOWHERE = "postgresql://shop:hidden-word@127.0.0.1:1/shop"
WRONG = {
    "LINE_CHANNEL_SECRET": ["", " , ", "two words"],
    "LINE_CHANNEL_ACCESS_TOKEN": ["", "two words", "tökén", "line\nbreak"],
    "SECRET_KEY": ["", "changeme"],
    "PUBLIC_URL": ["", "shop.example.com", "http://shop.example.com", "https://[::1"],
    "LINE_API_BASE": ["ftp://api.line.me", "http://api.line.me"],
    "LINE_DATA_API_BASE": ["api-data.line.me"],
    "DATABASE_URL": ["mysql://a/b", "shop.db", "sqlite://", "postgresql://a:b@c:d/e"],
    "REDIS_URL": ["127.0.0.1:6379", "redis://127.0.0.1:port/0"],
    "OWNER_LINE_ID": ["小美", "U123"],
    "PROGRAMME": ["/no/such/rules.toml", "models"],
    "QUIET_HOURS": ["night", "25:00-09:00"],
    "PORT": ["http", "0", "70000", "８０００"],
    "LOG_FORMAT": ["xml"],
    "SENTRY_DSN": ["sentry.example.com", "https://sentry.example.com/1"],
    "METRICS_TOKEN": ["two words"],
    "METRICS_PORT": ["0", "http"],
    "DISK_RESERVE_MB": ["-1", "1 GB"],
}
CASES = [(name, value) for name, values in WRONG.items() for value in values]
Use = Callable[..., None]


@pytest.fixture
def use(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Use:
    """Sets the environment of this process as an operator would."""

    def use(**settings: str) -> None:
        good = environment(DATABASE_URL=f"sqlite:///{tmp_path / 'shop.db'}")
        for name, value in (good | settings).items():
            monkeypatch.setenv(name, value)

    return use


def invoke(command: str) -> Result:
    return create_app().test_cli_runner().invoke(args=command.split())


def is_one_line(said: str, *, naming: str) -> bool:
    return said.count("\n") == 1 and said.startswith("Error: ") and naming in said


@pytest.mark.parametrize(("name", "value"), CASES)
def test_every_command_names_the_setting_that_is_wrong(use: Use, name: str, value: str) -> None:
    use(**{name: value})

    for command in COMMANDS:
        done = invoke(command)

        assert (done.exit_code, done.stdout) == (1, "")
        assert is_one_line(done.stderr, naming=name), done.stderr


@pytest.mark.parametrize(("name", "value"), CASES)
def test_the_web_stops_at_a_wrong_setting_before_it_has_workers(
    use: Use, name: str, value: str
) -> None:
    use(**{name: value})

    with pytest.raises(SystemExit) as stopped:
        runpy.run_path(str(ROOT / "gunicorn.conf.py"))

    assert is_one_line(f"{stopped.value}\n", naming=name)


@pytest.mark.parametrize("name", ["web", "worker", "scheduler", "serve"])
def test_a_process_that_cannot_start_says_so_in_one_line_and_ends(name: str) -> None:
    command = {**procfile(), "serve": "flask serve"}[name]
    began = time.monotonic()

    done = run(command, DATABASE_URL=NOWHERE)

    assert done.returncode == 1
    assert done.stdout == ""
    assert is_one_line(done.stderr, naming="DATABASE_URL"), done.stderr
    assert "hidden-word" not in done.stderr
    assert time.monotonic() - began < 30


@pytest.mark.parametrize("command", ["release", "web"])
def test_a_release_needs_to_know_the_database_only(command: str, tmp_path: Path) -> None:
    unset = dict.fromkeys((*WRONG, "SENTRY_DSN"), "")
    address = {"DATABASE_URL": f"sqlite:///{tmp_path / 'new' / 'shop.db'}"}

    done = run(procfile()[command], **unset | address)

    expected = 0 if command == "release" else 1
    assert done.returncode == expected, done.stderr
    assert (tmp_path / "new" / "shop.db").exists() == (command == "release")


def test_what_needs_no_line_asks_for_no_settings_of_line(use: Use, database: str) -> None:
    keys = {"DATABASE_URL": database, "SECRET_KEY": SECRETS["SECRET_KEY"]}
    use(**dict.fromkeys(WRONG, "") | keys)
    assert invoke("ledger verify").exit_code == 0

    use(SECRET_KEY="")
    done = invoke("ledger verify")
    assert done.exit_code == 1
    assert is_one_line(done.stderr, naming="SECRET_KEY")


def test_help_needs_no_settings_at_all(use: Use) -> None:
    use(**dict.fromkeys(WRONG, ""))

    assert invoke("--help").exit_code == 0
    assert invoke("import --help").exit_code == 0
    assert invoke("campaign list").exit_code == 0


def test_a_mistake_in_the_rules_is_named_with_its_file(use: Use, tmp_path: Path) -> None:
    rules = tmp_path / "rules.toml"
    rules.write_text('preset = "B"\n[points]\nspend_per_point = "fifty"\n')
    use(PROGRAMME=str(rules))

    for command in COMMANDS:
        done = invoke(command)

        assert done.exit_code == 1
        assert is_one_line(done.stderr, naming="PROGRAMME")
        assert "rules.toml" in done.stderr
        assert "spend_per_point" in done.stderr


@pytest.mark.parametrize("command", ["worker", "scheduler", "tick", "ledger verify"])
def test_a_database_without_tables_says_what_to_run(
    use: Use, empty_database: str, command: str
) -> None:
    use(DATABASE_URL=empty_database)

    done = invoke(command)

    assert done.exit_code == 1
    assert is_one_line(done.stderr.splitlines()[-1] + "\n", naming="flask db upgrade")
    assert "Traceback" not in done.stderr


def test_tables_of_an_earlier_release_are_refused_and_of_a_later_one_are_not(
    use: Use, empty_database: str
) -> None:
    databases.upgrade(empty_database, "0001")
    use(DATABASE_URL=empty_database)
    engine = runtime.connect(settings.read())

    with pytest.raises(NotReady, match="old: run `flask db upgrade`"):
        startup.check(engine)

    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    startup.check(engine)
    engine.dispose()


def test_the_tables_are_new_after_an_upgrade(use: Use, empty_database: str) -> None:
    use(DATABASE_URL=empty_database)

    first, second = invoke("db upgrade"), invoke("db upgrade")

    assert (first.exit_code, second.exit_code) == (0, 0), first.stderr
    engine = runtime.connect(settings.read())
    startup.check(engine)
    engine.dispose()


def test_migrations_are_numbered_as_their_files_are() -> None:
    for path in (ROOT / "migrations" / "versions").glob("*.py"):
        assert runpy.run_path(str(path))["revision"] == path.name.partition("_")[0]


@pytest.mark.parametrize("command", ["db upgrade", "tick"])
def test_a_folder_that_cannot_be_made_is_told(use: Use, command: str, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    use(DATABASE_URL=f"sqlite:///{tmp_path / 'file' / 'shop.db'}")

    done = invoke(command)

    assert done.exit_code == 1
    assert is_one_line(done.stderr, naming="DATABASE_URL")


def test_a_file_that_is_no_database_is_told(use: Use, tmp_path: Path) -> None:
    (tmp_path / "shop.db").write_text("something else entirely, long enough to be read as such\n")
    use()

    done = invoke("worker")

    assert done.exit_code == 1
    assert is_one_line(done.stderr, naming="DATABASE_URL")


def test_settings_may_come_from_a_file_beside_the_code(tmp_path: Path) -> None:
    path = tmp_path / ".env"
    path.write_text("# a shop\nSECRET_KEY='a b'\nPORT=8001\nPUBLIC_URL=\n", encoding="utf-8")

    assert settings.dotenv(path) == {"SECRET_KEY": "a b", "PORT": "8001", "PUBLIC_URL": ""}
    assert settings.dotenv(tmp_path / "none") == {}


def test_a_secret_is_never_in_what_is_said(use: Use) -> None:
    secret = "a canary, with spaces"
    for name in ("LINE_CHANNEL_SECRET", "LINE_CHANNEL_ACCESS_TOKEN"):
        use(**{name: secret})

        with pytest.raises(BadSetting) as refused:
            settings.read()

        assert "canary" not in str(refused.value)
