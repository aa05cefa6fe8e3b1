"""Many tell the shop about one member's orders at the same moment; nothing is lost or doubled."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta
from threading import Barrier

import pytest
from sqlalchemy import insert, select
from sqlalchemy.orm import Session, sessionmaker

from models.loyalty import tiers
from models.loyalty.tiers import Change, Earned, Move, Reason, Refund
from models.loyalty.tiers_judging import judge
from models.loyalty.tiers_records import MemberTier, TierChange, TierCredit
from models.people.members import Member
from models.programme import Programme

TODAY = date(2026, 11, 24)
HANDS = 8

Sessions = sessionmaker[Session]


@pytest.fixture
def members(sessions: Sessions, now: datetime) -> list[int]:
    people = [Member(name=str(n), joined_on=TODAY, created_at=now) for n in range(40)]
    with sessions.begin() as session:
        session.add_all(people)
    return [person.id for person in people]


def at_once(act: Callable[[int], Sequence[Change]]) -> list[Change]:
    """What `act` returned for each hand, all of them let go at the same moment."""
    gate = Barrier(HANDS)

    def hand(number: int) -> Sequence[Change]:
        gate.wait()
        return act(number)

    with ThreadPoolExecutor(HANDS) as pool:
        return [change for done in pool.map(hand, range(HANDS)) for change in done]


def moves(session: Session) -> list[tuple[int, str, str]]:
    kept = select(TierChange.member_id, TierChange.before, TierChange.after)
    return [tuple(row) for row in session.execute(kept.order_by(TierChange.id))]


def test_orders_of_one_member_at_once_are_all_counted(
    sessions: Sessions, members: list[int], programme: Programme, now: datetime
):
    mei = members[0]

    def pick_up(hand: int) -> list[Change]:
        changes = []
        for number in range(10):
            with sessions.begin() as session:
                change = tiers.record(
                    session,
                    mei,
                    250,
                    source=f"order:{hand}:{number}",
                    ordered_on=TODAY,
                    qualified_on=TODAY,
                    programme=programme,
                    now=now,
                )
            changes += [change] if change else []
        return changes

    changes = at_once(pick_up)

    with sessions() as session:
        assert tiers.standing(session, mei, today=TODAY, programme=programme).tier.key == "diamond"
        assert moves(session) == [
            (mei, "bronze", "silver"),
            (mei, "silver", "gold"),
            (mei, "gold", "diamond"),
        ]
        assert tiers.verify(session) == []
    assert sorted(change.spend for change in changes) == [3_000, 8_000, 20_000]
    assert all(change.gift for change in changes)


def test_one_order_told_by_many_at_once_counts_once(
    sessions: Sessions, members: list[int], programme: Programme, now: datetime
):
    orders = [Earned(each, 3_000, f"order:{each}", TODAY, TODAY) for each in members]

    def tell(hand: int) -> list[Change]:
        # every hand in another order: whoever holds several must not wait in a ring
        mixed = orders[hand * 5 :] + orders[: hand * 5]
        with sessions.begin() as session:
            return tiers.record_many(session, mixed[:: -1 if hand % 2 else 1], programme, now)

    changes = at_once(tell)

    assert sorted(change.member_id for change in changes) == members
    with sessions() as session:
        assert len(moves(session)) == len(members)
        assert tiers.verify(session) == []


def test_buying_and_refunding_at_once_end_where_one_after_the_other_would(
    sessions: Sessions, members: list[int], programme: Programme, now: datetime
):
    mei = members[0]
    bought = [Earned(mei, 1_000, f"old:{n}", TODAY, TODAY) for n in range(HANDS)]
    with sessions.begin() as session:
        tiers.record_many(session, bought, programme, now)

    def swap(hand: int) -> list[Change]:
        fresh = Earned(mei, 500, f"new:{hand}", TODAY, TODAY)
        with sessions.begin() as session:
            bought = tiers.record_many(session, [fresh], programme, now)
            return [
                *bought,
                *tiers.refund_many(session, [Refund(f"old:{hand}", 1_000)], programme, now),
            ]

    at_once(swap)

    with sessions() as session:
        found = tiers.progress(session, mei, today=TODAY, programme=programme)
        assert (found.current.key, found.spend) == ("silver", 4_000)
        assert tiers.verify(session) == []


def test_an_older_refund_that_waited_does_not_undo_a_newer_one(
    sessions: Sessions, members: list[int], programme: Programme, now: datetime
):
    mei = members[0]
    with sessions.begin() as session:
        tiers.record_many(session, [Earned(mei, 3_000, "order:1", TODAY, TODAY)], programme, now)

    def older() -> list[Change]:
        with sessions.begin() as session:
            return tiers.refund_many(session, [Refund("order:1", 500)], programme, now)

    with ThreadPoolExecutor(1) as pool:
        with sessions.begin() as session:
            tiers.refund_many(session, [Refund("order:1", 1_000)], programme, now)
            waiting = pool.submit(older)
            with pytest.raises(TimeoutError):
                waiting.result(timeout=0.5)
        assert waiting.result(timeout=20) == []

    with sessions() as session:
        assert session.scalars(select(TierCredit.refunded)).all() == [1_000]


def test_reviewers_at_once_judge_each_member_once(
    sessions: Sessions, members: list[int], programme: Programme, now: datetime
):
    orders = [Earned(each, 3_000, f"order:{each}", TODAY, TODAY) for each in members]
    with sessions.begin() as session:
        tiers.record_many(session, orders, programme, now)
    later = now + timedelta(days=366)

    def review(_hand: int) -> list[Change]:
        with sessions.begin() as session:
            return tiers.review(
                session, today=TODAY + timedelta(days=366), programme=programme, now=later
            )

    changes = at_once(review)

    assert sorted(change.member_id for change in changes) == members
    assert {change.move for change in changes} == {Move.DOWN}
    with sessions() as session:
        assert len(moves(session)) == 2 * len(members)


# Without the held row: the same two orders, told in the same two transactions


def careless(
    session: Session, member_id: int, source: str, programme: Programme, now: datetime
) -> list[Change]:
    """What `record` would be if it read the member's row without holding it."""
    credit = Earned(member_id, 2_000, source, TODAY, TODAY)
    session.execute(insert(TierCredit).values(**credit._asdict(), recorded_at=now))
    row = session.execute(
        select(*MemberTier.__table__.c).where(MemberTier.member_id == member_id)
    ).one()
    return judge(
        session,
        [row],
        today=TODAY,
        programme=programme,
        now=now,
        reason=Reason.CREDIT,
        sources={},
    )


