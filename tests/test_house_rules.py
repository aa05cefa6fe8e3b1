"""Rules about the code that no single package can keep alone."""

from __future__ import annotations

import ast
import importlib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from models.base import Refusal

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("bot", "handlers", "models", "scheduler", "backoffice", "emulator")
MODULES = sorted(
    path.relative_to(ROOT) for package in PACKAGES for path in (ROOT / package).rglob("*.py")
) + [Path(name) for name in ("app.py", "gunicorn.conf.py") if (ROOT / name).exists()]
TESTS = sorted(path.relative_to(ROOT) for path in (ROOT / "tests").rglob("*.py"))

LINES, FUNCTION_LINES = 300, 50
VAGUE = {"utils", "helpers", "common", "manager", "service", "data", "info", "misc", "util"}
# the only modules that may ask the machine for these
MAY_ASK = {
    "environment": {"bot/settings.py"},
    # the shop's clock, the emulator's two, and who compares ours with LINE's
    "time": {
        "bot/runtime.py",
        "emulator/__main__.py",
        "emulator/embedded.py",
        "backoffice/doctor.py",
    },
}
ASKING = {
    "os.environ": "environment",
    "os.getenv": "environment",
    "datetime.now": "time",
    "datetime.utcnow": "time",
    "datetime.today": "time",
    "date.today": "time",
    "time.time": "time",
}


@cache
def parsed(path: Path) -> ast.Module:
    return ast.parse((ROOT / path).read_text(encoding="utf-8"))


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def test_every_module_says_what_it_is_for() -> None:
    assert [path for path in MODULES if not ast.get_docstring(parsed(path))] == []


def test_no_module_holds_two_ideas() -> None:
    long = {
        str(path): lines
        for path in MODULES + TESTS
        if (lines := (ROOT / path).read_text(encoding="utf-8").count("\n")) > LINES
    }

    assert long == {}


def test_functions_fit_on_a_page() -> None:
    long = [
        f"{path}:{function.lineno} {function.name}"
        for path in MODULES
        for function in functions(path)
        if (function.end_lineno or 0) - function.lineno >= FUNCTION_LINES
    ]

    assert long == []


def test_no_module_has_a_vague_name() -> None:
    assert [path for path in MODULES if VAGUE & set(path.stem.split("_"))] == []


@pytest.mark.parametrize("asked", sorted(MAY_ASK))
def test_the_environment_and_the_time_are_asked_in_one_place(asked: str) -> None:
    found = {
        f"{path}:{node.lineno}"
        for path in MODULES
        if path.as_posix() not in MAY_ASK[asked]
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.Attribute)
        and any(
            kind == asked and ast.unparse(node).endswith(name) for name, kind in ASKING.items()
        )
    }

    assert found == set()


def test_the_factory_stands_below_the_emulator_and_knows_no_sdk() -> None:
    if not (ROOT / "app.py").exists():
        return
    imported = {
        name.split(".")[0]
        for node in ast.walk(parsed(Path("app.py")))
        for name in imported_names(node)
    }

    assert imported & {"emulator", "linebot"} == set()


def imported_names(node: ast.AST) -> list[str]:
    match node:
        case ast.Import():
            return [alias.name for alias in node.names]
        case ast.ImportFrom():
            return [node.module or ""]
        case _:
            return []


def loaded() -> None:
    """Everything registered: every module of ours but the programs is imported."""
    for path in MODULES:
        if path.parent != Path() and path.stem != "__main__":
            importlib.import_module(".".join(path.with_suffix("").parts).removesuffix(".__init__"))


def test_every_handler_module_answers_to_something() -> None:
    from bot.router import COMMANDS, DIALOGUES, EVENTS

    loaded()
    functions = [command.function for command in COMMANDS.values()]
    functions += [*DIALOGUES.values(), *EVENTS.values()]
    answering = {function.__module__ for function in functions}
    handlers = {
        ".".join(path.with_suffix("").parts)
        for path in MODULES
        if path.parts[0] == "handlers" and path.name != "__init__.py"
    }

    assert handlers - answering == set()


def test_every_command_explains_itself_in_chinese() -> None:
    from bot.router import COMMANDS

    loaded()

    assert [c.words for c in COMMANDS.values() if c.help.isascii()] == []


def test_every_campaign_lives_in_a_file_of_its_name() -> None:
    from scheduler.campaign import CAMPAIGNS

    loaded()
    ours = {key: type_of(c).__module__ for key, c in CAMPAIGNS.items()}
    ours = {key: module for key, module in ours.items() if not module.startswith("tests.")}

    assert ours == {key: f"scheduler.campaigns.{key}" for key in ours}


def type_of(campaign: object) -> type:
    return campaign if isinstance(campaign, type) else type(campaign)


def refusals(kind: type[Refusal] = Refusal) -> Iterator[type[Refusal]]:
    for child in kind.__subclasses__():
        if child.__module__.split(".")[0] in PACKAGES:
            yield child
        yield from refusals(child)


def test_a_refusal_leads_on_to_words_that_somebody_understands() -> None:
    from bot.router import find
    from models.people.roles import Role

    loaded()
    dead = [
        f"{kind.__name__}: {word}"
        for kind in refusals()
        for word in kind.buttons
        if find(word, max(Role, key=rank)) is None
    ]

    assert dead == []


def rank(role: object) -> int:
    from models.people.roles import Role

    return sum(role.covers(other) for other in Role)  # type: ignore[attr-defined]


def test_every_refusal_is_met_by_a_test() -> None:
    loaded()
    text = "".join((ROOT / path).read_text(encoding="utf-8") for path in TESTS)

    assert {kind.__name__ for kind in refusals() if kind.__name__ not in text} == set()
