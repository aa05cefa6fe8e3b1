"""What the shop may send: all of it, some of it, or only what concerns an order."""

import pytest
from sqlalchemy import select

from models.people.consents import ConsentEntry
from models.people.members import Member
from tests.bot.calls import bring, made
from tests.shop import Phone, Shop


@pytest.fixture(autouse=True)
def _friend(mei: Phone) -> None:
    mei.follows()


def logged(shop: Shop) -> list[tuple[str, bool, str]]:
    with shop.sessions() as session:
        return [
            (entry.topic, entry.granted, entry.source)
            for entry in session.scalars(select(ConsentEntry).order_by(ConsentEntry.id))
        ]


def test_marketing_stops_and_comes_back_on_a_word(mei: Phone, shop: Shop):
    assert "已停止優惠訊息" in mei.says("停止行銷")
    assert "你已停止所有優惠訊息" in mei.says("通知設定")
    assert "會再寄優惠訊息" in mei.taps("恢復行銷")
    assert "停止行銷（全部關掉）" in mei.says("通知設定").text

    assert logged(shop) == [("all", True, "follow"), ("all", False, "chat"), ("all", True, "chat")]


def test_there_are_many_ways_to_say_stop(mei: Phone):
    words = ["退訂", "不要再傳", "STOP", "unsubscribe", "停止行销。", "停止行銷，謝謝"]

    heard = {word: mei.says(word).text for word in words}

    assert {word: text for word, text in heard.items() if "已停止優惠訊息" not in text} == {}


def test_one_topic_is_switched_by_its_button(mei: Phone, shop: Shop):
    mei.says("通知設定")

    assert "通知設定" in mei.says("通知關 birthday")
    assert "通知設定" in mei.says("通知開 birthday")

    assert logged(shop)[1:] == [("birthday", False, "chat"), ("birthday", True, "chat")]


def test_there_is_no_switch_for_what_is_no_offer(mei: Phone):
    for topic in ("service", "天氣", "all"):
        heard = mei.says(f"通知關 {topic}")

        assert "沒有這個通知項目" in heard
        assert heard.choices[0] == "通知設定"


def test_who_blocks_and_comes_back_keeps_what_they_chose(mei: Phone, shop: Shop):
    mei.says("停止行銷")
    mei.unfollows()

    heard = mei.follows()

    assert "歡迎回到" in heard
    assert "恢復行銷" in heard
    with shop.sessions() as session:
        assert session.scalars(select(Member.marketing)).all() == [False]


def test_who_is_met_without_a_follow_is_told_with_the_first_answer_and_only_then(shop: Shop):
    early = shop.phone("早鳥")

    heard = early.says("點數")

    assert "0 點" in heard
    assert "停止行銷" in heard
    assert "停止行銷" not in early.says("點數")


def test_an_event_that_cannot_be_answered_does_not_count_as_told(shop: Shop):
    early = shop.phone("早鳥")
    shop.platform.faults.set({"standby": True})
    early.says("點數")
    shop.platform.faults.set({"standby": False})

    assert "停止行銷" in early.says("點數")


def test_an_unsent_first_message_is_not_taken_for_consent(shop: Shop, now):
    bring(shop, made(now, "unsend", replyToken=None, unsend={"messageId": "1"}))
    shop.settle()

    with shop.sessions() as session:
        newest = session.scalars(select(Member).order_by(Member.id.desc())).first()
    assert newest is not None
    assert (newest.noticed_version, newest.marketing) == (None, False)


def test_the_terms_say_who_what_for_and_how_to_stop(mei: Phone):
    heard = mei.says("條款")

    for part in ("購買紀錄", "停止行銷", "刪除", "條款版本"):
        assert part in heard