def first_order(sessions: Sessions, member_id: int, programme: Programme, now: datetime) -> None:
    with sessions.begin() as session:
        credit = Earned(member_id, 1, "order:0", TODAY, TODAY)
        tiers.record_many(session, [credit], programme, now)


@pytest.mark.tampers
@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_without_holding_the_row_an_upgrade_is_missed(
    sessions: Sessions, members: list[int], programme: Programme, now: datetime
):
    mei = members[0]
    first_order(sessions, mei, programme, now)

    with sessions.begin() as one, sessions.begin() as other:
        careless(one, mei, "order:1", programme, now)
        careless(other, mei, "order:2", programme, now)

    with sessions() as session:
        found = tiers.standing(session, mei, today=TODAY, programme=programme)
        assert found.tier.key == "bronze"
        assert "the credits say silver" in "".join(tiers.verify(session))


def test_the_second_of_two_orders_waits_for_the_first(
    sessions: Sessions, members: list[int], programme: Programme, now: datetime
):
    mei = members[0]
    first_order(sessions, mei, programme, now)

    def second() -> list[Change]:
        with sessions.begin() as session:
            credit = Earned(mei, 2_000, "order:2", TODAY, TODAY)
            return tiers.record_many(session, [credit], programme, now)

    with ThreadPoolExecutor(1) as pool:
        with sessions.begin() as one:
            credit = Earned(mei, 2_000, "order:1", TODAY, TODAY)
            assert tiers.record_many(one, [credit], programme, now) == []
            waiting = pool.submit(second)
            with pytest.raises(TimeoutError):
                waiting.result(timeout=0.5)
        (change,) = waiting.result(timeout=20)

    assert change.after.key == "silver"
