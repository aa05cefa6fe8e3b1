"""What the calendar and the shop do to tiers: the year that is over, gifts, other rules."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models import programme as programmes
from models.loyalty import tiers
from models.loyalty.tiers import Change, Earned, Move, Reason
from models.loyalty.tiers_records import MemberTier, TierChange, TierReward

pytestmark = pytest.mark.usefixtures("sound_at_the_end")

TODAY = date(2026, 11, 24)


def rows(session: Session, record: type[Any]) -> int:
    return session.scalar(select(func.count()).select_from(record)) or 0


def later(now: datetime, days: int) -> datetime:
    return now + timedelta(days=days)


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

    tiers.review(session, today=date(2027, 11, 24), programme=programme, now=later(now, 365))

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


def test_other_members_are_left_alone(buy, join, stands, session):
    lin = join("小林")
    buy(3_000)

    assert stands(member_id=lin) == "bronze"
    assert session.scalars(select(MemberTier.member_id)).all() != [lin]


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
