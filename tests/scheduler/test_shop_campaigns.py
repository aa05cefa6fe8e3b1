"""What group-buys give the shop a reason to write about: to whom, when, and only once."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from bot.texts import day
from models.base import local_day
from models.people import members
from models.programme import Programme, load
from models.shop import closing, group_buys, interest, ordering, refunds
from models.shop.bill_records import Bill
from models.shop.group_buy_terms import GroupBuyTerms, ItemTerms
from models.shop.shares import Want
from models.talk import switches
from tests.shop import Phone, Shop


@pytest.fixture
def programme() -> Programme:
    """Preset B, of a shop that is paid by transfer."""
    usual = load(None)
    return replace(usual, shop=replace(usual.shop, account="004-123456789"))


@pytest.fixture
def mei(shop: Shop) -> Phone:
    return _friend(shop, "小美")


@pytest.fixture
def lin(shop: Shop) -> Phone:
    return _friend(shop, "小林")


def _friend(shop: Shop, name: str) -> Phone:
    phone = shop.phone(name)
    phone.follows()
    phone.says("手機 0912345678" if name == "小美" else "手機 0922345678")
    with shop.sessions.begin() as session:
        switches.switch(session, "welcome", on=False, now=shop.clock())
    return phone


def opened(shop: Shop, **terms: Any) -> int:
    """A group-buy of mangoes that is open; its number."""
    offered = GroupBuyTerms("愛文芒果", (ItemTerms("A", "愛文芒果", 450),), **terms)
    with shop.sessions.begin() as session:
        drafted = group_buys.draft(session, offered, by="boss", now=shop.clock())
        return group_buys.publish(session, drafted, now=shop.clock()).id


def orders(shop: Shop, phone: Phone, number: int, quantity: int = 1) -> None:
    with shop.sessions.begin() as session:
        item = group_buys.find(session, number).items[0]
        ordering.call(
            session,
            number,
            members.find_by_line_id(session, phone.id),
            [Want(item.id, "", quantity)],
            now=shop.clock(),
            programme=shop.programme,
        )


def looks(shop: Shop, phone: Phone, number: int) -> None:
    with shop.sessions.begin() as session:
        who = members.find_by_line_id(session, phone.id).id
        interest.looked(session, who, [number], now=shop.clock())


def closes(shop: Shop, number: int) -> None:
    with shop.sessions.begin() as session:
        closing.close(session, number, now=shop.clock(), programme=shop.programme)


def arrives(shop: Shop, number: int) -> None:
    with shop.sessions.begin() as session:
        found = group_buys.find(session, number)
        group_buys.move(session, found, group_buys.Stage.ARRIVED, now=shop.clock())


def passes(shop: Shop, to: datetime | timedelta) -> None:
    """Time passes; the scheduler ticks, and what is due goes out."""
    shop.clock.jump(to)
    shop.tick()
    shop.settle()


def test_a_preorder_is_announced_when_it_opens_for_their_tier(shop: Shop, mei: Phone, lin: Phone):
    now = shop.clock()
    number = opened(
        shop, preorder=True, opens_at=now + timedelta(hours=3), windows=(("gold", now),)
    )
    with shop.sessions.begin() as session:
        who = members.find_by_line_id(session, mei.id).id
        interest.remind(session, who, number, now=now)

    passes(shop, timedelta(hours=2))
    assert "開團了" not in mei.hears()

    passes(shop, timedelta(hours=1))
    assert "開團了：愛文芒果" in mei.hears()
    assert not lin.hears()

    passes(shop, timedelta(minutes=1))
    assert not mei.hears()


def test_a_preorder_that_arrived_says_where_to_pick_it_up(shop: Shop, mei: Phone, lin: Phone):
    number = opened(shop, preorder=True, pickup="社區管理室")
    orders(shop, mei, number)
    closes(shop, number)
    with shop.sessions.begin() as session:
        session.scalars(select(Bill)).one().point = "全家店"
    arrives(shop, number)
    mei.hears()

    passes(shop, timedelta(minutes=1))

    heard = mei.hears()
    assert "到貨了：愛文芒果" in heard
    assert "全家店" in heard
    last = f"最晚：{day(local_day(shop.clock()) + timedelta(days=3))}"
    assert last in heard
    assert last in mei.says("我的訂單")
    assert "NT$450" in heard
    assert not lin.hears()


def test_who_looked_and_did_not_order_is_asked_once(shop: Shop, mei: Phone, lin: Phone):
    number = opened(shop, closes_at=shop.clock() + timedelta(days=5))
    looks(shop, mei, number)
    looks(shop, lin, number)
    orders(shop, lin, number)
    for phone in (mei, lin):
        phone.hears()

    passes(shop, timedelta(days=1))
    assert "還在考慮嗎" in mei.hears()
    assert "還在考慮嗎" not in lin.hears()

    passes(shop, timedelta(days=1))
    assert "還在考慮嗎" not in mei.hears()


def test_a_few_shares_short_is_said_to_those_for_whom_it_matters(
    shop: Shop, mei: Phone, lin: Phone
):
    number = opened(shop, minimum=4, closes_at=shop.clock() + timedelta(days=2))
    orders(shop, mei, number)
    mei.hears()

    passes(shop, timedelta(hours=12))
    assert "還差" not in mei.hears()

    passes(shop, timedelta(hours=14))
    assert "還差 3 份成團" in mei.hears()
    assert "還差" not in lin.hears()


def test_nobody_is_called_for_shares_that_are_not_missing(shop: Shop, mei: Phone):
    number = opened(shop, minimum=1, closes_at=shop.clock() + timedelta(hours=20))
    orders(shop, mei, number)
    mei.hears()

    passes(shop, timedelta(minutes=1))

    assert "還差" not in mei.hears()


def test_payment_is_reminded_of_when_due_and_not_once_paid(shop: Shop, mei: Phone, lin: Phone):
    number = opened(shop)
    orders(shop, mei, number, 2)
    orders(shop, lin, number)
    closes(shop, number)
    with shop.sessions.begin() as session:
        who = members.find_by_line_id(session, lin.id)
        bill = ordering.latest_bill(session, number, who.id)
        assert bill is not None
        assert bill.due_on == date(2026, 11, 27)
        refunds.receive(session, bill, 450, now=shop.clock(), programme=shop.programme)

    passes(shop, timedelta(days=2))
    assert "還沒收到您的款項" not in mei.hears()

    passes(shop, timedelta(days=1))
    heard = mei.hears()
    assert "還沒收到您的款項" in heard
    assert "NT$900" in heard
    assert "還沒收到您的款項" not in lin.hears()


def test_goods_that_wait_are_reminded_of_on_the_last_day(shop: Shop, mei: Phone):
    number = opened(shop, pickup="社區管理室")
    orders(shop, mei, number)
    closes(shop, number)
    arrives(shop, number)
    mei.hears()

    passes(shop, timedelta(days=3))

    heard = mei.hears()
    assert "您的商品在等您取貨" in heard
    assert "社區管理室" in heard


def test_the_last_day_is_not_before_the_day_announced(shop: Shop, mei: Phone):
    announced = local_day(shop.clock()) + timedelta(days=5)
    number = opened(shop, pickup="社區管理室", pickup_on=announced)
    orders(shop, mei, number)
    closes(shop, number)
    arrives(shop, number)
    mei.hears()

    passes(shop, timedelta(days=3))
    assert "在等您取貨" not in mei.hears()
    passes(shop, timedelta(days=2))
    assert "您的商品在等您取貨" in mei.hears()


def test_a_campaign_that_is_off_says_nothing(shop: Shop, mei: Phone):
    with shop.sessions.begin() as session:
        switches.switch(session, "preorder_arrived", on=False, now=shop.clock())
    number = opened(shop, preorder=True)
    orders(shop, mei, number)
    closes(shop, number)
    arrives(shop, number)
    mei.hears()

    passes(shop, timedelta(minutes=1))

    assert "到貨了" not in mei.hears()
