"""Every refusal that somebody who orders can meet: one sentence, and buttons that lead on."""

from datetime import timedelta

from sqlalchemy import select

from bot.dispatch import sentence
from handlers.member.group_buys import WishTooLong
from handlers.member.ordering_quotes import NoQuote
from models.base import Refusal
from models.shop import group_buys, refunds
from models.shop.bill_records import Bill
from models.shop.group_buy_terms import Delivery, ItemTerms
from models.shop.group_buys import Closed, NoSuchGroupBuy, NotOpenYet
from models.shop.order_queries import NoSuchOrder
from models.shop.ordering import AlreadyPaid, NothingToCancel, NotThatMany, TooManyAtOnce
from models.shop.recipients import UnreadableDetail
from models.shop.shares import OverLimit
from models.shop.waitlist import NothingOffered
from tests.journeys.open_shop import EGGS, MANGO, buys, opens
from tests.shop import Phone, Shop

LIMITED = ItemTerms("A", "愛文芒果", 450, unit="箱", limit=3)


def test_whoever_orders_is_refused_in_a_sentence(mei: Phone, shop: Shop):
    opens(shop, LIMITED)
    soon = shop.clock() + timedelta(days=1)
    opens(shop, EGGS, opens_at=soon)
    buys(mei, "+2")

    met: list[tuple[str, Refusal]] = [
        ("9 +1", NoSuchGroupBuy(9)),
        ("團購 9", NoSuchGroupBuy(9)),
        ("雞蛋+1", NotOpenYet("放牧雞蛋", soon)),
        ("芒果+2", OverLimit("愛文芒果", 3, 2)),
        ("選購 1||-5|", NotThatMany("愛文芒果", 2)),
        ("選購 1||9999|", TooManyAtOnce()),
        ("訂單 8-1", NoSuchOrder("8-1")),
        ("確認候補", NothingOffered()),
        ("不用券", NoQuote()),
        ("敲碗 " + "桃" * 51, WishTooLong()),
    ]

    check(mei, met)


def test_what_is_paid_or_over_is_refused_in_a_sentence(mei: Phone, shop: Shop):
    opens(shop, MANGO)
    opens(shop, EGGS)
    buys(mei, "芒果+2")
    buys(mei, "雞蛋+1")
    mei.says("取消 2-1")
    mei.taps("確認")
    with shop.sessions.begin() as session:
        group_buys.hold(session, 1)
        bill = session.scalars(select(Bill).where(Bill.group_buy_id == 1)).one()
        refunds.receive(session, bill, 900, now=shop.clock(), programme=shop.programme)
    paid = [("取消 1-1", AlreadyPaid("1-1")), ("取消 2-1", NothingToCancel("放牧雞蛋"))]

    check(mei, paid)

    with shop.sessions.begin() as session:
        found = group_buys.hold(session, 2)
        group_buys.move(session, found, group_buys.Stage.CLOSED, now=shop.clock())
    check(mei, [("2 +1", Closed("放牧雞蛋"))])


def test_where_it_cannot_be_sent_is_refused_in_a_sentence(mei: Phone, shop: Shop):
    opens(shop, MANGO, fees=((Delivery.HOME, 120),))
    mei.says("+1")
    mei.taps("確認")

    check(mei, [("王", UnreadableDetail())])


def check(phone: Phone, met: list[tuple[str, Refusal]]) -> None:
    heard = {words: phone.says(words) for words, _refusal in met}
    assert {words: said.text for words, said in heard.items()} == {
        words: sentence(refusal)["text"] for words, refusal in met
    }
    assert [w for w, refusal in met if not set(refusal.buttons) <= set(heard[w].choices)] == []
