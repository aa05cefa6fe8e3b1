"""Organisers see what goes out by itself, what each message says, and switch it."""

from datetime import timedelta

from models.talk import quota
from scheduler import automatic, campaigns
from scheduler.campaign import CAMPAIGNS
from tests.shop import Phone, Shop, taipei

campaigns.load()


def test_automatic_messages_are_listed_looked_into_and_switched(
    boss: Phone, mei: Phone, shop: Shop
):
    mei.follows()
    mei.says("生日 11/25")
    mei.says("稱呼 小美")
    with shop.sessions.begin() as session:
        quota.keep(session, monthly=3_000, used=10, now=shop.clock())

    listed = boss.says("/自動訊息").text
    assert "生日：開" in listed
    assert "下一次 11/25(三) 09:00" in listed
    assert "快閃會員日：關" in listed
    assert len(listed) <= 1_500

    shop.clock.jump(taipei(2026, 11, 25, 10))
    shop.tick()
    shop.settle()
    assert "生日快樂" in mei.hears()
    looked = boss.says("/自動訊息 生日")
    assert "下一次：11/26(四) 09:00" in looked
    assert "現在符合的：1 位" in looked
    assert "近四週：推播 1 則" in looked
    assert "11/25(三)：排了 1 則" in looked
    assert "花費：約 NT$0" in looked
    assert "下面是 小美 會收到的樣子" in looked
    assert "小美，生日快樂" in looked[1]["altText"]
    said = str(looked[1])
    assert "/自動訊息 生日" in said
    assert "'data': '優惠券'" not in said  # its buttons do nothing here

    assert "已關掉" in boss.says("/開關 生日")
    assert "關著，不會送" in boss.taps("看內容")
    assert "已打開" in boss.says("/開關 生日")


def test_a_festival_is_switched_by_itself(boss: Phone):
    looked = boss.says("/自動訊息 節日")
    assert "母親節 5/2(日)：開" in looked
    assert "中秋節 9/1(三)：關" in looked
    assert "範例" in looked

    assert "「中秋節」已打開" in boss.says("/開關 中秋節")
    looked = boss.says("/自動訊息 中秋節")
    assert "中秋節 9/1(三)：開" in looked
    assert "月餅" in looked[1]["altText"]
    boss.says("/復原")
    assert "「中秋節」已關掉" in boss.says("確認")


def test_every_campaign_shows_what_it_says_though_it_concerns_nobody(shop: Shop):
    moment = {"now": shop.clock(), "programme": shop.programme}
    with shop.sessions() as session:
        found = {key: automatic.look(session, each, **moment) for key, each in CAMPAIGNS.items()}

    assert {key for key, each in found.items() if each.reached or each.whom} == set()
    assert {key for key, each in found.items() if not each.message} == set()


def test_what_is_switched_off_does_not_go_out(boss: Phone, mei: Phone, lin: Phone, shop: Shop):
    for phone in (mei, lin):
        phone.follows()
    mei.says("生日 11/25")
    lin.says("生日 11/26")
    boss.says("/開關 生日")

    shop.clock.jump(taipei(2026, 11, 25, 10))
    shop.tick()
    shop.settle()
    assert mei.hears() == []

    boss.says("/開關 生日")
    shop.clock.jump(timedelta(days=1))
    shop.tick()
    shop.settle()
    assert "生日" in lin.hears()


def test_a_message_that_is_none_cannot_be_switched(boss: Phone):
    heard = boss.says("/開關 天氣")

    assert "沒有叫「天氣」的自動訊息" in heard
    assert heard.choices[0] == "/自動訊息"
    assert "請這樣輸入：/開關 生日" in boss.says("/開關")
