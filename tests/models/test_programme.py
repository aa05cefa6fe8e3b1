"""The shop's rules as files: what the presets say, and how a file builds on one."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from models import programme as programmes
from models.programme import Condition, Programme

BASE = """
preset = "E"
[[tiers]]
key = "plain"
name = "一般"
[[tiers]]
key = "loyal"
name = "熟客"
any = [{ spend = 3000 }]
pay = 95
"""


@pytest.fixture
def write(tmp_path: Path) -> Callable[[str], Path]:
    def write(text: str) -> Path:
        path = tmp_path / "rules.toml"
        path.write_text(text, encoding="utf-8")
        return path

    return write


def tiers_of(letter: str) -> list[tuple[str, int, tuple[Condition, ...]]]:
    return [(tier.name, tier.pay, tier.any) for tier in programmes.load(letter).tiers]


def test_preset_b_is_the_default_and_asks_for_spend_or_friends():
    assert programmes.load(None) == programmes.load("b") == programmes.load("B")
    assert tiers_of("B") == [
        ("銅級", 100, ()),
        ("銀級", 95, (Condition(spend=3000),)),
        ("金級", 90, (Condition(spend=8000), Condition(friends=3))),
        ("鑽石級", 85, (Condition(spend=20000), Condition(friends=10))),
    ]


def test_preset_a_asks_the_same_as_b_and_gives_a_discount_from_the_start():
    assert [pay for _, pay, _ in tiers_of("A")] == [95, 90, 85, 80]
    assert [asked for *_, asked in tiers_of("A")] == [asked for *_, asked in tiers_of("B")]


def test_preset_c_has_three_levels_each_paying_less():
    assert tiers_of("C") == [
        ("入門", 95, ()),
        ("進階", 90, (Condition(spend=3000),)),
        ("尊榮", 85, (Condition(spend=8000),)),
    ]


def test_preset_d_lets_a_yearly_fee_stand_for_the_spend():
    assert [asked for *_, asked in tiers_of("D")] == [
        (),
        (Condition(spend=3000), Condition(fee=299)),
        (Condition(spend=8000), Condition(fee=599)),
        (Condition(spend=20000), Condition(fee=999)),
    ]


def test_preset_e_has_two_levels_for_a_start():
    assert tiers_of("E") == [("一般", 100, ()), ("熟客", 95, (Condition(spend=3000),))]


@pytest.mark.parametrize("letter", "ABCDE")
def test_every_preset_gives_each_tier_its_birthday_coupon_for_thirty_days(letter: str):
    programme = programmes.load(letter)

    coupons = [programme.coupons[tier.birthday_coupon or ""] for tier in programme.tiers]

    assert [coupon.value for coupon in coupons] == [50, 100, 150, 200][: len(coupons)]
    assert {(coupon.kind, coupon.valid_days) for coupon in coupons} == {("amount", 30)}


@pytest.mark.parametrize("letter", "ABCDE")
def test_every_preset_gives_newcomers_a_gift_worth_500_and_a_fifth_off(letter: str):
    programme = programmes.load(letter)

    gift, discount = (programme.coupons[key] for key in programme.gifts.newcomer)

    assert (gift.kind, gift.value, gift.first_purchase) == ("gift", 500, True)
    assert (discount.kind, discount.value, discount.per_member_limit) == ("percent", 80, 1)


@pytest.mark.parametrize("letter", "ABCDE")
def test_every_preset_says_each_discount_in_its_benefits(letter: str):
    for tier in programmes.load(letter).tiers:
        if tier.pay < 100:
            assert any(f"{str(tier.pay).rstrip('0')}折" in each for each in tier.benefits)


def test_points_and_messages_have_the_default_terms():
    programme = programmes.load(None)

    assert programme.points == programmes.PointTerms(
        enabled=True, spend_per_point=100, value=1, valid_days=365, may_go_negative=False
    )
    assert (programme.messages.cap, programme.messages.cap_days) == (2, 7)
    assert programme.messages.birthday_mode == "day"
    assert programme.period_days == 365


def test_tiers_are_found_by_key_rank_and_what_is_above(programme: Programme):
    assert programme.base.key == "bronze"
    assert programme.tier("gold").name == "金級"
    assert programme.above("silver") is programme.tier("gold")
    assert programme.above("diamond") is None
    assert [programme.rank(tier.key) for tier in programme.tiers] == [0, 1, 2, 3]


def test_a_tier_of_earlier_rules_ranks_as_the_base(programme: Programme):
    assert not programme.has("platinum")
    assert programme.rank("platinum") == 0
    with pytest.raises(KeyError):
        programme.tier("platinum")


def test_the_mark_of_the_rules_follows_the_thresholds_and_nothing_else(write):
    before = programmes.load(write(BASE)).rules

    assert programmes.load(write(BASE.replace("pay = 95", "pay = 90"))).rules == before
    assert programmes.load(write(BASE.replace("3000", "3001"))).rules != before
    assert programmes.load(write(BASE + "[period]\ndays = 180\n")).rules != before


def test_a_file_says_only_what_differs_from_its_preset(write):
    path = write("""
        [shop]
        name = "阿芳團購"
        [points]
        spend_per_point = 50
        [coupons.newcomer_discount]
        valid_days = 7
        [coupons.summer]
        name = "夏日券"
        kind = "shipping"
    """)

    shop, preset = programmes.load(path), programmes.load("B")

    assert shop.shop_name == "阿芳團購"
    assert (shop.points.spend_per_point, shop.points.valid_days) == (50, 365)
    assert shop.coupons["newcomer_discount"].value == 80
    assert shop.coupons["newcomer_discount"].valid_days == 7
    assert shop.coupons["summer"].kind == "shipping"
    assert shop.tiers == preset.tiers


def test_a_file_that_says_tiers_says_all_of_them(write):
    shop = programmes.load(str(write(BASE)))

    assert shop.preset == "E"
    assert [tier.key for tier in shop.tiers] == ["plain", "loyal"]
    assert shop.tiers[0].birthday_coupon is None


def test_a_file_with_a_byte_order_mark_is_read(tmp_path):
    path = tmp_path / "rules.toml"
    path.write_bytes(b"\xef\xbb\xbf" + BASE.encode())

    assert programmes.load(path).preset == "E"


def test_a_tier_may_lengthen_the_return_period_but_never_shortens_it(write):
    gold = programmes.load("d")
    assert [gold.return_days(tier) for tier in gold.tiers] == [7, 7, 14, 14]

    patient = programmes.load(write('preset = "D"\n[shop]\nreturn_days = 20\n'))
    assert [patient.return_days(tier) for tier in patient.tiers] == [20, 20, 20, 20]
