"""A grown shop loses nothing and does nothing twice, whatever is killed while it works.

The control runs without two of the protections, and must be seen to do things twice.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import servers
from tests.chaos import soak_mutants
from tests.chaos.soak import MEGABYTE, Plan, Result, soak
from tests.chaos.soak_fleet import slope
from tests.processes import STOP_WITHIN

MINUTES = 10
GROWTH = 8 * MEGABYTE  # in ten minutes


@pytest.fixture
def place() -> Iterator[Path]:
    path = servers.temporary_folder()
    yield path
    shutil.rmtree(path, ignore_errors=True)


def nothing_is_lost_or_twice(result: Result) -> None:
    assert (result.lost, result.twice) == ({}, {})
    assert "everything adds up" in result.verified
    assert {name: status for name, (status, _) in result.stopped.items()} == dict.fromkeys(
        result.stopped, 0
    )
    assert [took for _, took in result.stopped.values() if took > STOP_WITHIN] == []


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_a_shop_whose_processes_are_killed_in_turn_loses_nothing(place: Path) -> None:
    plan = Plan(14, each=1, rate=8, kill_every=4, one_of_each=True, rounds=1, releases=False)

    result = soak(place, plan)

    nothing_is_lost_or_twice(result)
    assert result.kills >= 3
    assert min(result.events, result.imports) > 0


@pytest.mark.slow
@pytest.mark.timeout(MINUTES * 60 + 900)
def test_ten_minutes_of_kills_lose_nothing_and_grow_nothing(place: Path) -> None:
    result = soak(place, Plan(seconds=MINUTES * 60))

    nothing_is_lost_or_twice(result)
    assert {name for name, grown in result.growth.items() if grown > GROWTH} == set()


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_without_inbox_ids_and_retry_keys_things_happen_twice(place: Path) -> None:
    mutants = {"web": soak_mutants.WEB, "worker": soak_mutants.WORKER}
    faults = {"fail_after": 0.2}

    result = soak(
        place,
        Plan(20, each=1, kill_every=100, restarts=False, faults=faults, commands=mutants),
    )

    assert {"questions", "consents"} & set(result.twice)
    assert "pushes LINE took" in result.twice


def test_growth_is_what_the_last_two_thirds_show() -> None:
    warm = [(float(at), 50.0 + 10 * at) for at in range(10)]
    flat = [(10.0 + at, 150.0) for at in range(20)]
    rising = [(10.0 + at, 150.0 + 2 * at) for at in range(20)]

    assert slope(warm + flat) == pytest.approx(0)
    assert slope(warm + rising) == pytest.approx(2)
