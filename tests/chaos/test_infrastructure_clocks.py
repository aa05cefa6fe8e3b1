"""Machines that disagree about the time: nothing is lost, and nothing done twice."""

from __future__ import annotations

import time
from datetime import timedelta

import pytest
from sqlalchemy import Engine

from tests.chaos.infrastructure import Running

WRONG = [timedelta(minutes=-4), timedelta(minutes=4)]


@pytest.mark.parametrize("wrong_by", WRONG, ids=["late", "early"])
def test_a_machine_whose_clock_is_wrong_takes_nothing_twice(
    engine: Engine, wrong_by: timedelta
) -> None:
    shop = Running(engine, clocks=[timedelta(), wrong_by])
    shop.line.faults.set({"slow_ms": 100})

    with shop.working():
        time.sleep(2)

    books = shop.books()
    assert (books.lost, books.twice) == ({}, {})
    assert len(shop.line.taken) > 10
