"""A tier that may return goods longer: said with the tier, and kept."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.dispatch import sentence
from models.programme import Programme
from models.shop.returns import TooLateToReturn
from tests.journeys.till import arrives, calls, opens, picked_up
from tests.shop import Phone, Shop


@pytest.fixture
def programme(programme: Programme) -> Programme:
    """Everybody may return goods for a week, from the first tier on for a fortnight."""
    tiers = tuple(replace(tier, return_days=14) for tier in programme.tiers)
    return replace(programme, tiers=tiers)


def test_a_tier_that_lengthens_it_returns_goods_later(shop: Shop, mei: Phone, boss: Phone):
    arrives(mei, "小美")
    boss.follows()
    order, later = (calls(shop, mei, opens(shop), 3) for _ in range(2))
    for number in (order, later):
        boss.says(f"/收款 {number}")
        boss.says("確認")
        picked_up(shop, number)

    shop.clock.jump(timedelta(days=14))
    assert "取貨後 14 天內可退換" in mei.says("等級")
    assert "取貨後 14 天內" in mei.says("退換")
    assert "退換 #1" in mei.says(f"退換 {order} 有一顆壞了")
    shop.clock.jump(timedelta(days=1))
    assert mei.says(f"退換 {later}").text == sentence(TooLateToReturn(later, 14))["text"]
