"""Tiers as they are recorded: once for each source, judged at once, on both databases."""

from __future__ import annotations

from datetime import date, timedelta
from time import process_time
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from models import programme as programmes
from models.base import local_day
from models.loyalty import tiers
from models.loyalty.tiers import Change, CreditKind, Earned, Move, Reason, Refund
from models.loyalty.tiers_records import MemberTier, TierChange, TierCredit
from models.people.members import Member
from tests.models.loyalty.coupon_cast import statements

pytestmark = pytest.mark.usefixtures("sound_at_the_end")

TODAY = date(2026, 11, 24)


def rows(session: Session, record: type[Any]) -> int:
    return session.scalar(select(func.count()).select_from(record)) or 0


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


@pytest.mark.parametrize(
    ("members", "count"),
    [(250, 2_500), (1, 2_500), pytest.param(1_000, 10_000, marks=pytest.mark.slow)],
)
def test_thousands_of_orders_are_imported_in_a_few_seconds(
    session, engine, programme, now, members: int, count: int
):
    people = [
        Member(name=str(n), joined_on=date(2024, 1, 1), created_at=now) for n in range(members)
    ]
    session.add_all(people)
    session.flush()
    orders = [
        Earned(people[n % members].id, 500, f"order:{n}", day, day)
        for n in range(count)
        if (day := TODAY - timedelta(days=n * 7 % 700))
    ]

    # our own seconds: what else the machine does at the time is not ours
    started = process_time()
    with statements(engine) as heard:
        changes = tiers.record_many(session, orders, programme, now)
    took = process_time() - started

    assert {change.move for change in changes} == {Move.UP}
    assert tiers.record_many(session, orders, programme, now) == []
    assert len(heard) < 100
    assert took < 15 * count / 10_000


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
