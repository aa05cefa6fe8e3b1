"""What a member is told about their tier: how far, what keeps it, and why."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import Engine, event
from sqlalchemy.exc import NoResultFound
from sqlalchemy.orm import Session

from models.loyalty import tiers
from models.loyalty.tiers import CreditKind, Earned, Explanation, Missing, Progress
from models.people.members import Member
from models.programme import Condition, Programme, read_tables

TODAY = date(2026, 11, 24)


@pytest.fixture
def mei(session: Session, now: datetime) -> int:
    member = Member(name="小美", joined_on=date(2024, 1, 1), created_at=now)
    session.add(member)
    session.flush()
    return member.id


@pytest.fixture
def buys(session: Session, mei: int, programme: Programme, now: datetime) -> Callable[..., None]:
    """小美 bought for so much on these days, and so many friends of hers bought today."""

    def buys(*orders: tuple[int, date], friends: int = 0) -> None:
        credits = [
            Earned(mei, amount, f"order:{number}", day, day)
            for number, (amount, day) in enumerate(orders)
        ]
        friend = Earned(mei, friends, "friend:1", TODAY, TODAY, CreditKind.FRIEND)
        tiers.record_many(session, [*credits, friend], programme, now)

    return buys


@pytest.fixture
def progress(session: Session, mei: int, programme: Programme) -> Callable[..., Progress]:
    def progress(today: date = TODAY) -> Progress:
        return tiers.progress(session, mei, today=today, programme=programme)

    return progress


@pytest.fixture
def explain(session: Session, mei: int, programme: Programme) -> Callable[..., Explanation]:
    def explain(today: date = TODAY) -> Explanation:
        return tiers.explain(session, mei, today=today, programme=programme)

    return explain


@pytest.fixture
def statements(engine: Engine) -> Iterator[list[str]]:
    seen: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        seen.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    yield seen
    event.remove(engine, "before_cursor_execute", note)


def test_a_newcomer_sees_the_whole_way_to_silver(progress):
    found = progress()

    assert (found.current.key, found.since, found.until) == ("bronze", date(2024, 1, 1), None)
    assert found.next is not None
    assert found.next.key == "silver"
    assert (found.spend, found.percent) == (0, 0)
    assert found.missing == ((Missing("spend", 3_000),),)
    assert found.keep_missing == ()


def test_it_says_what_to_spend_or_whom_to_invite_for_gold(buys, progress):
    buys((4_000, date(2026, 2, 1)), (2_760, date(2026, 8, 1)), friends=2)

    found = progress()

    assert found.next is not None
    assert found.next.name == "金級"
    assert found.missing == ((Missing("spend", 1_240),), (Missing("friends", 1),))
    assert (found.spend, found.percent) == (6_760, 84)


def test_at_the_top_nothing_is_missing(buys, progress):
    buys((20_000, TODAY))

    found = progress()

    assert (found.current.key, found.next, found.missing) == ("diamond", None, ())
    assert found.percent == 100


def test_spend_of_more_than_a_year_ago_is_left_out(buys, progress):
    buys((1_000, TODAY - timedelta(days=366)), (500, TODAY - timedelta(days=365)))

    assert progress().spend == 500


def test_what_keeps_the_tier_is_counted_from_the_day_it_is_judged(buys, progress):
    buys((3_000, date(2026, 1, 10)), (700, date(2026, 6, 1)))

    found = progress()

    assert found.until == date(2027, 1, 10)
    assert found.kept_by["spend"] == 700
    assert found.keep_missing == ((Missing("spend", 2_300),),)


def test_a_tier_that_is_certain_for_another_year_misses_nothing(buys, progress):
    buys((3_000, date(2026, 1, 10)), (3_000, date(2026, 6, 1)))

    assert progress().keep_missing == ()


def test_an_order_on_the_day_a_tier_was_reached_does_not_keep_it(buys, progress):
    buys((3_000, TODAY), friends=0)

    assert progress().keep_missing == ((Missing("spend", 3_000),),)


def test_refunded_money_is_not_shown_as_spent(buys, progress, session, programme, now):
    buys((2_000, TODAY))

    tiers.refund(session, source="order:0", refunded=800, programme=programme, now=now)

    assert progress().spend == 1_200


def test_after_the_year_is_over_progress_is_that_of_the_lower_tier(buys, progress):
    buys((8_000, date(2026, 1, 10)), (3_000, date(2026, 6, 1)))

    found = progress(date(2027, 1, 11))

    assert (found.current.key, found.since) == ("silver", date(2027, 1, 11))
    assert found.until == date(2028, 1, 10)


def test_why_silver_names_the_orders_that_made_it(buys, explain):
    buys(
        (900, date(2025, 1, 1)), (2_000, date(2026, 2, 1)), (1_000, date(2026, 5, 1)), (50, TODAY)
    )

    why = explain()

    assert why.progress.current.key == "silver"
    assert why.judged_on == why.progress.since == date(2026, 5, 1)
    assert why.counts_from == date(2025, 5, 1)
    assert [(order.source, order.amount) for order in why.orders] == [
        ("order:1", 2_000),
        ("order:2", 1_000),
    ]
    assert why.reached["spend"] == 3_000
    assert why.met == Condition(spend=3_000)
    assert why.progress.until == date(2027, 5, 1)


def test_why_gold_by_friends_says_so(buys, explain):
    buys((100, TODAY), friends=3)

    why = explain()

    assert why.met == Condition(friends=3)
    assert [credit.kind for credit in why.counted] == ["friend", "order"]
    assert [order.amount for order in why.orders] == [100]


def test_why_a_renewed_tier_names_the_orders_of_its_last_year(buys, explain):
    buys((3_000, date(2026, 1, 10)), (3_500, date(2026, 6, 1)))

    why = explain(date(2027, 2, 1))

    assert why.progress.since == date(2026, 1, 10)
    assert why.judged_on == date(2027, 1, 11)
    assert [order.amount for order in why.orders] == [3_500]


def test_why_the_base_tier_is_about_today(buys, explain):
    buys((3_000, date(2025, 1, 10)), (500, date(2026, 6, 1)))

    why = explain()

    assert (why.judged_on, why.met) == (TODAY, None)
    assert why.counts_from == TODAY - timedelta(days=365)
    assert [order.amount for order in why.orders] == [500]


def test_another_member_sees_nothing_of_hers(buys, session, programme, now):
    buys((3_000, TODAY), friends=1)
    lin = Member(name="小林", joined_on=TODAY, created_at=now)
    session.add(lin)
    session.flush()

    why = tiers.explain(session, lin.id, today=TODAY, programme=programme)

    assert (why.counted, why.progress.spend) == ((), 0)


def test_a_card_needs_one_statement(buys, progress, explain, statements):
    buys((3_000, TODAY), friends=1)

    for ask in (progress, explain):
        statements.clear()
        ask()
        assert len(statements) == 1


def test_many_members_need_few_statements(session, programme, now, statements):
    people = [Member(name=str(n), joined_on=TODAY, created_at=now) for n in range(400)]
    session.add_all(people)
    session.flush()
    ids = [person.id for person in people]
    credits = [Earned(each, 3_000, f"order:{each}", TODAY, TODAY) for each in ids[:200]]
    tiers.record_many(session, credits, programme, now)
    statements.clear()

    found = tiers.standings(session, ids, today=TODAY, programme=programme)
    fresh = len(statements)
    past = tiers.standings(session, ids, today=date(2027, 12, 1), programme=programme)

    assert [found[each].tier.key for each in ids] == ["silver"] * 200 + ["bronze"] * 200
    assert {standing.tier.key for standing in past.values()} == {"bronze"}
    assert (fresh, len(statements)) == (1, 3)


def test_a_day_before_the_last_judgement_is_answered_too(buys, session, mei, programme):
    buys((3_000, date(2026, 5, 1)))

    before = tiers.standing(session, mei, today=date(2026, 4, 30), programme=programme)

    assert before.tier.key == "bronze"


def test_a_tier_left_by_earlier_rules_is_shown_with_no_condition_met(buys, session, mei):
    buys((3_000, date(2026, 5, 1)))
    shop = read_tables(
        {
            "tiers": [
                {"key": "bronze", "name": "銅級"},
                {"key": "silver", "name": "銀級", "any": [{"spend": 5_000}]},
            ]
        },
        file="rules.toml",
    )

    why = tiers.explain(session, mei, today=TODAY, programme=shop)

    assert (why.progress.current.key, why.met) == ("silver", None)
    assert why.progress.keep_missing == ((Missing("spend", 5_000),),)


def test_nobody_stands_nowhere(session, programme):
    assert tiers.standings(session, [], today=TODAY, programme=programme) == {}
    with pytest.raises(NoResultFound):
        tiers.progress(session, 404, today=TODAY, programme=programme)
    with pytest.raises(NoResultFound):
        tiers.standing(session, 404, today=TODAY, programme=programme)


def test_an_explanation_goes_back_as_far_as_the_judgement_did(buys, explain):
    """Gold since a year ago less a day, by an order of a year before that."""
    reached = TODAY - timedelta(days=364)
    buys((6_000, reached - timedelta(days=365)), (2_000, reached), (9_000, date(2020, 1, 1)))

    found = explain()

    assert found.progress.current.key == "gold"
    assert [credit.amount for credit in found.orders] == [6_000, 2_000]
