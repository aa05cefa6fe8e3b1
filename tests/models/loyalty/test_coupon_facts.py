"""What a coupon takes off, and in which pocket of the wallet it is."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.base import end_of_day
from models.loyalty.coupon_facts import CouponFact, applies, discount, sorted_wallet
from models.loyalty.coupon_records import Coupon, CouponState
from models.programme import CouponKind

NOW = datetime(2026, 11, 24, 4, 0, tzinfo=UTC)
TODAY = date(2026, 11, 24)
amounts = st.integers(0, 1_000_000)


def a_coupon(kind: CouponKind = "amount", value: int = 50, **terms: object) -> CouponFact:
    facts: dict[str, object] = {
        "min_spend": 0,
        "first_purchase": False,
        "valid_from": NOW,
        "expires_at": end_of_day(TODAY, days_later=30),
    }
    return CouponFact(
        code="ABCDEFGHJKM",
        name="券",
        kind=kind,
        value=value,
        description="",
        used_at=None,
        **facts | terms,  # type: ignore[arg-type]
    )


def kept(code: str, *, starts: int = 0, ends: int = 30, used: datetime | None = None) -> Coupon:
    return Coupon(
        code=code,
        state=CouponState.USED if used else CouponState.ISSUED,
        name=code,
        kind="amount",
        value=50,
        min_spend=0,
        first_purchase=False,
        description="",
        valid_from=NOW + timedelta(days=starts),
        expires_at=NOW + timedelta(days=ends),
        used_at=used,
    )


@pytest.mark.parametrize(
    ("value", "amount", "off"),
    [
        (80, 1000, 200),  # 8折: pays 800
        (95, 1000, 50),  # 95折: pays 950
        (80, 99, 20),  # pays 79.2 -> 79
        (95, 10, 1),  # pays 9.5 -> 9
        (85, 30, 5),  # pays 25.5 -> 25
        (80, 0, 0),
        (100, 500, 0),
        (0, 500, 500),
        (120, 500, 0),
    ],
)
def test_a_percentage_is_what_is_still_paid_rounded_down(value, amount, off):
    assert discount(a_coupon("percent", value), amount) == off


@pytest.mark.parametrize(("amount", "off"), [(500, 50), (50, 50), (49, 49), (0, 0), (-5, 0)])
def test_an_amount_comes_off_but_never_more_than_the_goods_cost(amount, off):
    assert discount(a_coupon("amount", 50), amount) == off


@pytest.mark.parametrize("kind", ["shipping", "gift", "item"])
def test_shipping_gifts_and_free_items_take_nothing_off_the_goods(kind):
    assert discount(a_coupon(kind, 500), 1000) == 0


@pytest.mark.parametrize("kind", ["percent", "amount"])
def test_beneath_its_minimum_spend_a_coupon_takes_nothing_off(kind):
    coupon = a_coupon(kind, 50, min_spend=300)

    assert discount(coupon, 299) == 0
    assert discount(coupon, 300) > 0
    assert not applies(coupon, 299, first_purchase=True)
    assert applies(coupon, 300, first_purchase=False)


def test_a_newcomers_coupon_is_for_the_first_purchase():
    coupon = a_coupon(first_purchase=True)

    assert applies(coupon, 100, first_purchase=True)
    assert not applies(coupon, 100, first_purchase=False)


@given(
    st.sampled_from(["percent", "amount", "shipping", "gift", "item"]),
    st.integers(0, 1_000_000),
    amounts,
    st.integers(0, 5000),
)
def test_nobody_pays_less_than_nothing_or_more_than_the_price(kind, value, amount, min_spend):
    off = discount(a_coupon(kind, value, min_spend=min_spend), amount)

    assert 0 <= off <= amount


@given(st.integers(1, 99), amounts)
def test_the_price_is_rounded_down_and_never_by_a_dollar(value, amount):
    paid = amount - discount(a_coupon("percent", value), amount)

    assert 0 <= amount * value - paid * 100 < 100


def test_the_days_of_a_coupon_are_local_days():
    coupon = a_coupon(valid_from=datetime(2026, 11, 23, 16, 0, tzinfo=UTC))

    assert coupon.first_day == date(2026, 11, 24)
    assert coupon.last_day == date(2026, 12, 24)
    assert coupon.shown_code == "ABCD-EFGH-JKM"


def test_a_wallet_has_four_pockets():
    wallet = sorted_wallet(
        [
            kept("expired earlier", ends=-2, starts=-9),
            kept("expired last", ends=0, starts=-9),
            kept("ends first", ends=1),
            kept("used first", used=NOW - timedelta(days=3)),
            kept("used last", used=NOW - timedelta(days=1)),
            kept("begins later", starts=9),
            kept("begins sooner", starts=1),
            kept("ends last", ends=30),
        ],
        NOW,
    )

    assert [fact.name for fact in wallet.usable] == ["ends first", "ends last"]
    assert [fact.name for fact in wallet.upcoming] == ["begins sooner", "begins later"]
    assert [fact.name for fact in wallet.used] == ["used last", "used first"]
    assert [fact.name for fact in wallet.expired] == ["expired last", "expired earlier"]
