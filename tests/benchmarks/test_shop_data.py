"""The generated shop is a sound one, and the same each time."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import func, select

from models.base import local_day
from models.loyalty.points_records import PointLot
from models.loyalty.tiers_records import MemberTier
from models.people.members import Member
from models.shop.orders import Order
from tests.benchmarks import shop_data, shop_group_buys
from tests.conftest import SECRET

MEMBERS, ORDERS = 300, 1_500
CALLED = shop_group_buys.OPEN * MEMBERS // shop_group_buys.SHARE
CASH = {"sqlite": 1_333_882, "postgresql": 1_330_979}


def made(engine, now, programme):
    shop_data.write(
        engine, members=MEMBERS, orders=ORDERS, now=now, secret=SECRET, programme=programme
    )


def test_a_generated_shop_is_sound_and_believable(engine, sessions, now, programme):
    """The books are checked after this test as after any other."""
    made(engine, now, programme)

    with sessions() as session:
        members, orders = (session.scalar(select(func.count(t.id))) for t in (Member, Order))
        each = select(func.count()).select_from(Order).group_by(Order.member_id)
        bought = sorted(session.scalars(each), reverse=True)
        first, last = session.execute(
            select(func.min(Order.ordered_on), func.max(Order.ordered_on))
        ).one()
        tiers = set(session.scalars(select(MemberTier.tier)))
        states = set(session.scalars(select(Order.status)))
        live = session.scalar(select(func.count(PointLot.id)).where(PointLot.remaining > 0))
    assert (members, orders) == (MEMBERS, ORDERS + CALLED)
    assert sum(bought[: MEMBERS // 5]) > ORDERS * 0.4
    assert last == local_day(now) - timedelta(days=1)
    assert last - first > timedelta(days=900)
    assert tiers == {tier.key for tier in programme.tiers}
    assert states == {"paid", "picked_up", "refunded", "cancelled", "placed"}
    assert ORDERS / 10 < live < ORDERS


def test_the_shop_goes_on_and_is_the_same_each_time(engine, sessions, now, programme):
    made(engine, now, programme)

    with sessions.begin() as session:
        session.add(Member(external_id="new", joined_on=local_day(now), created_at=now))

    with sessions() as session:
        assert session.scalar(select(func.max(Member.id))) == MEMBERS + 1
        called = CALLED * shop_group_buys.PRICE
        assert session.scalar(select(func.sum(Order.cash))) == CASH[engine.dialect.name] + called
