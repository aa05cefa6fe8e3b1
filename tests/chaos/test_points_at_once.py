"""P1 and P3: many at once record each event once and spend each point once."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models.loyalty import points
from tests.chaos.points_rush import (
    NOW,
    TERMS,
    TODAY,
    Claim,
    claim_points,
    earn,
    read_then_spend_one,
    record_events,
    spend_one,
    worth,
)
from tests.chaos.rush import rush
from tests.conftest import SECRET
from tests.models.loyalty.purse import new_member

POINTS = 100
LONG = [pytest.mark.slow, pytest.mark.timeout(1800)]


@pytest.mark.parametrize(
    ("crowd", "events", "ids"),
    [((2, 2), 150, 60), pytest.param((8, 1), 5000, 2000, marks=LONG)],
)
def test_an_event_that_comes_many_times_is_recorded_once(sessions, database, crowd, events, ids):
    with sessions.begin() as session:
        members = [new_member(session) for _ in range(5)]

    new = rush(record_events, crowd, database, SECRET, members, events, ids)

    with sessions() as session:
        recorded = select(func.count()).select_from(points.PointTransaction)
        assert session.scalars(recorded).one() == sum(new) == ids
        total = sum(points.balance(session, member_id, NOW).available for member_id in members)
    assert total == sum(worth(event) for event in range(ids))


def purses(sessions, rounds: int) -> list[int]:
    """Members with a hundred points each, in two lots."""
    with sessions.begin() as session:
        members = [new_member(session) for _ in range(rounds)]
        for member_id in members:
            earn(session, member_id, 60, f"order:{member_id}:1")
            earn(session, member_id, 40, f"order:{member_id}:2")
    return members


def granted(
    database: str, members: list[int], crowd: tuple[int, int], claim: Claim
) -> Counter[int]:
    """How many claims were granted in a round, and in how many rounds it was so many."""
    people = crowd[0] * crowd[1]
    answers = rush(claim_points, crowd, database, SECRET, members, people, claim)
    return Counter(sum(answer) for answer in zip(*answers, strict=True))


@pytest.mark.parametrize(("crowd", "rounds"), [((2, 8), 2), pytest.param((16, 1), 50, marks=LONG)])
def test_a_hundred_points_are_spent_a_hundred_times(sessions, database, crowd, rounds):
    members = purses(sessions, rounds)

    assert granted(database, members, crowd, spend_one) == {POINTS: rounds}
    with sessions() as session:
        for member_id in members:
            assert points.balance(session, member_id, NOW).available == 0


@pytest.mark.tampers
def test_whoever_reads_and_then_writes_spends_more(sessions, database):
    members = purses(sessions, 1)

    [spent] = granted(database, members, (2, 8), read_then_spend_one)

    assert spent > POINTS


@pytest.mark.parametrize("pairs", [100, pytest.param(1000, marks=LONG)])
def test_the_same_source_with_another_body_is_never_accepted(sessions, pairs):
    chance = random.Random(pairs)
    accepted = []
    with sessions.begin() as session:
        members = [new_member(session) for _ in range(3)]
        for member_id in members:
            earn(session, member_id, 10_000, f"start:{member_id}")
    for number in range(pairs):
        first, second = chance.sample(_requests(f"event:{number}", members), 2)
        with sessions.begin() as session:
            first(session)
        try:
            with sessions.begin() as session:
                second(session)
        except points.SourceReused:
            continue
        accepted.append(number)
    assert accepted == []


def _requests(source: str, members: list[int]) -> list[Callable[[Session], object]]:
    """Different things that could be asked for under one source."""
    mei, lin, fang = members
    return [
        lambda session: earn(session, mei, 1, source),
        lambda session: earn(session, mei, 2, source),
        lambda session: earn(session, lin, 1, source),
        lambda session: points.earn_many(
            session, [points.Earning(mei, 1, source, TODAY, pending=True)], now=NOW, terms=TERMS
        ),
        lambda session: points.spend(session, mei, 1, source=source, now=NOW, reason=""),
        lambda session: points.spend(session, mei, 2, source=source, now=NOW, reason=""),
        lambda session: points.spend(session, fang, 1, source=source, now=NOW, reason=""),
        lambda session: points.take_back(
            session, earned=f"start:{mei}", source=source, points=1, now=NOW, terms=TERMS
        ),
        lambda session: points.take_back(
            session, earned=f"start:{lin}", source=source, points=1, now=NOW, terms=TERMS
        ),
    ]
