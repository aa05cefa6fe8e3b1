"""A member, from the first hello to the wallet."""

from tests.shop import Phone, Shop


def test_who_follows_is_a_member_at_once_and_knows_what_for(mei: Phone):
    heard = mei.follows()

    assert "歡迎加入" in heard
    assert "銅級" in heard
    assert "停止行銷" in heard
    assert "完成資料拿新客禮" in heard


def test_the_card_says_tier_points_coupons_and_the_way_up(mei: Phone):
    mei.follows()

    heard = mei.says("會員卡")

    assert "銅級" in heard
    assert "0 點" in heard
    assert "0 張" in heard
    assert "再消費 NT$3,000 → 銀級" in heard


def test_an_imported_order_brings_points_and_a_tier(shop: Shop, mei: Phone):
    mei.follows()

    report = shop.imports(
        "orders",
        "order_no,member,ordered_at,product,quantity,amount,status\n"
        f"A1,{mei.id},2026-11-20,芒果,1,3000,picked_up\n",
    )

    assert report.committed, report.json()
    assert "30 點" in mei.says("點數")
    assert "銀級" in mei.says("等級")
    assert "NT$3,000" in mei.says("為什麼是銀級")
