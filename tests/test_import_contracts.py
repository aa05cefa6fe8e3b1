"""Each import contract is seen to fail when it is violated.

A contract that nothing can break guards nothing. The packages are copied as
empty modules, one forbidden import is written into one of them, and exactly
the contracts that forbid it must break.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PROJECT = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
CONTRACTS = {c["name"] for c in tomllib.loads(PROJECT)["tool"]["importlinter"]["contracts"]}
PACKAGES = tomllib.loads(PROJECT)["tool"]["importlinter"]["root_packages"]

LAYERS = "Layers import downwards only"
TRADE = "models knows no LINE, HTTP, Redis or scheduler"
SDK = "Only bot imports the LINE SDK"
VIEWS = "Views render; they never look anything up"
MODELS = "Sub-packages of models import downwards only"
FACTORY = "Nothing beneath imports the application factory"
CYCLES = "No import cycles between siblings"

# who imports what, and which contracts that breaks
VIOLATIONS: list[tuple[dict[str, str], set[str]]] = [
    ({"models.base": "bot.line"}, {LAYERS}),
    ({"bot.line": "scheduler"}, {LAYERS}),
    ({"scheduler.jobs": "backoffice"}, {LAYERS}),
    ({"backoffice": "handlers"}, {LAYERS}),
    ({"handlers": "emulator"}, {LAYERS}),
    ({"handlers": "app"}, {FACTORY}),
    ({"models.people.members": "app"}, {FACTORY}),
    ({"models.talk.outbox": "flask"}, {TRADE}),
    ({"models.talk.outbox": "redis"}, {TRADE}),
    ({"models.talk.outbox": "apscheduler.triggers.cron"}, {TRADE}),
    ({"models.talk.outbox": "aiohttp"}, {TRADE}),
    ({"models.talk.outbox": "linebot.v3"}, {TRADE, SDK}),
    ({"handlers": "linebot.v3"}, {SDK}),
    ({"emulator.world": "linebot"}, {SDK}),
    ({"bot.views": "bot.router"}, {VIEWS}),
    ({"bot.views": "bot.dispatch"}, {VIEWS}),
    ({"models.base": "models.people.members"}, {MODELS}),
    ({"models.people.members": "models.loyalty.points"}, {MODELS}),
    ({"models.loyalty.points": "models.shop.orders"}, {MODELS}),
    ({"models.loyalty.points": "models.talk.outbox"}, {MODELS}),
    ({"models.shop.orders": "models.insight"}, {MODELS}),
    ({"bot.line": "bot.router", "bot.router": "bot.line"}, {CYCLES}),
    ({"scheduler.jobs": "scheduler.campaign", "scheduler.campaign": "scheduler.jobs"}, {CYCLES}),
]


def skeleton(folder: Path, imports: dict[str, str]) -> None:
    """Every module of ours, empty but for these imports."""
    (folder / "pyproject.toml").write_text(PROJECT, encoding="utf-8")
    files = {ROOT / "app.py"} | {
        path for package in PACKAGES for path in (ROOT / package).rglob("*.py")
    }
    files |= {path.parent / "__init__.py" for path in files if path.parent != ROOT}
    for path in files:
        relative = path.relative_to(ROOT)
        module = ".".join(relative.with_suffix("").parts).removesuffix(".__init__")
        target = folder / relative
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(f"import {imports[module]}\n" if module in imports else "")


def broken(folder: Path) -> set[str]:
    """The names of the contracts that do not hold in this folder."""
    program = "import sys; from importlinter.cli import lint_imports_command as c; sys.exit(c())"
    run = subprocess.run(
        [sys.executable, "-c", program, "--no-cache"],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(folder), "COLUMNS": "200", "NO_COLOR": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    verdicts = dict(re.findall(r"^(.+) (KEPT|BROKEN)\b", run.stdout, re.MULTILINE))
    assert set(verdicts) == CONTRACTS, run.stdout + run.stderr
    return {name for name, verdict in verdicts.items() if verdict == "BROKEN"}


def test_no_contract_is_broken_by_an_innocent_tree(tmp_path: Path) -> None:
    skeleton(tmp_path, {})

    assert broken(tmp_path) == set()


@pytest.mark.parametrize(
    ("imports", "contracts"),
    VIOLATIONS,
    ids=[" and ".join(f"{who} imports {what}" for who, what in i.items()) for i, _ in VIOLATIONS],
)
def test_a_forbidden_import_breaks_its_contract(
    tmp_path: Path, imports: dict[str, str], contracts: set[str]
) -> None:
    skeleton(tmp_path, imports)

    assert broken(tmp_path) == contracts


def test_every_contract_is_violated_above() -> None:
    assert set().union(*(contracts for _, contracts in VIOLATIONS)) == CONTRACTS
