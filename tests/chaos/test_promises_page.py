"""docs/promises.md says what is promised and which tests show it; they must exist."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
NAMED = re.compile(r"`([\w/]+\.py)::(\w+)`")
PROMISES = [f"P{number}" for number in range(1, 13)]


@cache
def rows() -> list[list[str]]:
    """The cells of every row of every table with a column of tests."""
    found: list[list[str]] = []
    tests = False
    for line in (ROOT / "docs/promises.md").read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if not line.startswith("|"):
            tests = False
        elif "tests" in cells:
            tests = True
        elif tests and set(line) - set("|- "):
            found.append(cells)
    return found


@cache
def defined(path: str) -> frozenset[str]:
    tree = ast.parse((ROOT / "tests" / path).read_text(encoding="utf-8"))
    return frozenset(node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))


@pytest.mark.parametrize("promise", PROMISES)
def test_every_promise_has_its_row(promise: str):
    assert [cells for cells in rows() if re.match(rf"{promise}\b", cells[0])]


def test_every_row_names_its_tests_or_says_that_there_is_nothing_yet():
    bare = [cells[0] for cells in rows() if not any(map(NAMED.search, cells[1:]))]

    assert [name for name in bare if not name.endswith("(not built)")] == []


def test_every_test_that_is_named_exists():
    text = (ROOT / "docs/promises.md").read_text(encoding="utf-8")
    named = NAMED.findall(text)

    missing = [
        (path, name)
        for path, name in named
        if not (ROOT / "tests" / path).exists() or name not in defined(path)
    ]

    assert missing == []
    assert len(named) > 80
