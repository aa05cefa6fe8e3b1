"""Which coupons go on an order: the best of all combinations, or those the member picked."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import combinations
from time import perf_counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.base import end_of_day
from models.loyalty import codes, coupon_choice
from models.loyalty.coupon_choice import Basket, BasketLine, CannotUse, Reason
from models.loyalty.coupon_facts import CouponFact

NOW = datetime(2026, 11, 24, 4, 0, tzinfo=UTC)
TODAY = date(2026, 11, 24)
MANGO = BasketLine("愛文芒果", "水果", 900, 2)
NAPPIES = BasketLine("尿布 L", "母嬰", 601, 1)
BASKET = Basket((MANGO, NAPPIES), shipping=100)


def a_coupon(kind="amount", value=50, *, code="A", days=30, **terms) -> CouponFact:
    facts = {
        "min_spend": 0,
        "first_purchase": False,
        "valid_from": NOW,
        "used_at": None,
        "description": "",
        "name": f"{kind} {value}",
    }
    ends = end_of_day(TODAY, days_later=days)
    return CouponFact(code=code, kind=kind, value=value, expires_at=ends, **facts | terms)


def choose(coupons, basket=BASKET, *, tier="bronze", first_purchase=False):
    return coupon_choice.choose(coupons, basket, tier=tier, first_purchase=first_purchase, now=NOW)


def apply(chosen, coupons, basket=BASKET, *, tier="bronze", first_purchase=False):
    return coupon_choice.apply(
        chosen, coupons, basket, tier=tier, first_purchase=first_purchase, now=NOW
    )


kinds = st.sampled_from(["percent", "amount", "shipping", "gift", "item"])
coupons_drawn = st.builds(
    a_coupon,
    kinds,
    st.integers(0, 99),
    days=st.integers(-1, 3),
    min_spend=st.sampled_from([0, 0, 50, 500]),
    products=st.sampled_from([(), (), ("米",)]),
    category=st.sampled_from(["", "", "水果"]),
    tiers=st.sampled_from([(), (), ("gold",)]),
    stacks=st.booleans(),
    first_purchase=st.booleans(),
)
lines = st.builds(
    BasketLine,
    st.sampled_from(["白米", "蘋果"]),
    st.sampled_from(["水果", ""]),
    st.integers(0, 300),
    st.integers(1, 3),
)
baskets = st.builds(Basket, st.lists(lines, max_size=4).map(tuple), st.sampled_from([0, 60]))


def wallets(most):
    return st.lists(coupons_drawn, max_size=most).map(
        lambda held: [c._replace(code=f"C{n}") for n, c in enumerate(held)]
    )


@given(wallets(5), baskets, st.booleans())
@settings(max_examples=200)
def test_the_best_combination_is_the_best_of_all_there_are(wallet, basket, first):
    best = choose(wallet, basket, first_purchase=first)

    found = [(0, [], 0, [], [])]
    for size in (1, 2, 3):
        for some in combinations(wallet, size):
            try:
                made = apply([c.code for c in some], wallet, basket, first_purchase=first)
            except CannotUse:
                continue
            if not all(why.saves for why in made.why):
                continue
            ends = sorted(c.expires_at for c in made.coupons)
            named = sorted(made.codes)
            found.append((-made.saves, ends[:1], len(named), ends, named))
    least = min(found)
    assert (-best.saves, sorted(best.codes)) == (least[0], least[4])


@given(wallets(6), baskets, st.randoms(use_true_random=False))
def test_the_order_of_the_wallet_decides_nothing(wallet, basket, random):
    best = choose(wallet, basket)
    random.shuffle(wallet)

    again = choose(wallet, basket)

    assert (again.coupons, again.discounts) == (best.coupons, best.discounts)
    assert [why.coupon for why in again.why] == [why.coupon for why in best.why]


@given(wallets(6), baskets)
def test_no_line_and_no_shipping_comes_to_less_than_nothing(wallet, basket):
    best = choose(wallet, basket)

    for line, off in zip(basket.lines, best.discounts, strict=True):
        assert 0 <= off <= line.amount
    assert 0 <= best.shipping <= basket.shipping
    worth = sum(c.value for c in best.coupons if c.kind in ("gift", "item"))
    assert best.saves == best.off + worth
    assert {why.coupon for why in best.why} == set(wallet)
    assert sum(why.saves for why in best.why if why.used) == best.saves


@given(st.lists(st.integers(0, 1000), min_size=1, max_size=6), st.integers(0, 1000))
def test_shares_add_up_to_what_is_shared(parts, wanted):
    amount = min(wanted, sum(parts))

    shares = coupon_choice.shared(amount, parts)

    assert sum(shares) == amount
    assert all(0 <= share <= part for share, part in zip(shares, parts, strict=True))


def test_a_percentage_rounds_the_price_down_and_is_shared_over_the_lines():
    made = apply(["A"], [a_coupon("percent", 85)])

    assert 1501 - made.off == 1275  # 85 % of 1,501 is 1,275.85
    assert made.discounts == (136, 90)


def test_a_coupon_for_certain_goods_takes_off_those_only():
    made = apply(["A"], [a_coupon("amount", 5000, category="水果")])
    named = apply(["A"], [a_coupon("percent", 50, products=("尿布",))])

    assert made.discounts == (900, 0)
    assert named.discounts == (0, 301)


def test_one_that_stacks_goes_with_another_kind_and_one_that_does_not_goes_alone():
    off = a_coupon("amount", 100, code="A", stacks=True)
    free = a_coupon("shipping", 0, code="B", stacks=True)
    gift = a_coupon("gift", 80, code="C", stacks=True)
    alone = a_coupon("amount", 250, code="D")

    made = choose([off, free, gift, alone])

    assert set(made.codes) == {"A", "B", "C"}
    assert (made.saves, made.off, made.shipping) == (280, 200, 100)
    assert made.gifts == ("gift 80",)
    assert choose([off, free, alone]).codes == ("D",)


def test_of_equal_savings_the_coupon_that_ends_first_is_used():
    late, soon = a_coupon(code="A", days=30), a_coupon(code="B", days=3)

    assert choose([late, soon]).codes == ("B",)


def test_what_is_not_used_says_why():
    best = a_coupon("amount", 100, code="A")
    others = [
        a_coupon(code="B"),
        a_coupon(code="C", min_spend=2000),
        a_coupon(code="D", tiers=("gold",)),
    ]

    made = choose([best, *others])

    refusals = {why.coupon.code: why.refusal for why in made.why}
    assert refusals.pop("A") is None
    assert {code: refusal.reason for code, refusal in refusals.items() if refusal} == {
        "B": Reason.BEATEN,
        "C": Reason.MINIMUM,
        "D": Reason.TIER,
    }


@pytest.mark.parametrize(
    ("coupon", "reason", "words"),
    [
        (a_coupon(min_spend=1600), Reason.MINIMUM, "要滿 NT$1,600，還差 NT$99"),
        (a_coupon(min_spend=700, category="母嬰"), Reason.MINIMUM, "還差 NT$99"),
        (a_coupon(tiers=("gold",)), Reason.TIER, "其他會員等級"),
        (a_coupon(products=("洗衣精",), category="家用"), Reason.GOODS, "洗衣精、家用"),
        (a_coupon(valid_from=NOW + timedelta(days=3)), Reason.UPCOMING, "11/27 起才能用"),
        (a_coupon(days=-1), Reason.EXPIRED, "到 11/23 為止"),
        (a_coupon(first_purchase=True), Reason.FIRST, "限第一次購買"),
        (a_coupon("percent", 100), Reason.NOTHING, "省不到錢"),
    ],
)
def test_a_coupon_that_cannot_be_used_says_what_is_missing(coupon, reason, words):
    with pytest.raises(CannotUse) as refusal:
        apply(["A"], [coupon])

    assert refusal.value.reason == reason
    assert words in str(refusal.value)


def test_a_shipping_coupon_is_of_no_use_without_shipping():
    with pytest.raises(CannotUse) as refusal:
        apply(["A"], [a_coupon("shipping", 0)], Basket((MANGO,)))

    assert refusal.value.reason == Reason.SHIPPING


def test_two_that_do_not_go_together_are_refused():
    alone, stacks = a_coupon(code="A"), a_coupon(code="B", stacks=True)
    same = a_coupon("percent", 90, code="C", stacks=True)

    with pytest.raises(CannotUse) as refusal:
        apply(["A", "B"], [alone, stacks, same])
    assert refusal.value.reason == Reason.ALONE
    with pytest.raises(CannotUse) as refusal:
        apply(["B", "C"], [alone, stacks, same])
    assert refusal.value.reason == Reason.SAME_KIND
    with pytest.raises(CannotUse) as refusal:
        apply(["Z"], [alone])
    assert refusal.value.reason == Reason.NOT_HELD


def test_a_code_is_read_however_it_is_typed():
    code = codes.generate()

    assert apply([codes.show(code).lower()], [a_coupon(code=code)]).codes == (code,)


def test_fifty_coupons_are_chosen_from_in_no_time():
    wallet = [
        a_coupon(kind, 10 + n, code=f"C{n}", stacks=n % 3 > 0, min_spend=n * 40)
        for n, kind in enumerate(["percent", "amount", "shipping", "gift", "item"] * 10)
    ]
    basket = Basket(tuple(BasketLine(f"商品 {n}", "水果", 100 + n, 1) for n in range(20)), 100)

    times = []
    for _ in range(5):
        started = perf_counter()
        choose(wallet, basket)
        times.append(perf_counter() - started)

    assert min(times) < 0.02
