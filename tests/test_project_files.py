"""Rules about what lies around the code: documents, requirements, processes, texts."""

from __future__ import annotations

import ast
import re
import shlex
import stat
import string
import subprocess
from collections.abc import Iterator
from functools import cache
from importlib import metadata
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("bot", "handlers", "models", "scheduler", "backoffice", "emulator")
MODULES = sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))
REQUIREMENTS = ("requirements.txt", "requirements-dev.txt")
HEADING = "# needed by the above"
# written so that this file does not find itself
ELSEWHERE = re.compile(
    r"/(?:root|home|Users|work)/|(?<!docs/)(?<![\w-])(?:design|product|promises|style|chat)[.]md\b"
)
UNFINISHED = re.compile(r"\b(?:TODO|FIXME|XXX)\b")
NOT_RUN = re.compile(r"pytest[.]mark[.](?:skip|xfail)|pytest[.](?:skip|xfail|importorskip)[(]")
# the chat page is tested where there is a browser, and CI has one
NEEDS_A_BROWSER = "tests/emulator/conftest.py"


def tracked() -> list[Path]:
    """The project's files; without a repository, all but what tools leave behind."""
    run = ["git", "-c", "core.quotepath=off", "ls-files", "-z"]
    listed = subprocess.run(run, cwd=ROOT, capture_output=True, text=True, check=False)
    if listed.returncode == 0:
        found = [ROOT / name for name in listed.stdout.split("\0") if name]
    else:
        left = {".venv", "var", "__pycache__"}
        found = [path for path in ROOT.rglob("*") if not left & set(path.parts)]
    return [path for path in found if path.is_file()]


def texts(suffixes: tuple[str, ...] = ()) -> Iterator[tuple[Path, str]]:
    for path in tracked():
        if not suffixes or path.suffix in suffixes:
            body = path.read_bytes()
            if b"\0" not in body:
                yield path.relative_to(ROOT), body.decode(errors="replace")


def found_in(pattern: re.Pattern[str], files: Iterator[tuple[Path, str]]) -> list[str]:
    return [
        f"{path}:{number}: {line.strip()[:80]}"
        for path, text in files
        for number, line in enumerate(text.splitlines(), 1)
        if pattern.search(line)
    ]


def test_nothing_speaks_of_the_machine_it_was_written_on() -> None:
    assert found_in(ELSEWHERE, texts()) == []


def test_nothing_is_left_unfinished() -> None:
    code = ((path, text) for path, text in texts((".py",)) if path.parts[0] != "tests")

    assert found_in(UNFINISHED, code) == []


def test_no_test_is_set_aside() -> None:
    tests = ((path, text) for path, text in texts((".py",)) if path.parts[0] == "tests")
    found = found_in(NOT_RUN, tests)

    assert [where for where in found if not where.startswith(NEEDS_A_BROWSER)] == []


def test_no_file_is_large() -> None:
    large = {path.relative_to(ROOT) for path in tracked() if path.stat().st_size > 1_000_000}

    assert large == set()


@pytest.mark.parametrize(
    "name",
    [
        "README.md",
        "README.zh-TW.md",
        "CHANGELOG.md",
        "docs/architecture.md",
        "docs/decisions.md",
        "docs/features.md",
    ],
)
def test_the_documents_are_there(name: str) -> None:
    assert len((ROOT / name).read_text(encoding="utf-8")) > 200


def test_the_map_names_every_module() -> None:
    drawn = (ROOT / "docs/architecture.md").read_text(encoding="utf-8")
    named = [path.relative_to(ROOT).as_posix() for path in MODULES if path.name != "__init__.py"]

    assert [path for path in named if path not in drawn] == []


def test_the_map_names_no_module_that_is_gone() -> None:
    drawn = (ROOT / "docs/architecture.md").read_text(encoding="utf-8")
    named = set(re.findall(rf"(?<!/)\b(?:{'|'.join(PACKAGES)})/[a-z0-9_/]+\.py\b", drawn))

    assert {path for path in named if not (ROOT / path).exists()} == set()


def test_every_feature_is_accounted_for() -> None:
    listed = (ROOT / "docs/features.md").read_text(encoding="utf-8")

    assert [f"M{n}" for n in range(1, 51) if not re.search(rf"\bM{n}\b", listed)] == []


def processes() -> dict[str, str]:
    lines = (ROOT / "Procfile").read_text(encoding="utf-8").splitlines()
    return dict(tuple(line.split(": ", 1)) for line in lines)


def test_the_procfile_starts_the_four_processes() -> None:
    assert list(processes()) == ["release", "web", "worker", "scheduler"]


def test_a_process_is_one_plain_command() -> None:
    for command in processes().values():
        assert not set(command) & set("&|;<>$`()'\"=")
        assert shlex.split(command) == command.split(" ")


