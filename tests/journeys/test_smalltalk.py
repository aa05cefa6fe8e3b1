"""What is no command: always an answer, never the same apology twice running."""

from itertools import pairwise

import pytest

from tests.shop import Heard, Phone, Shop


@pytest.fixture(autouse=True)
def _friend(mei: Phone) -> None:
    mei.follows()


def test_no_apology_comes_twice_running(mei: Phone):
    said = ["嗯", "嗯", "嗯", "我想要", "嗯", "嗯嗯", "嗯", "哈", "嗯"]

    heard = [mei.says(words).text for words in said]

    assert [one for one, following in pairwise(heard) if one == following] == []
    assert "" not in heard


def test_no_guess_is_worded_the_same_twice_running(mei: Phone):
    said = ["那個點數啊", "那個點數啊", "那個點數啊", "嗯", "那個點數啊", "那個點數啊"]

    heard = [mei.says(words).text for words in said]

    assert [one for one, following in pairwise(heard) if one == following] == []
    assert ["想看「點數」" in text for text in heard] == [words != "嗯" for words in said]


def test_a_guess_is_a_button_away(mei: Phone):
    heard = mei.says("那個點數啊")

    assert "是想看「點數」" in heard
    assert heard.choices[0] == "點數"
    assert "0 點" in mei.taps("點數")


def test_every_apology_leads_on(mei: Phone):
    for _ in range(4):
        assert {"說明", "客服"} <= set(mei.says("嗯").choices)


def test_what_is_no_text_gets_a_friendly_line(mei: Phone):
    heard = {
        "收到你的貼圖": mei.sends_sticker(),
        "收到檔案": mei.sends_file("a.txt", b"x"),
        "收到圖片": sends(mei, "send_image", b"\xff\xd8"),
        "聽不懂語音": sends(mei, "send_audio", b"x"),
        "收到影片": sends(mei, "send_video", b"x"),
        "收到位置": sends(mei, "send_location", 25.0, 121.5),
    }

    assert {words for words, said in heard.items() if words not in said} == set()
    assert {words for words, said in heard.items() if not said.choices} == set()


def sends(phone: Phone, act: str, *what: object) -> Heard:
    return phone._does(lambda: getattr(phone.shop.platform, act)(phone.id, *what))


def test_help_is_made_from_the_commands(mei: Phone):
    heard = str(mei.says("說明"))

    for word in ("會員卡", "點數明細", "等級", "優惠券", "客服", "停止行銷", "生日"):
        assert word in heard


@pytest.mark.parametrize("room", [False, True])
def test_in_a_group_nothing_private_is_said(mei: Phone, lin: Phone, shop: Shop, room):
    group = shop.platform.add_group("團購群", [mei.id, lin.id], room=room)
    shop.settle()
    greeted = shop.platform.heard(group)

    for words in ("會員卡", "點數", "嗯", "客服 在嗎", "確認", "生日 3/5"):
        shop.platform.say(mei.id, words, group=group)
        shop.platform.tap(mei.id, {"type": "postback", "data": words}, group=group)
    shop.platform.send_sticker(mei.id, "1", "2", group=group)
    shop.settle()

    assert shop.platform.heard(group) == greeted
    assert (mei.hears(), lin.hears()) == ([], [])


def test_the_bot_says_nothing_in_standby(mei: Phone, shop: Shop):
    shop.platform.faults.set({"standby": True})

    assert mei.says("點數") == []


def test_the_same_words_delivered_twice_are_answered_once(mei: Phone, shop: Shop):
    shop.platform.faults.set({"duplicate": True, "redeliver": True})

    assert len(mei.says("點數")) == 1


def test_who_likes_english_hears_it_and_its_buttons_work(mei: Phone):
    assert "English" in mei.says("語言").choices
    assert "English from now on" in mei.taps("English")

    assert "0 orders" in mei.says("我的訂單")
    assert "0 group-buys are open" in mei.taps("Group-buys")
    assert "中文" in mei.says("語言 中文")
    for said, heard in {
        "english": "English from now on",
        "换成中文": "好，之後都用中文",
        "切英文": "English from now on",
        "中文": "好，之後都用中文",
    }.items():
        assert heard in mei.says(said)
