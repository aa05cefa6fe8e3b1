"""P3: of what there is only so much, exactly so much is given, however many ask at once."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import Any

import pytest
from sqlalchemy.orm import Session, sessionmaker

from tests.chaos import figures
from tests.chaos.limited import CLAIMS, CROWD, LIMITED, claims, newcomers
from tests.chaos.rush import rush
from tests.conftest import SECRET

LONG = [pytest.mark.slow, pytest.mark.timeout(1800)]
Sessions = sessionmaker[Session]


Begun = list[tuple[str, Any]]


def begin(sessions: Sessions, rounds: int) -> Begun:
    """So many of each thing."""
    with sessions.begin() as session:
        return [
            (name, thing.begin(session, newcomers(session)))
            for name, thing in LIMITED.items()
            for _ in range(rounds)
        ]


def granted(
    url: str, begun: Begun, processes: int, *, careless: bool = False
) -> dict[str, list[int]]:
    """How many claims of sixteen at once were granted, by thing and round."""
    crowd = processes, CROWD // processes
    found = rush(claims, crowd, url, SECRET, begun, careless)
    counts = [sum(parts, Counter())["given"] for parts in zip(*found, strict=True)]
    return by_thing(begun, counts)


def gone(sessions: Sessions, begun: Begun) -> dict[str, list[int]]:
    with sessions() as session:
        return by_thing(begun, [LIMITED[name].gone(session, one) for name, one in begun])


def by_thing(begun: Begun, counts: list[int]) -> dict[str, list[int]]:
    found = defaultdict(list)
    for (name, _), count in zip(begun, counts, strict=True):
        found[name].append(count)
    return dict(found)


@pytest.mark.parametrize(("processes", "rounds"), [(4, 1), pytest.param(16, 50, marks=LONG)])
def test_of_150_who_claim_at_once_exactly_as_many_get_one_as_there_are(
    sessions: Sessions, database: str, processes: int, rounds: int
):
    begun = begin(sessions, rounds)

    given = granted(database, begun, processes)

    for name, counts in given.items():
        exceeded = sum(count > LIMITED[name].limit for count in counts)
        figures.tell("P3", thing=name, claims=CLAIMS * rounds, given=sum(counts), over=exceeded)
    assert given == {name: [thing.limit] * rounds for name, thing in LIMITED.items()}
    assert gone(sessions, begun) == given


@pytest.mark.tampers
def test_whoever_looks_and_then_takes_gives_too_many(sessions: Sessions, database: str):
    """The control, of everything that is limited."""
    over: set[str] = set()
    for _ in range(3):  # on a busy machine it may be that they come one after the other
        given = granted(database, begin(sessions, 1), 4, careless=True)
        over |= {name for name, counts in given.items() if max(counts) > LIMITED[name].limit}
        if len(over) == len(LIMITED):
            break

    figures.tell(
        "P3 control", **{name.replace(" ", "_"): counts for name, counts in given.items()}
    )
    assert over == set(LIMITED)