@pytest.mark.parametrize("name", ["setup", "demo", "serve", "test", "../.ci/run"])
def test_a_command_can_be_run_and_stops_at_an_error(name: str) -> None:
    path = ROOT / "bin" / name

    assert path.stat().st_mode & stat.S_IXUSR
    assert path.read_text().startswith("#!/usr/bin/env bash\n")
    assert "\nset -euo pipefail\n" in path.read_text()


def test_every_setting_is_in_the_example() -> None:
    source = (ROOT / "bot/settings.py").read_text(encoding="utf-8")
    read = {
        node.value
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and re.fullmatch(r"[A-Z]+(_[A-Z]+)*", node.value)
    }
    example = (ROOT / ".env.example").read_text(encoding="utf-8")

    assert {"LINE_CHANNEL_SECRET", "DATABASE_URL", "PORT"} <= read
    assert {name for name in read if not re.search(rf"^#?{name}=", example, re.M)} == set()


def requirements(name: str) -> tuple[list[Requirement], list[Requirement]]:
    """What is asked for, and what that needs in turn, on this Python."""
    asked, _, needed = (ROOT / name).read_text(encoding="utf-8").partition(HEADING)
    return on_this_python(asked), on_this_python(needed)


def on_this_python(lines: str) -> list[Requirement]:
    listed = [Requirement(line) for line in lines.split("\n") if line]
    return [r for r in listed if r.marker is None or r.marker.evaluate()]


@pytest.mark.parametrize("name", REQUIREMENTS)
def test_every_requirement_is_pinned_to_what_is_installed(name: str) -> None:
    asked, needed = requirements(name)
    pins = {r.name: str(r.specifier) for r in asked + needed}

    assert needed
    assert pins == {each: f"=={metadata.version(each)}" for each in pins}


def test_what_the_requirements_need_is_pinned_too_and_nothing_else() -> None:
    asked, needed = [], []
    for name in REQUIREMENTS:
        first, second = requirements(name)
        asked += first
        needed += second
    waiting, met = [(r.name, r.extras) for r in asked], set()
    while waiting:
        name, extras = waiting.pop()
        met.add(canonicalize_name(name))
        for line in metadata.requires(name) or []:
            further = Requirement(line)
            wanted = further.marker is None or any(
                further.marker.evaluate({"extra": extra}) for extra in extras | {""}
            )
            if wanted and canonicalize_name(further.name) not in met:
                waiting.append((further.name, further.extras))

    assert met == {canonicalize_name(r.name) for r in asked + needed}


def spoken() -> Iterator[tuple[str, ast.Call, str]]:
    """Every text marked for translation: where, the call that fills it, the msgid."""
    for path, call in calls():
        first = call.args[0]
        if is_marked(call, "_") and isinstance(first, ast.Constant | ast.JoinedStr):
            yield f"{path.relative_to(ROOT)}:{call.lineno}", call, text_of(first)
        elif isinstance(first, ast.Call) and is_marked(first, "N_"):
            text = text_of(first.args[0])
            yield f"{path.relative_to(ROOT)}:{call.lineno}", call, text


def marked() -> set[str]:
    """Every text marked for later, in tables and under names too."""
    later = [call.args[0] for _, call in calls() if is_marked(call, "N_")]
    return {text_of(first) for first in later if isinstance(first, ast.Constant)}


@cache
def calls() -> list[tuple[Path, ast.Call]]:
    """Every call with arguments in our own modules, read once."""
    return [
        (path, node)
        for path in MODULES
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and node.args
    ]


def is_marked(call: ast.Call, name: str) -> bool:
    return isinstance(call.func, ast.Name) and call.func.id == name


def text_of(node: ast.expr) -> str:
    assert isinstance(node, ast.Constant), f"line {node.lineno}: a text must be a plain literal"
    return str(node.value)


def test_the_values_of_a_text_fit_its_places() -> None:
    wrong = []
    for where, call, text in spoken():
        places = {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}
        given = {keyword.arg for keyword in call.keywords}
        if None not in given and places != given and (places or is_marked(call, "_")):
            wrong.append(f"{where}: {text}")

    assert wrong == []


def test_every_catalogue_knows_every_text_and_its_places() -> None:
    msgids = {text for _, _, text in spoken()} | marked()
    for path in (ROOT / "locale").rglob("*.po"):
        with path.open("rb") as file:
            catalogue = {str(m.id): str(m.string) for m in read_po(file) if m.id}

        assert msgids - set(catalogue) == set(), path
        for msgid in msgids:
            assert places(msgid) == places(catalogue[msgid] or msgid), path


def places(text: str) -> set[str | None]:
    return {name for _, name, _, _ in string.Formatter().parse(text)} - {None}
