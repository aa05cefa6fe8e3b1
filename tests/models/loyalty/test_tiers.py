"""Tiers as they are recorded: once for each source, judged at once, on both databases."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from time import perf_counter
from typing import Any

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.orm import Session

from models import programme as programmes
from models.base import local_day
from models.loyalty import tiers
from models.loyalty.tiers import Change, CreditKind, Earned, Move, Reason, Refund
from models.loyalty.tiers_records import MemberTier, TierChange, TierCredit, TierReward, TierRules
from models.people.members import Member
from models.programme import Programme

TODAY = date(2026, 11, 24)


@pytest.fixture
def join(session: Session, now: datetime) -> Callable[..., int]:
    def join(name: str = "小美", joined_on: date = date(2024, 1, 1)) -> int:
        member = Member(name=name, joined_on=joined_on, created_at=now)
        session.add(member)
        session.flush()
        return member.id

    return join


@pytest.fixture
def mei(join: Callable[..., int]) -> int:
    return join()


@pytest.fixture
def buy(session: Session, mei: int, programme: Programme, now: datetime) -> Callable[..., Any]:
    """小美 buys and picks up."""

    def buy(amount: int, source: str = "order:1", day: date = TODAY, **more: Any) -> Change | None:
        return tiers.record(
            session,
            more.pop("member_id", mei),
            amount,
            source=source,
            ordered_on=day,
            qualified_on=more.pop("qualified_on", day),
            programme=more.pop("programme", programme),
            now=more.pop("now", now),
            **more,
        )

    return buy


@pytest.fixture
def stands(session: Session, mei: int, programme: Programme) -> Callable[..., str]:
    def stands(today: date = TODAY, member_id: int = mei) -> str:
        found = tiers.standing(session, member_id, today=today, programme=programme)
        return found.tier.key

    return stands


def rows(session: Session, record: type[Any]) -> int:
    return session.scalar(select(func.count()).select_from(record)) or 0


def later(now: datetime, days: int) -> datetime:
    return now + timedelta(days=days)


def test_somebody_who_never_bought_is_in_the_base_tier_since_joining(session, mei, programme):
    standing = tiers.standing(session, mei, today=TODAY, programme=programme)

    assert standing.tier is programme.base
    assert (standing.since, standing.until) == (date(2024, 1, 1), None)
    assert rows(session, MemberTier) == 0


@pytest.mark.parametrize(
    ("spend", "tier"),
    [(2_999, "bronze"), (3_000, "silver"), (8_000, "gold"), (20_000, "diamond")],
)
def test_an_order_raises_at_once(buy, stands, spend: int, tier: str):
    buy(spend - 1_000, "order:1", date(2025, 12, 1))
    buy(1_000, "order:2")

    assert stands() == tier


def test_the_change_says_what_happened(buy, mei, programme):
    assert buy(2_999) is None
    assert buy(1, "order:2") == Change(
        member_id=mei,
        move=Move.UP,
        before="bronze",
        after=programme.tier("silver"),
        since=TODAY,
        until=date(2027, 11, 24),
        reason=Reason.CREDIT,
        spend=3_000,
        gift=True,
    )
    assert buy(1, "order:3") is None


def test_three_friends_who_bought_make_gold(buy, stands):
    for number in range(3):
        assert stands() == "bronze"
        buy(1, f"friend:{number}", kind=CreditKind.FRIEND)

    assert stands() == "gold"


def test_an_order_is_counted_once_however_often_it_is_told(buy, session):
    assert buy(3_000) is not None
    before = session.execute(select(*MemberTier.__table__.c)).all()

    assert buy(3_000, qualified_on=TODAY + timedelta(days=1)) is None
    assert rows(session, TierCredit) == 1
    assert session.execute(select(*MemberTier.__table__.c)).all() == before


@pytest.mark.parametrize(
    "other",
    [
        {"amount": 2_999},
        {"day": date(2026, 11, 23)},
        {"kind": CreditKind.FEE},
        {"member_id": None},
    ],
)
def test_the_same_source_with_another_body_is_refused(buy, join, session, other):
    buy(3_000)
    if "member_id" in other:
        other = {"member_id": join("小林")}

    with pytest.raises(tiers.CreditReused) as refusal:
        buy(**{"amount": 3_000, **other})

    assert refusal.value.source == "order:1"
    assert session.scalars(select(TierCredit.amount)).all() == [3_000]


def test_the_same_source_twice_in_one_import_counts_once(session, mei, programme, now):
    order = Earned(mei, 3_000, "order:1", TODAY, TODAY)

    assert len(tiers.record_many(session, [order, order], programme, now)) == 1
    assert session.scalars(select(TierCredit.amount)).all() == [3_000]
    with pytest.raises(tiers.CreditReused):
        tiers.record_many(
            session,
            [order._replace(source="order:2"), order._replace(source="order:2", amount=1)],
            programme,
            now,
        )


def test_a_negative_amount_is_a_bug_that_the_database_stops(buy, session):
    with pytest.raises(IntegrityError):
        buy(-1)

    session.rollback()


def test_orders_that_arrive_out_of_order_end_where_they_would_have(buy, stands, session, mei):
    buy(2_000, "order:3", date(2026, 9, 1))
    buy(1_000, "order:2", date(2026, 3, 1))
    buy(5_000, "order:1", date(2026, 1, 1))

    standing = tiers.standing(session, mei, today=TODAY, programme=programmes.load("B"))

    assert (standing.tier.key, standing.since) == ("gold", date(2026, 9, 1))
    assert stands(date(2027, 9, 1)) == "gold"


def test_an_old_order_told_late_can_have_been_over_long_ago(buy, stands, session):
    assert buy(8_000, "order:1", date(2024, 5, 1)) is None
    assert stands() == "bronze"
    assert rows(session, TierChange) == 0


def test_a_refund_judges_again_at_once(buy, stands, session, programme, now):
    buy(5_000, "order:1", date(2026, 6, 1))
    buy(3_000, "order:2")

    down = tiers.refund(session, source="order:2", refunded=1, programme=programme, now=now)

    assert down is not None
    assert (down.move, down.before, down.after.key) == (Move.DOWN, "gold", "silver")
    assert (down.reason, down.spend, down.gift) == (Reason.REFUND, 7_999, False)
    assert (down.since, stands()) == (date(2026, 6, 1), "silver")


def test_a_refund_in_full_is_as_if_it_had_never_been_bought(buy, stands, session, programme, now):
    buy(3_000)

    tiers.refund(session, source="order:1", refunded=3_000, programme=programme, now=now)

    assert stands() == "bronze"
    row = session.execute(select(MemberTier.since, MemberTier.until)).one()
    assert tuple(row) == (None, None)


def test_a_refund_counts_its_total_once_and_never_less(buy, stands, session, programme, now):
    buy(3_500)
    for total, left in [(500, 3_000), (500, 3_000), (100, 3_000), (501, 2_999)]:
        tiers.refund(session, source="order:1", refunded=total, programme=programme, now=now)
        credit = session.execute(select(TierCredit.amount, TierCredit.refunded)).one()
        assert credit.amount - credit.refunded == left

    assert stands() == "bronze"


def test_a_refund_of_more_than_was_paid_is_refused(buy, session, programme, now):
    buy(3_000)

    with pytest.raises(tiers.RefundTooLarge) as refusal:
        tiers.refund(session, source="order:1", refunded=3_001, programme=programme, now=now)

    assert (refusal.value.source, refusal.value.amount) == ("order:1", 3_000)
    assert "NT$3,000" in str(refusal.value)


def test_a_refund_of_what_never_counted_changes_nothing(session, programme, now):
    done = tiers.refund(session, source="order:9", refunded=1, programme=programme, now=now)

    assert done is None


def test_many_refunds_judge_each_member_once(session, join, programme, now):
    members = [join(f"團友{n}") for n in range(3)]
    orders = [
        Earned(member, 3_000, f"order:{member}:{n}", TODAY, TODAY)
        for member in members
        for n in range(2)
    ]
    tiers.record_many(session, orders, programme, now)

    refunds = [Refund(order.source, 3_000) for order in orders]
    changes = tiers.refund_many(session, refunds, programme, now)

    assert sorted(change.member_id for change in changes) == members
    assert {change.after.key for change in changes} == {"bronze"}


def test_an_order_366_days_old_no_longer_counts_for_a_new_judgement(buy, stands):
    buy(2_000, "order:1", TODAY - timedelta(days=366))
    buy(1_000, "order:2")

    assert stands() == "bronze"


def test_an_order_365_days_old_still_counts(buy, stands):
    buy(2_000, "order:1", TODAY - timedelta(days=365))
    buy(1_000, "order:2")

    assert stands() == "silver"


def test_after_a_year_the_review_takes_a_tier_down(buy, session, mei, programme, now):
    buy(3_000)
    end = date(2027, 11, 24)

    assert tiers.review(session, today=end, programme=programme, now=later(now, 365)) == []
    (down,) = tiers.review(
        session, today=end + timedelta(days=1), programme=programme, now=later(now, 366)
    )

    assert (down.move, down.after.key, down.until) == (Move.DOWN, "bronze", None)
    assert (down.since, down.reason) == (date(2027, 11, 25), Reason.REVIEW)
    assert tiers.review(session, today=end, programme=programme, now=later(now, 366)) == []


def test_the_review_renews_whoever_bought_enough_again(buy, session, programme, now):
    buy(3_000)
    buy(3_000, "order:2", date(2027, 5, 1), now=later(now, 158))

    (kept,) = tiers.review(
        session, today=date(2027, 11, 25), programme=programme, now=later(now, 366)
    )

    assert (kept.move, kept.before, kept.after.key) == (Move.KEPT, "silver", "silver")
    assert (kept.since, kept.until, kept.spend) == (TODAY, date(2028, 11, 24), 3_000)
    assert not kept.gift


def test_a_review_may_be_done_in_parts(session, join, programme, now):
    orders = [Earned(join(), 3_000, f"order:{n}", TODAY, TODAY) for n in range(5)]
    tiers.record_many(session, orders, programme, now)
    done = []

    def part() -> list[Change]:
        return tiers.review(
            session, today=date(2027, 12, 1), programme=programme, now=later(now, 372), limit=2
        )

    while changes := part():
        done.append(len(changes))

    assert done == [2, 2, 1]


def test_an_unchanged_night_writes_nothing(buy, session, programme, now):
    buy(3_000)
    before = session.execute(select(*MemberTier.__table__.c)).all()

    tiers.review(session, today=TODAY, programme=programme, now=later(now, 1))

    assert session.execute(select(*MemberTier.__table__.c)).all() == before


def test_a_tier_is_right_even_before_the_review_ran(buy, stands):
    buy(3_000)

    assert stands(date(2027, 11, 24)) == "silver"
    assert stands(date(2027, 11, 25)) == "bronze"


def test_the_upgrade_gift_is_given_once_even_after_going_down_and_up(buy, session, programme, now):
    first = buy(3_000)
    tiers.refund(session, source="order:1", refunded=3_000, programme=programme, now=now)
    again = buy(3_000, "order:2")

    assert first is not None
    assert again is not None
    assert (first.gift, again.move, again.gift) == (True, Move.UP, False)
    assert rows(session, TierReward) == 1


def test_each_tier_has_a_gift_of_its_own(buy):
    gifts = [buy(3_000), buy(5_000, "order:2"), buy(12_000, "order:3")]

    assert [(gift.after.key, gift.gift) for gift in gifts if gift] == [
        ("silver", True),
        ("gold", True),
        ("diamond", True),
    ]


def test_every_move_is_kept_with_its_reason(buy, session, mei, programme, now):
    buy(3_000)
    tiers.refund(session, source="order:1", refunded=1, programme=programme, now=now)

    kept = session.scalars(select(TierChange).order_by(TierChange.id)).all()

    assert [(c.before, c.after, c.reason, c.source, c.spend) for c in kept] == [
        ("bronze", "silver", "credit", "order:1", 3_000),
        ("silver", "bronze", "refund", "order:1", 2_999),
    ]
    assert {change.rules for change in kept} == {programme.rules}
    assert {change.at for change in kept} == {now}


@pytest.mark.tampers
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE tier_changes SET after = 'diamond'",
        "DELETE FROM tier_changes",
        "UPDATE tier_credits SET amount = 99999",
        "DELETE FROM tier_credits",
    ],
)
def test_history_cannot_be_rewritten(buy, session, statement: str):
    buy(3_000)
    session.commit()

    with pytest.raises(DBAPIError, match="append-only"):
        session.execute(text(statement))


def test_other_members_are_left_alone(buy, join, stands, session):
    lin = join("小林")
    buy(3_000)

    assert stands(member_id=lin) == "bronze"
    assert session.scalars(select(MemberTier.member_id)).all() != [lin]


# when the shop changes its rules


@pytest.fixture
def stricter() -> Programme:
    return programmes.read_tables(
        {"tiers": [{"key": "bronze", "name": "銅級"}, SILVER | {"any": [{"spend": 5_000}]}]},
        file="rules.toml",
    )


@pytest.fixture
def mild() -> Programme:
    return programmes.read_tables(
        {"tiers": [{"key": "bronze", "name": "銅級"}, SILVER | {"any": [{"spend": 1_000}]}]},
        file="rules.toml",
    )


SILVER = {"key": "silver", "name": "銀級", "pay": 95}


def test_stricter_rules_take_nobody_s_tier_before_its_year_is_over(buy, session, mei, stricter):
    buy(3_000)
    buy(100, "order:2", programme=stricter)

    def stands(today: date) -> str:
        return tiers.standing(session, mei, today=today, programme=stricter).tier.key

    assert stands(TODAY) == "silver"
    assert stands(date(2027, 11, 24)) == "silver"
    assert stands(date(2027, 11, 25)) == "bronze"


def test_what_stricter_rules_left_goes_at_the_review(buy, session, stricter, now):
    buy(3_000)

    (down,) = tiers.review(
        session, today=date(2027, 11, 25), programme=stricter, now=later(now, 366)
    )

    assert (down.before, down.after.key) == ("silver", "bronze")


def test_a_refund_is_judged_by_the_rules_in_force(buy, session, stricter, now):
    buy(3_000)

    down = tiers.refund(session, source="order:1", refunded=1, programme=stricter, now=now)

    assert down is not None
    assert (down.move, down.after.key) == (Move.DOWN, "bronze")


def test_milder_rules_are_felt_at_once(buy, session, mei, mild):
    buy(1_000)

    assert tiers.standing(session, mei, today=TODAY, programme=mild).tier.key == "silver"


def test_milder_rules_do_not_shorten_a_year_that_was_given(buy, session, mei, mild):
    buy(1_000, "order:1", date(2026, 3, 1))
    buy(2_000, "order:2")
    buy(1, "order:3", programme=mild)

    standing = tiers.standing(session, mei, today=TODAY, programme=mild)

    assert (standing.tier.key, standing.until) == ("silver", date(2027, 11, 24))


def test_a_tier_that_the_rules_no_longer_have_is_judged_anew(buy, session, mei):
    shop = programmes.load("E")
    buy(8_000)

    standing = tiers.standing(session, mei, today=TODAY, programme=shop)
    change = buy(1, "order:2", programme=shop)

    assert standing.tier.key == "loyal"
    assert change is not None
    assert (change.before, change.after.key, change.move) == ("gold", "loyal", Move.UP)


# the audit


def test_the_audit_finds_nothing_wrong_with_an_ordinary_history(
    buy, session, programme, stricter, now
):
    buy(3_000)
    buy(6_000, "order:2")
    tiers.refund(session, source="order:2", refunded=6_000, programme=programme, now=now)
    buy(1, "order:3", programme=stricter)
    tiers.review(session, today=date(2027, 12, 1), programme=stricter, now=later(now, 372))

    assert tiers.verify(session) == []


@pytest.mark.tampers
@pytest.mark.parametrize(
    ("statement", "words"),
    [
        ("UPDATE member_tiers SET tier = 'gold'", "but the credits say silver"),
        ("UPDATE member_tiers SET until = '2030-01-01'", "until 2030-01-01, but"),
        ("UPDATE member_tiers SET since = NULL", "since None"),
        ("UPDATE tier_credits SET refunded = 1", "the credits say bronze"),
        ("UPDATE member_tiers SET rules = 'nobody'", "that nobody kept"),
        ("DELETE FROM member_tiers", "was never judged"),
    ],
)
def test_the_audit_finds_what_was_tampered_with(buy, session, statement: str, words: str):
    buy(3_000)
    session.execute(text(statement))

    (said,) = tiers.verify(session)

    assert words in said


def test_the_rules_that_members_were_judged_by_are_kept_once(buy, session, stricter, programme):
    buy(3_000)
    buy(3_000, "order:2")
    buy(9_000, "order:3", programme=stricter)

    assert set(session.scalars(select(TierRules.mark))) == {programme.rules, stricter.rules}


# many at once


@pytest.mark.parametrize("members", [1_000, 1])
def test_ten_thousand_orders_are_imported_within_five_seconds(
    session, programme, now, members: int
):
    people = [
        Member(name=str(n), joined_on=date(2024, 1, 1), created_at=now) for n in range(members)
    ]
    session.add_all(people)
    session.flush()
    orders = [
        Earned(people[n % members].id, 500, f"order:{n}", day, day)
        for n in range(10_000)
        if (day := TODAY - timedelta(days=n * 7 % 700))
    ]

    started = perf_counter()
    changes = tiers.record_many(session, orders, programme, now)
    took = perf_counter() - started

    assert {change.move for change in changes} == {Move.UP}
    assert tiers.record_many(session, orders, programme, now) == []
    assert took < 5


def test_an_import_ends_where_one_order_after_another_would_have(session, join, programme, now):
    one, other = join("小美"), join("小林")
    days = [TODAY - timedelta(days=d) for d in (900, 500, 480, 300, 120, 5)]
    amounts = [9_000, 2_000, 1_500, 3_000, 500, 2_500]

    def orders(member: int) -> list[Earned]:
        return [
            Earned(member, amount, f"order:{member}:{day}", day, day)
            for day, amount in zip(days, amounts, strict=True)
        ]

    tiers.record_many(session, orders(one)[::-1], programme, now)
    for order in orders(other):
        tiers.record_many(session, [order], programme, now)

    found = tiers.standings(session, [one, other], today=local_day(now), programme=programme)
    assert found[one] == found[other]
    assert found[one].tier.key == "silver"
