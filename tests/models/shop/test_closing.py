"""What closing and failing leave members with."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from models.base import local_day
from models.loyalty import coupons
from models.programme import CouponTerms, Programme
from models.shop import billing, closing, refunds, settlement
from models.shop.orders import Status
from models.shop.pricing import Wishes
from tests.models.shop.offers import Counter, member, opened

FIFTY = CouponTerms(key="fifty", name="NT$50", kind="amount", value=50, valid_days=3)


def test_a_coupon_of_a_failed_group_buy_can_still_be_used(
    session: Session, now: datetime, programme: Programme
):
    counter = Counter(session, opened(session, now), programme, now)
    mei = member(session, "小美", now)
    coupons.issue(session, FIFTY, mei.id, source="hand:1", now=now)
    bill = counter.call(mei, 1, wishes=Wishes()).bill
    assert bill is not None
    assert bill.total == 400
    later = now + timedelta(days=10)

    closing.fail(session, counter.group_buy.id, now=later, programme=programme)

    [usable] = coupons.wallet(session, mei.id, later).usable
    days = programme.coupon_rules.returned_valid_days
    assert usable.last_day == local_day(later) + timedelta(days=days)


def test_a_group_buy_that_was_handed_over_in_part_cannot_fail(
    session: Session, now: datetime, programme: Programme
):
    counter = Counter(session, opened(session, now), programme, now)
    bill = counter.call(member(session, "小美", now), 1).bill
    assert bill is not None
    refunds.receive(session, bill, bill.total, now=now, programme=programme)
    settlement.settle(session, bill.order, Status.PICKED_UP, now=now, programme=programme)

    with pytest.raises(closing.HandedOver):
        closing.fail(session, counter.group_buy.id, now=now, programme=programme)


def test_an_order_keeps_its_coupon_when_it_is_priced_again(
    session: Session, now: datetime, programme: Programme
):
    counter = Counter(session, opened(session, now), programme, now)
    mei = member(session, "小美", now)
    coupons.issue(session, FIFTY, mei.id, source="hand:1", now=now)
    first = counter.call(mei, 1, wishes=Wishes()).bill

    counter.call(mei, 1)

    assert first is not None
    assert first.total == 850
    assert len(billing.codes_of(first)) == 1
