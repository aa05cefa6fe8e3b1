"""Marketing that is tied to no day comes at the hour at which each member is mostly here."""

from datetime import timedelta

from models.shop.group_buy_terms import ItemTerms
from tests.journeys.open_shop import opens
from tests.shop import Phone, Shop, taipei

DIAPERS = ItemTerms("A", "有機尿布", 450, category="母嬰")
DAY = timedelta(days=1)


def at(shop: Shop, *moment: int) -> None:
    """It is this time in Taipei, and all that is due is done."""
    shop.clock.jump(taipei(2026, *moment))
    assert shop.tick().failed == []
    shop.settle()


def test_each_hears_of_it_at_their_hour_and_only_what_is_still_true(
    boss: Phone, mei: Phone, lin: Phone, shop: Shop
):
    zhu = shop.phone("阿珠")
    for phone in (mei, lin, zhu):
        phone.follows()
        phone.says("恢復行銷")
        phone.says("興趣 母嬰")
        phone.says(f"稱呼 {phone.name}")
    for day in range(24, 30):
        at(shop, 11, day, 4)
        shop.clock.jump(taipei(2026, 11, day, 20, 40))
        mei.says("點數")
        zhu.says("點數")
    number = opens(shop, DIAPERS)
    listed = boss.says("/自動訊息 你可能喜歡")
    assert "下一次：11/30(一) 依各人常用時間，不明的 17:00" in listed

    at(shop, 11, 30, 8, 30)
    assert "常用時間：20 點左右" in boss.says("/查 小美")
    assert "常用時間" not in boss.says("/查 小林")
    assert "可以送，11/30(一) 20:00 送出" in boss.says("/為什麼沒送 小美")
    zhu.says(f"{number} +1")
    zhu.says("確認")
    mei.hears()
    at(shop, 11, 30, 17)
    assert "你對母嬰有興趣" in lin.hears()
    assert mei.hears() == []

    at(shop, 11, 30, 19, 59)
    at(shop, 11, 30, 20)
    assert "你對母嬰有興趣" in mei.hears()
    assert "你對母嬰有興趣" not in zhu.hears()
