"""Members order in 1:1: "+1", a quote, and one tap."""

from tests.journeys.open_shop import opens
from tests.shop import Phone, Shop


def test_a_call_is_quoted_and_confirmed_once(mei: Phone, shop: Shop):
    opens(shop)

    quote = mei.says("+2")
    placed = mei.taps("確認")

    assert "NT$900" in quote
    assert "可得 9 點" in quote
    assert "訂好了" in placed
    assert "1-1" in placed
    assert "已經過期或用過" in mei.taps("確認")
    assert "NT$900" in mei.says("我的訂單")


def test_a_wrong_number_is_said(mei: Phone, shop: Shop):
    opens(shop)

    assert "找不到第 9 團" in mei.says("9 +1")
