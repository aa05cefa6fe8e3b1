"""Broadcasts: tried out, confirmed, undone, paused, called off; nobody hears what they refused."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.dispatch import sentence
from bot.router import BadUsage
from handlers.organiser.broadcasts import LATER, TimeGone
from models.base import Refusal
from models.insight.segments.refusals import EmptySegment
from models.loyalty.coupon_handouts import NoSuchKind
from models.people.audit import AuditEntry
from models.people.roles import Role
from models.shop.group_buys import NoSuchGroupBuy
from models.talk import outbox_holds, quota
from models.talk.broadcast_refusals import (
    NoBroadcast,
    NoSuchBroadcast,
    NotPaused,
    OverAlready,
)
from models.talk.broadcast_terms import BadPart, NothingToSay, Twice
from models.talk.outbox_records import OutboxMessage
from models.talk.personal_fields import TooLong, UnknownField
from scheduler.broadcast_expiry import ClosesBefore, NotOpen
from scheduler.broadcast_forecasts import NobodyThere, QuotaShort
from tests.shop import Phone, Shop

MINUTE = timedelta(seconds=61)
SAID = "/推播 全部 | {稱呼}早安，你有 {點數} 點，是{等級}。新品到了 👨‍👩‍👧"


@pytest.fixture(autouse=True)
def friends(mei: Phone, lin: Phone, boss: Phone) -> None:
    for each in (mei, lin, boss):
        each.follows()
        each.says(f"稱呼 {each.name}")
    lin.says("停止行銷")


def later(shop: Shop, time: timedelta = MINUTE) -> None:
    shop.clock.jump(time)
    shop.tick()
    shop.settle()


def test_a_broadcast_is_tried_out_confirmed_and_read_by_name(
    mei: Phone, lin: Phone, boss: Phone, shop: Shop
):
    tried = boss.says(SAID)
    assert "會送出：2 則" in tried
    assert "全部，3 位" in tried
    assert "關掉了優惠通知：1 位不送" in tried
    assert "小美早安，你有 0 點，是銅級。新品到了 👨‍👩‍👧" in tried
    assert "推播 #1 排好了" in boss.taps("確認")
    assert "早安" not in mei.hears()

    later(shop)

    assert mei.hears().text == "小美早安，你有 0 點，是銅級。新品到了 👨‍👩‍👧"
    assert "早安" not in lin.hears()
    told = boss.says("/成效 1")
    assert "已送出：2／2 則" in told
    assert "送完了" in told
    assert "#1 全部：送完了" in boss.says("/成效")
    with shop.sessions() as session:
        assert "broadcast.send" in set(session.scalars(select(AuditEntry.action)))


def test_within_the_minute_it_is_undone_at_once_with_its_coupons(
    mei: Phone, boss: Phone, shop: Shop
):
    boss.says("/推播 全部 | 送你券 | 券:金級生日券")
    boss.says("確認")

    assert "推播 #1 已取消" in boss.says("/復原")

    later(shop)
    assert "送你券" not in mei.hears()
    assert "目前有 0 張優惠券" in mei.says("優惠券")
    assert "沒有等待確認" in boss.says("確認")
    assert sentence(OverAlready(1))["text"] in boss.says("/繼續 1")


def test_paused_it_waits_goes_on_and_is_called_off(mei: Phone, boss: Phone, shop: Shop):
    boss.says("/推播 全部 | 第一則")
    boss.says("確認")
    assert "已暫停" in boss.says("/暫停")
    later(shop)
    assert "第一則" not in mei.hears()

    assert "繼續送" in boss.taps("繼續")
    shop.settle()
    assert "第一則" in mei.hears()
    for stop in ("/暫停 1", "/取消 1"):
        assert boss.says(stop).text == sentence(OverAlready(1))["text"]

    boss.says("/排程 12/24 20:00 全部 | 平安夜快樂")
    boss.says("確認")
    assert sentence(NotPaused(2))["text"] in boss.says("/繼續")
    assert "取消推播 #2" in boss.says("/取消")
    assert "已取消" in boss.taps("確認")
    later(shop, timedelta(days=31))
    assert "平安夜快樂" not in mei.hears()


def test_scheduled_it_goes_out_at_its_time_with_card_and_coupon(
    mei: Phone, boss: Phone, shop: Shop
):
    boss.says("/開團 愛文芒果 450")
    boss.says("確認")
    assert "11/25(三) 10:00" in boss.says("/排程 11/25 全部 | 不說幾點")
    boss.says("/排程 11/25 20:00 全部 | 平安夜｜快樂 | 團：１ | 券：金級生日券 | 期限：2天")
    assert "11/25(三) 20:00" in boss.taps("確認")
    later(shop, timedelta(hours=31, minutes=59))
    assert "平安夜" not in mei.hears()

    later(shop, timedelta(minutes=2))

    heard = mei.hears()
    assert "平安夜|快樂" in heard
    assert "愛文芒果" in heard
    assert "送你一張優惠券。金級生日券" in heard
    assert "金級生日券" in mei.says("優惠券")


def test_who_opts_out_after_it_was_planned_hears_nothing(mei: Phone, boss: Phone, shop: Shop):
    boss.says("/推播 全部 | 新品到了")
    boss.says("確認")
    mei.says("停止行銷")

    later(shop)

    assert "新品到了" not in mei.hears()
    assert "略過（退訂、封鎖、本週已滿）：1 則" in boss.says("/成效 1")


def test_paused_until_it_is_of_no_use_it_is_over_and_nothing_was_sent(
    mei: Phone, boss: Phone, shop: Shop
):
    boss.says("/推播 全部 | 只有今天 | 期限:1天")
    boss.says("確認")
    boss.says("/暫停")
    later(shop, timedelta(days=1, hours=1))

    told = boss.says("/成效 1")
    assert "狀態：結束了，沒有送出" in told
    assert "過期沒送：2 則" in told
    assert sentence(OverAlready(1))["text"] in boss.says("/繼續 1")
    assert "只有今天" not in mei.hears()


def test_a_stale_confirmation_or_anothers_sends_nothing(
    mei: Phone, boss: Phone, shop: Shop, phone
):
    other = phone("副手", role=Role.ORGANISER)
    other.follows()
    boss.says("/推播 全部 | 甲")

    assert "沒有等待確認" in other.says("確認")
    shop.clock.jump(timedelta(minutes=11))
    assert "沒有等待確認" in boss.says("確認")
    later(shop)
    assert "甲" not in mei.hears()


REFUSED = [
    ("/推播 金級 | 嗨", NobodyThere("金級", 0)),
    ("/推播 全部 | 你有 {點}", UnknownField("{點}", "{點數}")),
    ("/推播 全部 | 你有 ｛ 點數", UnknownField("｛ 點數", "{點數}")),
    ("/推播 全部 | 早 {稱呼} 你有點數}", UnknownField("點數}", "{點數}")),
    ("/推播 全部 |", NothingToSay()),
    ("/推播 全部 | 看 | B:乙 | b版：丙", Twice("b版")),
    ("/推播 全部 | 看 | 團:9", NoSuchGroupBuy(9)),
    ("/推播 全部 | 看 | 團:那個", BadPart("團", "那個", "團:3")),
    ("/推播 全部 | 看 | 券:沒有這張", NoSuchKind("沒有這張")),
    ("/推播 全部 | " + "字" * 4990 + "{稱呼}", TooLong(5190)),
    ("/排程 11/20 20:00 全部 | 嗨", TimeGone("11/20 20:00")),
    ("/排程 全部 | 嗨", BadUsage(LATER)),
    ("/排程 12/24 20:00 | 嗨", EmptySegment()),
    ("/暫停", NoBroadcast()),
    ("/成效 9", NoSuchBroadcast(9)),
]


@pytest.mark.parametrize(("said", "refusal"), REFUSED)
def test_what_cannot_be_sent_is_said_and_nothing_is_queued(
    boss: Phone, shop: Shop, said: str, refusal: Refusal
):
    assert sentence(refusal)["text"] in boss.says(said)
    assert "沒有等待確認" in boss.says("確認")
    with shop.sessions() as session:
        rules = set(session.scalars(select(OutboxMessage.rule)))
    assert not [rule for rule in rules if rule.startswith("broadcast")]


def test_a_word_nobody_knows_is_pointed_at(boss: Phone):
    assert "最接近的是「金級」" in boss.says("/推播 金極 | 嗨")


def test_more_than_the_month_has_left_is_refused(boss: Phone, shop: Shop):
    with shop.sessions.begin() as session:
        quota.keep(session, monthly=200, used=120, now=shop.clock())
    assert "行銷額度：剩 60 則，送完剩 58 則；費用：約 NT$0" in boss.says("/推播 全部 | 甲")
    with shop.sessions.begin() as session:
        quota.keep(session, monthly=200, used=179, now=shop.clock())

    assert sentence(QuotaShort(2, 1, shop.clock()))["text"] in boss.says("/推播 全部 | 新品到了")
    # the quiet hours end in December, which has messages of its own
    tried = boss.says("/排程 11/30 22:00 全部 | 新品到了")
    assert "安靜時段，12/1(二) 09:00 開始送" in tried
    assert "行銷額度：剩 180 則，送完剩 178 則" in tried
    assert "安靜時段，12/1(二) 09:00 開始送" in boss.says("確認")


def test_what_another_broadcast_is_about_to_send_is_not_promised_twice(boss: Phone, shop: Shop):
    with shop.sessions.begin() as session:
        quota.keep(session, monthly=200, used=177, now=shop.clock())
    boss.says("/推播 全部 | 第一則")
    boss.says("確認")

    assert sentence(QuotaShort(2, 1, shop.clock()))["text"] in boss.says("/推播 全部 | 第二則")
    boss.says("/復原")
    assert "剩 3 則，送完剩 1 則" in boss.says("/推播 全部 | 第二則")


def test_words_that_had_better_not_be_sent_are_pointed_out(boss: Phone):
    assert "建議改掉：療效" in boss.says("/推播 全部 | 療效很好，{稱呼}試試")


def test_what_is_over_before_it_goes_out_is_not_sent(boss: Phone):
    boss.says("/開團 愛文芒果 450 11/25 12:00結單")
    boss.says("確認")

    assert sentence(ClosesBefore(1))["text"] in boss.says("/排程 11/25 20:00 全部 | 看看 | 團:1")
    assert "推播試算" in boss.says("/排程 11/25 11:00 全部 | 看看 | 團:1")
    # the quiet hours would let it go at nine, when this one is over
    boss.says("/開團 宵夜 100 11/24 23:59結單")
    boss.says("確認")
    assert sentence(ClosesBefore(2))["text"] in boss.says("/排程 11/24 21:45 全部 | 看看 | 團:2")
    boss.says("/推播 全部 | 看看 | 團:2")
    boss.says("確認")
    boss.says("/復原")
    boss.says("/結單 2")
    boss.says("確認")
    assert sentence(NotOpen(2))["text"] in boss.says("/推播 全部 | 看看 | 團:2")


def test_one_whose_segment_is_gone_stops_and_says_so(mei: Phone, boss: Phone, shop: Shop):
    boss.says("/分群 存 常客 = 好友")
    boss.says("/排程 11/25 11:00 常客 | 看看")
    boss.says("確認")
    boss.says("/分群 刪 常客")
    boss.says("確認")

    later(shop, timedelta(hours=23, minutes=1))

    assert "推播 #1 停了，還沒送的不會送" in boss.hears()
    assert "看看" not in mei.hears()
    assert "已取消" in boss.says("/成效 1")


def test_a_paused_one_that_ran_out_of_time_holds_up_nothing(boss: Phone, shop: Shop):
    boss.says("/推播 全部 | 看看 | 期限:1天")
    boss.says("確認")
    boss.says("/暫停")

    later(shop, timedelta(days=3))
    later(shop, timedelta(days=1))

    with shop.sessions() as session:
        assert outbox_holds.holds(session) == []
