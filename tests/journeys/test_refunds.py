"""Refunds and returns: what is shown before, what follows, and who has to agree."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.confirming import NobodyToApprove
from bot.dispatch import sentence
from handlers.organiser.refunds import HandBackInstead, NothingToHandBack, NotPaidYet
from models.loyalty import coupons, points
from models.people.members import find_by_line_id
from models.people.roles import Role
from models.shop.payments import NoSuchOrder
from models.shop.pricing import Wishes
from models.shop.refunds import RefundTooMuch
from models.shop.returns import AskedAlready, NoSuchReturn, NotPickedUp, TooLateToReturn
from models.shop.settlement import OrderMoved
from models.terms import CouponTerms
from tests.journeys.till import arrives, bill, calls, fails, opens, picked_up
from tests.shop import Phone, Shop

FIFTY = CouponTerms("fifty", "NT$50 券", "amount", 50)


@pytest.fixture
def order(shop: Shop, mei: Phone, boss: Phone) -> str:
    """小美 ordered three mangoes with 100 points and a coupon, and paid NT$1,200."""
    arrives(mei, "小美")
    boss.follows()
    gives(shop, mei, 100, "gift")
    with shop.sessions.begin() as session:
        member = find_by_line_id(session, mei.id)
        coupons.issue(session, FIFTY, member.id, source="hand", now=shop.clock())
    number = calls(shop, mei, opens(shop), 3, wishes=Wishes(points=100))
    boss.says(f"/收款 {number}")
    boss.says("確認")
    mei.hears()
    return number


def gives(shop: Shop, phone: Phone, amount: int, source: str) -> None:
    with shop.sessions.begin() as session:
        points.earn(
            session,
            find_by_line_id(session, phone.id).id,
            amount,
            source=source,
            earned_on=shop.clock().date(),
            now=shop.clock(),
            terms=shop.programme.points,
            reason="贈點",
        )


def spends(shop: Shop, phone: Phone, amount: int) -> None:
    with shop.sessions.begin() as session:
        member_id = find_by_line_id(session, phone.id).id
        points.spend(session, member_id, amount, source="reward", now=shop.clock(), reason="兌換")


def has(shop: Shop, phone: Phone) -> tuple[int, int, int]:
    """Points pending, available and owed."""
    with shop.sessions() as session:
        found = points.balance(session, find_by_line_id(session, phone.id).id, shop.clock())
        return found.pending, found.available, found.debt


def test_a_full_refund_is_shown_first_and_brings_everything_back(
    shop: Shop, mei: Phone, boss: Phone, order: str
):
    assert (bill(shop, order).total, has(shop, mei)) == (1200, (12, 0, 0))

    shown = boss.says(f"/退款 {order}")
    assert "退款：NT$1,200" in shown
    assert "退回折抵的點數：+100 點" in shown
    assert "收回這筆送的點數：-12 點" in shown
    assert "退回優惠券：1 張" in shown
    assert has(shop, mei) == (12, 0, 0)

    done = boss.says("確認")
    assert "還要退給團友：NT$1,200" in done
    assert "退款：NT$1,200" in mei.hears()
    assert has(shop, mei) == (0, 100, 0)
    assert "NT$50 券" in mei.says("優惠券")

    assert "NT$1,200" in boss.says("/退差額")
    boss.says(f"/退現 {order}")
    assert "已登記退還 NT$1,200" in boss.says("確認")
    assert "沒有要退給團友" in boss.says("/退差額")
    boss.says("/復原")
    boss.says("確認")
    assert "NT$1,200" in boss.says("/退差額")


def test_points_of_a_refund_that_were_spent_are_claimed_from_the_next_earning(
    shop: Shop, mei: Phone, boss: Phone, order: str
):
    picked_up(shop, order)
    spends(shop, mei, 12)

    shown = boss.says(f"/退款 {order} 900")
    assert "收回這筆送的點數：-9 點" in shown
    assert "退回折抵的點數：+75 點" in shown
    boss.says("確認")
    assert has(shop, mei) == (0, 66, 0)

    spends_rest = has(shop, mei)[1]
    with shop.sessions.begin() as session:
        member_id = find_by_line_id(session, mei.id).id
        points.spend(
            session, member_id, spends_rest, source="reward2", now=shop.clock(), reason="兌換"
        )
    assert "退款：NT$300" in boss.says(f"/退款 {order}")
    boss.says("確認")
    assert has(shop, mei) == (0, 22, 0)


def test_what_a_refund_leaves_owing_is_said_and_paid_from_the_next_points(
    shop: Shop, mei: Phone, boss: Phone
):
    arrives(mei, "小美")
    boss.follows()
    order = calls(shop, mei, opens(shop), 3)
    boss.says(f"/收款 {order}")
    boss.says("確認")
    picked_up(shop, order)
    spends(shop, mei, 13)

    assert "其中 13 點 已經用掉" in boss.says(f"/退款 {order}")
    boss.says("確認")
    assert has(shop, mei) == (0, 0, 13)

    gives(shop, mei, 20, "review")
    assert has(shop, mei) == (0, 7, 0)


def test_a_refund_that_takes_the_tier_is_said(shop: Shop, mei: Phone, boss: Phone):
    arrives(mei, "小美")
    boss.follows()
    order = calls(shop, mei, opens(shop), 7)
    boss.says(f"/收款 {order}")
    boss.says("確認")
    picked_up(shop, order)
    assert "銀級" in mei.says("等級")

    assert "等級變成：銅級" in boss.says(f"/退款 {order} 500")
    assert "銀級" in mei.says("等級")
    boss.says("確認")
    assert "等級變成：銅級" in mei.hears()


def test_a_large_refund_needs_two_persons(shop: Shop, mei: Phone, boss: Phone):
    arrives(mei, "小美")
    boss.follows()
    order = calls(shop, mei, opens(shop), 50)
    boss.says(f"/收款 {order}")
    boss.says("確認")
    boss.says(f"/退款 {order}")
    assert boss.says("確認").text == sentence(NobodyToApprove("NT$20,000"))["text"]

    other = shop.phone("阿芳", role=Role.ORGANISER)
    other.follows()
    boss.says(f"/退款 {order}")
    assert "另一位核准" in boss.says("確認")
    assert bill(shop, order).refunded == 0
    assert "已退款" in other.taps("核准")
    assert bill(shop, order).refunded == 22_500


def test_two_who_refund_the_same_part_refund_it_once(
    shop: Shop, mei: Phone, boss: Phone, order: str
):
    other = shop.phone("阿芳", role=Role.ORGANISER)
    other.follows()
    boss.says(f"/退款 {order} 300")
    other.says(f"/退款 {order} 300")
    boss.says("確認")

    assert other.says("確認").text == sentence(OrderMoved(order))["text"]
    assert bill(shop, order).refunded == 300


def test_what_cannot_be_refunded_is_one_sentence(shop: Shop, mei: Phone, boss: Phone, order: str):
    unpaid, failing = opens(shop), opens(shop)
    owed = calls(shop, mei, unpaid, 1)
    paid = calls(shop, mei, failing, 1)
    boss.says(f"/收款 {paid}")
    boss.says("確認")
    fails(shop, failing)

    heard = [
        boss.says(said).text
        for said in (
            *(f"/退款 {order} 1201", f"/退款 {owed}", f"/退款 {paid}", "/退款 9-9"),
            *(f"/退現 {order}", f"/退現 {paid} 500", "/退款 小美"),
        )
    ]

    assert heard == [
        sentence(refusal)["text"]
        for refusal in (
            *(RefundTooMuch(order, 1200), NotPaidYet(owed), HandBackInstead(paid, 450)),
            *(NoSuchOrder("9-9"), NothingToHandBack(order), RefundTooMuch(paid, 450)),
            NoSuchOrder("小美"),
        )
    ]
    assert "請這樣輸入" in boss.says(f"/退款 {order} 一些")


def test_a_return_is_asked_approved_and_told(shop: Shop, mei: Phone, boss: Phone, order: str):
    assert mei.says(f"退換 {order} 壞了").text == sentence(NotPickedUp(order))["text"]
    picked_up(shop, order)
    shop.clock.jump(timedelta(days=7))

    assert order in mei.says("退換").text + str(mei.says("退換").choices)
    boss.hears()
    assert "退換 #1" in mei.says(f"退換 {order} 有一顆壞了")
    assert "有一顆壞了" in boss.hears()
    assert mei.says(f"退換 {order}").text == sentence(AskedAlready(1, order))["text"]

    assert "有一顆壞了" in boss.says("/退換")
    assert "退款：NT$400" in boss.says("/退換 准 1 400")
    assert "已退款" in boss.says("確認")
    assert "退款：NT$400" in mei.hears()
    assert bill(shop, order).refunded == 400
    assert boss.says("/退換 准 1").text == sentence(NoSuchReturn(1))["text"]


def test_a_return_is_declined_with_a_reason(shop: Shop, mei: Phone, boss: Phone, order: str):
    picked_up(shop, order)
    mei.says(f"退換 {order}")

    assert "請這樣輸入" in boss.says("/退換 不准 1")
    assert "已婉拒" in boss.says("/退換 不准 1 已過賞味期")
    heard = mei.hears()
    assert "已過賞味期" in heard
    assert bill(shop, order).refunded == 0
    assert "沒有等待處理" in boss.says("/退換")


def test_after_the_last_day_nothing_is_returned(shop: Shop, mei: Phone, order: str):
    picked_up(shop, order)
    shop.clock.jump(timedelta(days=8))

    assert mei.says(f"退換 {order}").text == sentence(TooLateToReturn(order, 7))["text"]
    assert "目前沒有可以退換" in mei.says("退換")


def test_nobody_returns_the_order_of_somebody_else(shop: Shop, lin: Phone, mei: Phone, order: str):
    lin.follows()

    assert lin.says(f"退換 {order}").text == sentence(NoSuchOrder(order))["text"]
