"""Owners are told at 50, 80 and 95 percent of the month's messages, once each."""

from __future__ import annotations

from collections.abc import Coroutine
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from bot.watch import Watch
from models.talk import outbox_holds
from models.talk.alerts import Alert
from models.talk.outbox_records import OutboxMessage
from tests.shop import Phone, Shop

MINUTE = timedelta(minutes=1)


def told(shop: Shop) -> list[str]:
    with shop.sessions() as session:
        query = select(OutboxMessage.messages).where(OutboxMessage.rule == "alert")
        return list(session.scalars(query.order_by(OutboxMessage.id)))


def look(shop: Shop, used: int) -> None:
    """LINE counts so many, and the watch has a look."""
    spent = shop.platform.monthly
    spent.spend(used - spent.used(shop.clock()), shop.clock())
    shop.clock.jump(MINUTE)
    Watch(shop.runtime, shop._loop.call, shared_clock=lambda _: shop.clock()).look()


def test_each_level_is_told_once_a_month_and_only_the_highest_of_several(shop: Shop, boss: Phone):
    assert boss.id
    shop.platform.quota = 100
    look(shop, 49)
    assert told(shop) == []

    look(shop, 50)
    look(shop, 60)
    assert len(told(shop)) == 1
    assert "已用 50%（50／100 則）" in told(shop)[0]

    look(shop, 96)
    look(shop, 97)
    levels = [body for body in told(shop) if "已用" in body]
    assert len(levels) == 2
    assert "已用 95%（96／100 則）" in levels[1]

    shop.clock.jump(timedelta(days=8))
    look(shop, 85)
    levels = [body for body in told(shop) if "已用" in body]
    assert len(levels) == 3
    assert "已用 80%（85／100 則）" in levels[2]


def test_what_sends_under_way_reserve_is_no_alert_before_an_hour(shop: Shop, boss: Phone):
    assert boss.id
    with shop.sessions.begin() as session:
        held = outbox_holds.RESERVED
        outbox_holds.hold(session, outbox_holds.MARKETING, reason=held, now=shop.clock())
    kinds = select(Alert.kind)

    look(shop, 1)
    with shop.sessions() as session:
        assert session.scalars(kinds).all() == []
    assert "quota_used_up" not in shop.client.get("/readyz").get_json()["codes"]

    shop.clock.jump(outbox_holds.RESERVED_AT_MOST)
    look(shop, 2)
    with shop.sessions() as session:
        assert session.scalars(kinds).all() == ["quota"]
    assert "quota_used_up" in shop.client.get("/readyz").get_json()["codes"]


def test_what_line_told_last_month_is_not_taken_for_this_months(shop: Shop, boss: Phone):
    boss.follows()
    away(shop)
    assert "還沒有向 LINE 問到額度" in boss.says("/額度")

    shop.platform.quota = 100
    look(shop, 49)
    look(shop, 98)
    before = len(told(shop))
    shop.clock.jump(timedelta(days=8))
    away(shop)

    assert len(told(shop)) == before
    assert "0／100" in boss.says("/額度")
    look(shop, 96)
    assert "已用 95%（96／100 則）" in told(shop)[-1]


def away(shop: Shop) -> None:
    """The watch has a look, and LINE does not answer."""

    def call(asked: Coroutine[Any, Any, Any], *_: Any) -> Any:
        asked.close()
        raise TimeoutError

    Watch(shop.runtime, call, shared_clock=lambda _: shop.clock()).look()
