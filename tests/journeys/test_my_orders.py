"""My orders: each order's state, one sum for a pickup day, and what leads on."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, timedelta

from sqlalchemy import event

from models.shop import closing, group_buys
from tests.journeys.open_shop import EGGS, MANGO, buys, opens
from tests.shop import Phone, Shop


def test_what_is_picked_up_together_has_one_sum(mei: Phone, shop: Shop):
    for item in (MANGO, EGGS):
        opens(shop, item, pickup="巷口超商", pickup_on=date(2026, 12, 1))
    buys(mei, "芒果+2")
    buys(mei, "雞蛋+2")

    heard = mei.says("我的訂單")

    assert "12/1(二) 取貨：2 筆 NT$1,230" in heard
    assert "還要付：NT$1,230" in heard
    assert "巷口超商" in heard
    assert "已登記" in heard


def test_asked_in_many_words_it_is_the_same(mei: Phone, shop: Shop):
    opens(shop)
    buys(mei, "+2")

    for words in (
        "查單",
        "有登記到嗎",
        "多少錢",
        "什麼時候拿",
        "在哪拿",
        "我要付多少錢",
        "orders",
    ):
        assert "NT$900" in mei.says(words)


def test_an_order_in_full_explains_each_line(mei: Phone, shop: Shop):
    opens(shop)
    buys(mei, "+2")

    heard = mei.says("訂單 1-1")

    assert "NT$450 × 2 箱" in heard
    assert "取貨碼" in heard


def test_of_others_nothing_is_seen(mei: Phone, lin: Phone, shop: Shop):
    opens(shop)
    buys(mei, "+2")

    assert "0 筆訂單" in lin.says("我的訂單")
    assert "找不到你的訂單" in lin.says("訂單 1-1")
    assert "找不到你的訂單" in lin.says("改訂單 1-1")
    assert "找不到你的訂單" in lin.says("再買一次 1-1")


def test_how_to_pay_is_on_the_order(engine, sessions, programme, now):
    terms = replace(programme.shop, account="(822) 1234-5678")
    shop = Shop(engine, sessions, replace(programme, shop=terms), now)
    opens(shop, closes_at=now + timedelta(days=2))

    placed = buys(shop.phone("小美"), "+2")

    shop.close()
    assert "(822) 1234-5678" in placed
    assert "匯款 12345" in placed
    assert "結單後 3 天內付款" in placed
    assert "取貨碼" in placed


def test_without_an_account_one_pays_at_pickup(mei: Phone, shop: Shop):
    opens(shop)

    assert "取貨時付現" in buys(mei, "+2")


def test_what_was_bought_is_bought_again_where_it_is_on_sale(mei: Phone, shop: Shop):
    opens(shop)
    buys(mei, "+2")
    with shop.sessions.begin() as session:
        found = group_buys.hold(session, 1)
        group_buys.move(session, found, group_buys.Stage.CLOSED, now=shop.clock())
    gone = mei.says("再買一次")
    opens(shop, MANGO)

    quote = mei.says("再買一次 1-1")

    assert "敲碗 愛文芒果" in gone.choices
    assert "照訂單 1-1 再訂一次" in quote
    assert "第 2 團" in quote
    assert "2-1" in mei.taps("確認")


def test_however_many_orders_it_takes_as_many_statements(mei: Phone, shop: Shop):
    for _number in range(3):
        opens(shop)
    buys(mei, "1 +1")
    one = counted(shop, mei)
    for number in (2, 3):
        buys(mei, f"{number} +1")

    assert counted(shop, mei) == one


def counted(shop: Shop, phone: Phone) -> int:
    with said(shop) as statements:
        assert "進行中" in phone.says("我的訂單")
    return sum("FROM orders" in each or "FROM order_lines" in each for each in statements)


def test_a_quote_and_an_order_ask_once_where_somebody_stands(mei: Phone, shop: Shop):
    opens(shop)
    mei.says("會員卡")

    with said(shop) as quoting:
        assert "NT$900" in mei.says("+2")
    with said(shop) as placing:
        assert "訂好了" in mei.taps("確認")

    for statements in (quoting, placing):
        assert sum("member_tiers.tier" in each for each in statements) == 1


@contextmanager
def said(shop: Shop) -> Iterator[list[str]]:
    """The statements that the database is given meanwhile."""
    statements: list[str] = []
    engine = shop.runtime.engine

    def note(_connection, _cursor, statement, *_rest):
        statements.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        event.remove(engine, "before_cursor_execute", note)


def test_my_own_track_record_is_no_secret(mei: Phone, shop: Shop):
    assert "60 分" in mei.says("取貨紀錄")


def test_a_number_alone_finds_the_order_or_asks_which(mei: Phone, shop: Shop):
    for item in (MANGO, EGGS):
        opens(shop, item)
    buys(mei, "芒果+2")

    assert "NT$900" in mei.says("order 1")
    buys(mei, "雞蛋+2")
    assert "訂單 2-1" in mei.says("訂單 2")
    asked = mei.says("order 1")
    assert "要看哪一筆" in asked
    assert asked.choices == ["2-1 放牧雞蛋", "1-1 愛文芒果"]
    assert "NT$900" in mei.taps("1-1 愛文芒果")
    assert "找不到你的訂單 7" in mei.says("訂單 7")


def test_each_order_says_whether_it_is_paid(mei: Phone, boss: Phone, shop: Shop):
    opens(shop)
    buys(mei, "+2")

    assert "付款：未付" in mei.says("我的訂單")
    mei.says("匯款 900 末五碼 12345")
    assert "付款：已回報，待核對" in mei.says("我的訂單")
    boss.says("/收款 1-1")
    boss.says("確認")
    assert "付款：已核對" in mei.says("我的訂單")
    assert "付款：已核對" in mei.says("訂單 1-1")


def test_what_was_cut_and_is_waited_for_is_not_called_cancelled(mei: Phone, shop: Shop):
    opens(shop, replace(MANGO, case_size=3))
    buys(mei, "+2")
    with shop.sessions.begin() as session:
        closing.close(session, 1, now=shop.clock(), programme=shop.programme)

    heard = mei.says("我的訂單")

    assert "候補第 1 位" in heard
    assert "狀態：候補中" in heard
    assert "已取消" not in heard
    assert "狀態：候補中" in mei.says("訂單 1-1")
