"""What an organiser changes of a group-buy: the words, and what follows from a new price."""

from datetime import UTC, datetime

import pytest
from sqlalchemy.orm import Session

from models.base import TAIPEI
from models.programme import Programme
from models.shop import changing, changing_words, closing, group_buys, refunds
from models.shop.changing import PriceRaised
from models.shop.changing_words import BadChange, Change, TimeOver, What, WhichItem
from models.shop.group_buy_terms import GroupBuyTerms, ItemTerms, Rung
from models.shop.group_buys import WrongStage
from tests.models.shop.offers import Counter, member, opened

NOW = datetime(2026, 11, 24, 4, 0, tzinfo=UTC)
ONE = group_buys.imagined(GroupBuyTerms("芒果", (ItemTerms("A", "芒果", 450),)), now=NOW)
TWO = group_buys.imagined(
    GroupBuyTerms("水餃", (ItemTerms("A", "高麗菜", 220), ItemTerms("B", "韭菜", 230))), now=NOW
)
NINE = datetime(2026, 12, 20, 21, 0, tzinfo=TAIPEI)


@pytest.mark.parametrize(
    ("said", "change"),
    [
        ("價格 430", Change(What.PRICE, "A", 430)),
        ("價格A 430元", Change(What.PRICE, "A", 430)),
        ("庫存 60", Change(What.STOCK, "A", 60)),
        ("庫存60", Change(What.STOCK, "A", 60)),
        ("庫存：不限", Change(What.STOCK, "A", None)),
        ("每人限 4", Change(What.LIMIT, "A", 4)),
        ("名稱 愛文芒果 大顆", Change(What.NAME, "A", "愛文芒果 大顆")),
        ("團名 冬季團", Change(What.TITLE, "", "冬季團")),
        ("成團 30", Change(What.MINIMUM, "", 30)),
        ("結單時間 12/20 21:00", Change(What.CLOSES, "", NINE)),
        ("取貨 12/24 管理室", Change(What.PICKUP, "", ["2026-12-24", "管理室"])),
        ("取貨 管理室", Change(What.PICKUP, "", [None, "管理室"])),
        ("圖片 https://a.example/b.jpg", Change(What.PICTURE, "", "https://a.example/b.jpg")),
    ],
)
def test_changes_are_read(said: str, change: Change):
    assert changing_words.read(said, ONE, now=NOW) == change


def test_with_several_items_the_code_says_which():
    assert changing_words.read("價格 b 210", TWO, now=NOW) == Change(What.PRICE, "B", 210)
    with pytest.raises(WhichItem):
        changing_words.read("價格 210", TWO, now=NOW)


@pytest.mark.parametrize("said", ["", "價格", "價格 便宜", "庫存 0", "顏色 紅", "圖片 http://a/b"])
def test_what_cannot_be_changed_is_refused(said: str):
    with pytest.raises(BadChange):
        changing_words.read(said, ONE, now=NOW)


def test_a_closing_time_that_is_over_is_refused():
    with pytest.raises(TimeOver):
        changing_words.read("結單時間 今天11:00", ONE, now=NOW)


@pytest.fixture
def counter(session: Session, programme: Programme, now: datetime) -> Counter:
    mango = ItemTerms("A", "芒果", 450, ladder=(Rung(5, 420),))
    return Counter(session, opened(session, now, mango), programme, now)


def change(counter: Counter, what: What, value: object) -> changing.Changed:
    return changing.make(
        counter.session,
        counter.group_buy.id,
        Change(what, "A", value),
        now=counter.now,
        programme=counter.programme,
    )


def test_a_lower_price_counts_for_all_who_have_not_paid(counter: Counter):
    mei, lin = (member(counter.session, name, counter.now) for name in ("小美", "小林"))
    unpaid, paid = counter.call(mei, 1).bill, counter.call(lin, 2).bill
    assert unpaid is not None
    assert paid is not None
    refunds.receive(counter.session, paid, 900, now=counter.now, programme=counter.programme)

    done = change(counter, What.PRICE, 400)

    assert [item.price_now for item in done.lowered] == [400]
    assert (unpaid.total, paid.total) == (400, 900)
    closed = closing.close(
        counter.session, counter.group_buy.id, now=counter.now, programme=counter.programme
    )
    assert closed.refunds == {paid.order_id: 100}


def test_a_price_is_not_raised_for_those_who_were_quoted(counter: Counter):
    mei = member(counter.session, "小美", counter.now)

    assert change(counter, What.PRICE, 480).group_buy.items[0].price_now == 480
    counter.call(mei, 1)
    with pytest.raises(PriceRaised):
        change(counter, What.PRICE, 500)


def test_a_price_reached_stays_when_the_plain_one_comes_down(counter: Counter):
    mei = member(counter.session, "小美", counter.now)
    counter.call(mei, 5)
    counter.call(mei, -3)

    done = change(counter, What.PRICE, 440)

    assert counter.group_buy.items[0].price_now == 420
    assert done.lowered == []


def test_what_is_over_is_not_changed(counter: Counter):
    closing.fail(
        counter.session, counter.group_buy.id, now=counter.now, programme=counter.programme
    )

    with pytest.raises(WrongStage):
        change(counter, What.STOCK, 5)
    with pytest.raises(WrongStage):
        changing.extend(counter.session, counter.group_buy.id, None)
