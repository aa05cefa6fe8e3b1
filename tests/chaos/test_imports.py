"""P9: what the tests of repeated imports look at does change, where something changes it.

The imports themselves are in tests/backoffice/test_import_repeated.py; here
stand their controls, and an import that dies at any moment of its work.
"""

from __future__ import annotations

import random

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session, sessionmaker

from backoffice import imports
from models.loyalty import points
from tests.backoffice.files import csv_of
from tests.backoffice.test_import_repeated import KINDS, NOW, Files, counted, everything, generated
from tests.chaos import figures
from tests.chaos.crashes import Crashes

Sessions = sessionmaker[Session]
COUNTS = [4, pytest.param(100, marks=[pytest.mark.slow, pytest.mark.timeout(900)])]


def bring(sessions: Sessions, programme, files: Files) -> None:
    with sessions.begin() as session:
        for kind, columns in KINDS.items():
            data = csv_of([columns, *files[kind]])
            imports.run(session, kind, data, "f", now=NOW, programme=programme, commit=True)


@pytest.mark.parametrize("count", COUNTS)
def test_an_import_that_dies_anywhere_has_changed_nothing(
    engine: Engine, sessions: Sessions, programme, count: int
):
    crashes, chance = Crashes(engine, sessions), random.Random(count)
    everything(sessions, programme, generated(1000))
    moments = crashes.moments(lambda: bring(sessions, programme, generated(1001)))
    killed = 0
    for seed in range(count):
        files, before = generated(seed), counted(sessions)

        died = crashes.kill(
            lambda: bring(sessions, programme, files),  # noqa: B023 - called at once
            chance.randrange(1, moments),
        )

        half_way = died and not crashes.committed
        killed += half_way
        assert not half_way or counted(sessions) == before, f"seed {seed}"
        everything(sessions, programme, files)
        after = counted(sessions)
        everything(sessions, programme, files)
        assert counted(sessions) == after != before
    figures.tell("P9", files=2 * count, killed=killed, changed=0)
    assert killed > count / 2


def renumbered(files: Files) -> Files:
    """The same orders under other numbers, as for a shop that does not know them by number."""
    orders = [[f"again-{row[0]}", *row[1:]] for row in files["orders"]]
    return {"members": files["members"], "orders": orders}


def test_a_shop_that_does_not_know_its_orders_counts_them_again(sessions: Sessions, programme):
    """The control."""
    changed = 0
    for seed in range(5):
        files = generated(seed)
        everything(sessions, programme, files)
        before = counted(sessions)
        everything(sessions, programme, renumbered(files))
        changed += counted(sessions) != before

    assert changed == 5
    with sessions() as session:
        assert points.verify(session) == []
