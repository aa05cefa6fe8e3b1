"""What an organiser writes about a reward is read as it is meant, or not at all."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from models.base import TAIPEI
from models.loyalty import reward_words
from models.loyalty.reward_words import NoSuchCouponKind, NoSuchTier, NotAPicture
from models.programme import load

TODAY = date(2026, 11, 24)
PROGRAMME = load()


@pytest.mark.parametrize(
    ("said", "name", "kind", "price", "stock"),
    [
        ("保溫杯 300", "保溫杯", "goods", 300, None),
        ("保溫杯 300 20", "保溫杯", "goods", 300, 20),
        ("保溫杯 500ml 300點 庫存20", "保溫杯 500ml", "goods", 300, 20),
        ("衛生紙 12 300 5", "衛生紙 12", "goods", 300, 5),
        ("體驗 手作課 900 10份", "手作課", "experience", 900, 10),
        ("座位 品酒會 200 8", "品酒會", "seat", 200, 8),
    ],
)
def test_a_new_reward_is_a_name_a_price_and_perhaps_a_stock(said, name, kind, price, stock):
    assert reward_words.new(said, PROGRAMME) == {
        "name": name,
        "kind": kind,
        "price": price,
        "stock": stock,
    }


@pytest.mark.parametrize("said", ["券 birthday_silver 100", "birthday_silver 100"])
def test_a_coupon_is_named_by_its_key(said):
    found = reward_words.new(said, PROGRAMME)

    assert found is not None
    assert (found["kind"], found["coupon_key"]) == ("coupon", "birthday_silver")
    assert found["name"] == PROGRAMME.coupons["birthday_silver"].name


@pytest.mark.parametrize("said", ["", "保溫杯", "300", "券", "體驗 900"])
def test_what_lacks_a_name_or_a_price_is_no_reward(said):
    assert reward_words.new(said, PROGRAMME) is None


def test_a_coupon_nobody_knows_is_refused():
    with pytest.raises(NoSuchCouponKind, match="沒有「八折」"):
        reward_words.new("券 八折 100", PROGRAMME)


def at(*day: int) -> datetime:
    return datetime(*day, tzinfo=TAIPEI)


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ("庫存 30", ("stock", 30)),
        ("庫存 不限", ("stock", None)),
        ("點數 250點", ("price", 250)),
        ("點數 不限", None),
        ("名稱 大保溫杯 2", ("name", "大保溫杯 2")),
        ("每人 2份", ("per_member_limit", 2)),
        ("等級 金級 鑽石級 gold", ("tiers", "gold,diamond")),
        ("等級 不限", ("tiers", "")),
        ("開始 12/1", ("opens_at", at(2026, 12, 1))),
        ("開始 11/24", ("opens_at", at(2026, 11, 24))),
        ("截止 1/5", ("closes_at", at(2027, 1, 6))),
        ("截止 2026/12/31", ("closes_at", at(2027, 1, 1))),
        ("截止 2/30", None),
        ("截止 不限", ("closes_at", None)),
        ("圖片 https://example.com/a.jpg", ("picture", "https://example.com/a.jpg")),
        ("圖片 無", ("picture", "")),
        ("顏色 紅", None),
        ("庫存", None),
        ("庫存 很多", None),
    ],
)
def test_a_change_names_one_thing_and_what_it_becomes(said, found):
    assert reward_words.change(said, PROGRAMME, TODAY) == found


def test_what_cannot_be_is_refused():
    with pytest.raises(NoSuchTier, match="銅級、銀級、金級、鑽石級"):
        reward_words.change("等級 白金", PROGRAMME, TODAY)
    for wrong in ("http://x.tw/a.jpg", "https://x tw", "杯子.jpg"):
        with pytest.raises(NotAPicture):
            reward_words.change(f"圖片 {wrong}", PROGRAMME, TODAY)
