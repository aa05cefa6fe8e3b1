"""A coupon from the wallet to the counter."""

import re
from datetime import timedelta

import pytest

from tests.shop import Phone, Shop

CODE = re.compile(r"[2-9A-Z]{4}-[2-9A-Z]{4}-[2-9A-Z]{3}")


@pytest.fixture
def code(mei: Phone) -> str:
    mei.follows()
    mei.says("生日 3/5")
    return CODE.findall(mei.says("優惠券").text)[0]


def test_an_empty_wallet_says_how_to_fill_it(mei: Phone):
    mei.follows()

    heard = mei.says("優惠券")

    assert "0 張" in heard
    assert "完成資料" in heard.choices


def test_a_coupon_is_shown_at_the_counter_and_taken_once(mei: Phone, boss: Phone, code: str):
    assert code in mei.says(f"使用 {code}")

    assert "已核銷" in boss.says(f"/核銷 {code}")
    assert "找不到可以使用的優惠券" in boss.says(f"/核銷 {code}")
    assert "你的優惠券裡沒有這張" in mei.says(f"使用 {code}")
    assert "1 張" in mei.says("優惠券")


@pytest.mark.parametrize(
    "change", [str.lower, lambda c: c.replace("-", " "), lambda c: c.replace("-", "")]
)
def test_a_code_is_read_however_it_is_typed(boss: Phone, code: str, change):
    assert "已核銷" in boss.says(f"/核銷 {change(code)}")


def test_the_button_in_the_wallet_shows_the_coupon(mei: Phone, code: str):
    mei.says("優惠券")

    assert "請給店家看這個券號" in mei.taps("使用")


def test_a_code_that_is_none_is_refused_alike_to_everybody(mei: Phone, boss: Phone, code: str):
    for wrong in ("ABCD", code[:-1] + ("3" if code[-1] != "3" else "4"), "0" * 11, "券碼"):
        assert "你的優惠券裡沒有這張" in mei.says(f"使用 {wrong}")
        assert "找不到可以使用的優惠券" in boss.says(f"/核銷 {wrong}")


def test_guessing_ends_after_ten_tries_an_hour(boss: Phone, code: str, shop: Shop):
    for _ in range(10):
        assert "找不到" in boss.says("/核銷 2222-2222-222")

    assert "太多次" in boss.says(f"/核銷 {code}")
    shop.clock.jump(timedelta(hours=1))
    assert "已核銷" in boss.says(f"/核銷 {code}")


def test_members_guess_no_better_than_organisers(mei: Phone, code: str, shop: Shop):
    for _ in range(10):
        assert "你的優惠券裡沒有這張" in mei.says("使用 2222-2222-222")

    assert "太多次" in mei.says("使用 2222-2222-222")
    assert code in mei.says(f"使用 {code}")


def test_the_wallet_says_what_a_coupon_goes_with(mei: Phone, code: str):
    heard = mei.says("優惠券")

    assert "併用：可搭配其他種類的券" in heard
    assert "限制：首次購買" in heard


def test_a_voided_coupon_is_worth_nothing(mei: Phone, boss: Phone, code: str):
    assert "已作廢" in boss.says(f"/作廢 {code}")

    assert "你的優惠券裡沒有這張" in mei.says(f"使用 {code}")
    assert "找不到" in boss.says(f"/核銷 {code}")


def test_a_used_coupon_cannot_be_voided(boss: Phone, code: str):
    boss.says(f"/核銷 {code}")

    assert "已經使用了，不能作廢" in boss.says(f"/作廢 {code}")


def test_an_expired_coupon_is_no_longer_taken(mei: Phone, boss: Phone, code: str, shop: Shop):
    shop.clock.jump(timedelta(days=400))

    assert "找不到" in boss.says(f"/核銷 {code}")
    assert "你的優惠券裡沒有這張" in mei.says(f"使用 {code}")


def test_a_command_without_a_code_says_how(mei: Phone, boss: Phone):
    mei.follows()

    assert "請這樣輸入：使用 <券碼>" in mei.says("使用")
    assert "請這樣輸入：/核銷 券碼" in boss.says("/核銷")
    assert "請這樣輸入：/作廢 券碼" in boss.says("/作廢")
