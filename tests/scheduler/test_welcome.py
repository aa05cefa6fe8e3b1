"""Welcome: once, in the evening after joining, to those who have not taken the newcomer gift."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.shop import Phone, Shop, taipei

pytestmark = pytest.mark.campaigns("welcome")

EVENING = taipei(2026, 11, 24, 19)
DAY = timedelta(days=1)


@pytest.fixture
def mei(shop: Shop) -> Phone:
    phone = shop.phone("小美")
    phone.follows()
    return phone


def hears_at(shop: Shop, phone: Phone, at: object):
    shop.clock.jump(at)  # type: ignore[arg-type]
    shop.tick()
    shop.settle()
    return phone.hears()


def test_who_joined_hears_of_the_gift_the_same_evening_and_only_once(shop: Shop, mei: Phone):
    assert hears_at(shop, mei, EVENING - timedelta(minutes=1)) == []
    assert "新客禮還在等你" in hears_at(shop, mei, EVENING)
    for days in range(1, 6):
        assert hears_at(shop, mei, EVENING + days * DAY) == []


def test_who_has_the_gift_is_not_told_of_it(shop: Shop, mei: Phone):
    assert "優惠券" in mei.says("手機 0912345678")

    assert hears_at(shop, mei, EVENING) == []


def test_who_wants_no_marketing_is_not_written_to(shop: Shop, mei: Phone):
    mei.says("停止行銷")

    assert hears_at(shop, mei, EVENING) == []


def test_who_wants_no_offers_is_not_written_to(shop: Shop, mei: Phone):
    mei.says("通知關 offers")

    assert hears_at(shop, mei, EVENING) == []


def test_who_blocked_the_shop_is_not_written_to(shop: Shop, mei: Phone):
    mei.unfollows()

    assert hears_at(shop, mei, EVENING) == []


@pytest.mark.parametrize(("away", "told"), [(3, True), (4, False)])
def test_it_is_made_up_for_within_three_days(shop: Shop, away: int, told: bool):
    shop.tick()  # the first tick ever makes up for nothing, so there has to be one
    mei = shop.phone("小美")
    mei.follows()

    heard = hears_at(shop, mei, EVENING + away * DAY)

    assert ("新客禮還在等你" in heard) is told


def test_a_shop_without_a_newcomer_gift_promises_none(shop: Shop, mei: Phone):
    gifts = replace(shop.programme.gifts, newcomer=())
    shop.programme = replace(shop.programme, gifts=gifts)

    assert hears_at(shop, mei, EVENING) == []
