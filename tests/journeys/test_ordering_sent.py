"""Orders that are sent: where to is asked once, kept sealed, and used again."""

from sqlalchemy import select

from models.shop.bill_records import Bill
from models.shop.group_buy_terms import Delivery
from models.shop.recipients import Recipient
from tests.journeys.open_shop import EGGS, MANGO, buys, opens
from tests.shop import Phone, Shop

FEES = ((Delivery.PICKUP, 0), (Delivery.STORE, 60), (Delivery.HOME, 120))


def test_the_address_is_asked_once_and_used_again(mei: Phone, shop: Shop):
    opens(shop, MANGO, fees=FEES, free_from=2000)
    mei.says("+2")

    asked = [mei.taps("宅配 NT$120"), mei.says("王小美"), mei.says("0912-345-678")]
    quote = mei.says("台北市大安區和平東路一段1號")
    mei.taps("確認")
    opens(shop, EGGS, fees=FEES)
    mei.says("雞蛋+1")
    again = mei.taps("宅配 NT$120")

    assert ["全名" in asked[0], "手機" in asked[1], "地址" in asked[2]] == [True] * 3
    assert "NT$1,020" in quote
    assert "滿 NT$2,000 免運費" in quote
    assert "王小美 台北市大安區" in quote
    assert "王小美 台北市大安區" in again
    sealed(shop, "王小美", "0912345678", "和平東路")


def test_what_only_ships_asks_before_it_is_placed(mei: Phone, shop: Shop):
    opens(shop, MANGO, fees=((Delivery.STORE, 60),))
    mei.says("+2")

    asked = mei.taps("確認")
    mei.says("王小美")
    bad = mei.says("12")
    mei.says("0912345678")
    short = mei.says("7")
    mei.says("7-11 民權門市")

    assert "全名" in asked
    assert "手機" in bad
    assert "寄不到" in short
    assert "訂好了" in mei.taps("確認")


def test_the_details_are_shown_and_changed(mei: Phone, shop: Shop):
    assert "未填" in mei.says("收件資料")

    mei.taps("改收件人")

    assert "王大美" in mei.says("王大美")


def test_what_is_picked_up_asks_nothing(mei: Phone, shop: Shop):
    opens(shop)

    assert "訂好了" in buys(mei, "+1")


def sealed(shop: Shop, *words: str) -> None:
    """Nothing of it stands in the database as it was said."""
    with shop.sessions() as session:
        bill = session.scalars(select(Bill)).first()
        kept = session.scalars(select(Recipient)).one()
        text = f"{vars(bill)}{vars(kept)}"
    assert bill is not None
    assert bill.address_sealed
    assert [word for word in words if word in text] == []
