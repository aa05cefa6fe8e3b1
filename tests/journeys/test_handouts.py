"""Coupons given by hand and by lot: shown, confirmed, told, undone."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from models.loyalty import lotteries
from models.people.audit import AuditEntry
from tests.shop import Phone, Shop

CODE = re.compile(r"[2-9A-Z]{4}-[2-9A-Z]{4}-[2-9A-Z]{3}")


@pytest.fixture(autouse=True)
def friends(mei: Phone, lin: Phone, boss: Phone) -> None:
    for each in (mei, lin, boss):
        each.follows()
    for each in (mei, lin, boss):
        each.says(f"稱呼 {each.name}")


def audited(shop: Shop) -> list[str]:
    with shop.sessions() as session:
        return list(session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)))


def test_a_coupon_is_given_to_one_member_who_hears_of_it(mei: Phone, boss: Phone, shop: Shop):
    heard = boss.says("/發券 金級生日券 給 小美")
    assert "會發出：1 張" in heard
    assert "NT$150" in heard
    assert "0 張" in mei.says("優惠券")

    assert "已發出" in boss.taps("確認")

    told = mei.says("會員卡")
    assert "送你一張優惠券" in told
    assert "金級生日券 NT$150" in mei.says("優惠券")
    assert "送你一張優惠券" not in mei.says("會員卡")
    assert "coupon.give" in audited(shop)


def test_a_coupon_is_given_to_whom_a_segment_means(mei: Phone, boss: Phone):
    boss.says("/標籤 小美 +母嬰")
    heard = boss.says("/發券 金級生日券 給 全部 且 非 #母嬰")
    assert "全部 非 #母嬰" in heard
    boss.says("確認")

    assert "0 張" in mei.says("優惠券")
    assert "1 位" in boss.says("/抽券 金級生日券 3 給 (#母嬰 或 R>30)")


def test_what_is_confirmed_twice_is_given_once(mei: Phone, boss: Phone):
    boss.says("/發券 birthday_gold 給 全部")
    boss.says("確認")

    assert "沒有等待確認" in boss.says("確認")
    assert "1 張" in mei.says("優惠券")


def test_nothing_is_given_before_it_is_confirmed(mei: Phone, boss: Phone):
    boss.says("/發券 金級生日券 給 全部")
    boss.says("取消")

    assert "0 張" in mei.says("優惠券")


def test_who_says_nothing_is_told_by_a_push_after_two_days(mei: Phone, boss: Phone, shop: Shop):
    boss.says("/發券 金級生日券 給 小美")
    boss.says("確認")
    mei.hears()

    shop.clock.jump(timedelta(days=2, minutes=1))
    shop.settle()

    assert "送你一張優惠券" in mei.hears()


def test_whoever_wants_no_offers_has_the_coupon_and_is_not_written_to(
    mei: Phone, boss: Phone, shop: Shop
):
    mei.says("停止行銷")
    boss.says("/發券 金級生日券 給 小美")

    assert "會通知：0 位" in boss.says("確認")
    assert "送你一張優惠券" not in mei.says("優惠券")
    assert "金級生日券" in mei.says("優惠券")


def test_what_was_given_is_undone_and_not_told(mei: Phone, boss: Phone):
    boss.says("/發券 金級生日券 給 小美")
    boss.says("確認")
    boss.says("/復原")

    assert "收回還沒使用的 1 張" in boss.says("確認")
    assert "送你一張優惠券" not in mei.says("會員卡")
    assert "0 張" in mei.says("優惠券")


def test_a_draw_promises_its_seed_and_shows_it_afterwards(
    mei: Phone, lin: Phone, boss: Phone, shop: Shop
):
    heard = boss.says("/抽券 金級生日券 1 給 全部")
    promised = re.search(r"[0-9a-f]{64}", heard.text)
    done = boss.says("確認")

    seed = re.search(r"\b[0-9a-f]{32}\b", done.text)
    assert promised is not None
    assert seed is not None
    assert lotteries.commitment(seed[0]) == promised[0]
    assert promised[0] in done
    said = {mei: mei.says("會員卡"), lin: lin.says("會員卡"), boss: done}
    won = [each for each, heard in said.items() if "恭喜抽中" in heard]
    assert len(won) == 1
    assert won[0].name in done
    assert "coupon.draw" in audited(shop)


def test_words_that_mean_nothing_are_told_what_to_say(boss: Phone):
    assert "可以發的優惠券" in boss.says("/發券")
    assert "請這樣輸入：/發券" in boss.says("/發券 金級生日券")
    assert "請這樣輸入：/抽券" in boss.says("/抽券 金級生日券 給 全部")
    assert "沒有叫「蛋糕」的券" in boss.says("/發券 蛋糕 給 全部")
    assert "找不到「小花」" in boss.says("/發券 金級生日券 給 小花")
    assert "沒有可以發的團友" in boss.says("/發券 金級生日券 給 鑽石級")
    assert "「#沒人」不認得" in boss.says("/發券 金級生日券 給 #沒人")
    boss.says("/發券 newcomer_gift 給 小美")
    boss.says("確認")
    assert "都已經領過" in boss.says("/發券 newcomer_gift 給 小美")


def test_members_do_not_give_coupons(mei: Phone):
    assert "已發出" not in mei.says("/發券 金級生日券 給 小美")


def test_a_slip_at_the_counter_is_corrected(mei: Phone, boss: Phone, shop: Shop):
    mei.says("生日 3/5")
    code = CODE.findall(mei.says("優惠券").text)[0]
    assert "沒有核銷過" in boss.says(f"/更正 {code}")
    boss.says(f"/核銷 {code}")

    assert "更正核銷" in boss.says(f"/更正 {code}")
    assert "你的優惠券裡沒有" in mei.says(f"使用 {code}")
    assert "券還給團友了" in boss.taps("確認")

    assert code in mei.says(f"使用 {code}")
    assert "已核銷" in boss.says(f"/核銷 {code}")
    assert audited(shop)[-3:] == ["coupon.redeem", "coupon.correct", "coupon.redeem"]


def test_the_last_redemption_is_undone(mei: Phone, boss: Phone):
    mei.says("生日 3/5")
    code = CODE.findall(mei.says("優惠券").text)[0]
    boss.says(f"/核銷 {code}")
    boss.says("/復原")

    assert "券還給團友了" in boss.says("確認")
    assert code in mei.says(f"使用 {code}")
