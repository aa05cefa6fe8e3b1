"""How the tests themselves are run: what may be left out, and what may not."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
MADE_UP = """
import pytest

@pytest.mark.{skipped}(True, reason="no")
def test_skipped(): pass

@pytest.mark.{expected}(reason="no")
def test_expected_to_fail(): raise ValueError

@pytest.mark.slow
def test_long(): pass
""".format(skipped="skipif", expected="xfail")
HIDES = """
import contextlib, socket

def test_it():
    with contextlib.suppress(Exception):
        socket.create_connection(("api.line.me", 443))
"""


def run(path: Path, *options: str, **environment: str) -> tuple[int, str]:
    command = [sys.executable, "-m", "pytest", "-q", "-p", "tests.conftest", "-c"]
    done = subprocess.run(
        [*command, str(ROOT / "pyproject.toml"), str(path), *options],
        cwd=ROOT,
        env={**os.environ, "TUANYOU_NO_SKIP": "", **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout


def test_here_a_test_may_be_left_out_and_a_long_one_is(tmp_path: Path) -> None:
    path = tmp_path / "test_made_up.py"
    path.write_text(MADE_UP)

    status, output = run(path)

    assert status == 0
    assert "1 skipped, 1 deselected, 1 xfailed" in output


@pytest.mark.parametrize("spread", [(), ("-n", "1")], ids=["alone", "spread"])
def test_where_nothing_may_skip_a_test_that_did_not_run_is_a_failure(
    tmp_path: Path, spread: tuple[str, ...]
) -> None:
    path = tmp_path / "test_made_up.py"
    path.write_text(MADE_UP)

    status, output = run(path, "--slow", *spread, TUANYOU_NO_SKIP="1")

    assert status == 1
    assert output.count("did not run: ") == 2
    # the last line stays the runner's own
    assert output.rstrip().splitlines()[-1].startswith("1 passed, 1 skipped, 1 xfailed")


def test_a_test_that_leaves_the_machine_fails_even_if_it_hides_the_error(tmp_path: Path) -> None:
    path = tmp_path / "test_made_up.py"
    path.write_text(HIDES)

    status, output = run(path)

    assert status == 1
    assert "the test tried to leave the machine" in output
