"""The benchmarks still run: each in its short form, whose figures mean nothing."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from tests.benchmarks import document, frame
from tests.benchmarks.frame import BENCHMARKS, Bench
from tests.benchmarks.table import HEADER, Row, at_least, at_most, ratio_at_least
from tests.databases import Cluster

frame.load()


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory, cluster: Cluster) -> Iterator[Bench]:
    folder = tmp_path_factory.mktemp("bench")
    opened = Bench(folder, short=True, postgres=cluster.url("postgres"))
    with contextlib.closing(opened):
        yield opened


# most of what these do the others do too; starting processes takes its time
LONG = ("first_answer", "replies")
NAMES = [
    pytest.param(name, marks=pytest.mark.slow if name in LONG else ())
    for name in sorted(BENCHMARKS)
]


@pytest.mark.parametrize("name", NAMES)
def test_every_benchmark_measures_something(name: str, bench: Bench) -> None:
    rows = BENCHMARKS[name](bench)

    assert rows
    assert [row.what for row in rows if not row.goals] == []
    assert {len(row.cells(name)) for row in rows} == {len(HEADER)}
    assert all(figure >= 0 for row in rows for figure in row.ours)


def test_a_goal_is_met_by_the_median_of_the_rounds() -> None:
    row = Row("x", "/s", [90, 100, 110], [at_least(100), ratio_at_least(10)], peer=[10, 10, 10])
    worse = Row("x", "/s", [90, 100, 110], [ratio_at_least(10)], peer=[10, 10.1, 11])
    slower = Row("x", " ms", [5, 6, 7], [at_most(5)])

    assert (row.value, row.ratio, row.met) == (100, 10, True)
    assert (worse.met, slower.met) == (False, False)


def test_a_ratio_is_taken_within_each_round() -> None:
    row = Row("x", "/s", [100, 1000, 10], [ratio_at_least(9)], peer=[10, 100, 1])

    assert row.ratio == 10


def test_rows_that_did_not_run_stay_with_their_day() -> None:
    one, other = Row("w", "/s", [1], [at_least(1)]), Row("w", "/s", [2], [at_least(1)])
    first = document.merged(
        "", [one.cells("a"), one.cells("b")], on=date(2026, 11, 1), machine="this"
    )

    second = document.merged(first, [other.cells("b")], on=date(2026, 11, 2), machine="that")

    assert "| a | w | 1/s |" in second
    assert "| b | w | 2/s |" in second
    assert second.count("2026-11-01") == 1
    assert second.count("2026-11-02") == 1


def test_the_document_has_a_place_for_the_table() -> None:
    text = Path(document.DOCUMENT).read_text(encoding="utf-8")

    assert text.count(document.BEGIN) == text.count(document.END) == 1
    assert "| benchmark |" in text.partition(document.BEGIN)[2].partition(document.END)[0]
