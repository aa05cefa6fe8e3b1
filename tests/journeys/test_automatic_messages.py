"""Organisers see what goes out by itself, and switch it."""

from datetime import timedelta

from tests.shop import Phone, Shop, taipei


def test_automatic_messages_are_listed_and_switched(boss: Phone):
    heard = boss.says("/自動訊息")
    assert "生日" in heard
    assert "開" in heard

    assert "已關掉" in boss.says("/開關 生日")
    assert "已打開" in boss.taps("改回來")


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
