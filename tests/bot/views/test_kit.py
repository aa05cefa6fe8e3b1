"""The blocks of which every message is made."""

from bot.views import kit


def test_quick_replies_that_do_the_same_are_shown_once():
    twice = [kit.choice("客服"), kit.choice("點貨", "/點貨 3"), kit.choice("找人", "客服")]

    message = kit.text("好", choices=[*twice, kit.choice("客服"), kit.choice("點貨", "/點貨 4")])

    labels = [item["action"]["label"] for item in message["quickReply"]["items"]]
    assert labels == ["客服", "點貨", "點貨"]
