"""What a message of the shop shows, read off its buttons."""

import orjson
import pytest

from bot import shown
from bot.views import kit
from models.shop.showings import Shown


def body(*cards: kit.Message) -> str:
    return orjson.dumps(list(cards)).decode()


@pytest.mark.parametrize(
    ("data", "shows"),
    [
        ("3 +1", [Shown(3)]),
        ("3 A01+1", [Shown(3, "A01")]),
        ("團購 3", [Shown(3)]),
        ("提醒我 3", [Shown(3)]),
        ("確認候補 3", [Shown(3)]),
        ("訂單 3-12", [Shown(3)]),
        ("/訂單 3", []),
        ("團購", []),
        ("確認 1a2b3c4d", []),
        ("換券 1a2b3c4d X1", []),
    ],
)
def test_a_card_shows_what_its_buttons_order_or_open(data: str, shows: list[Shown]):
    message = kit.card("卡片", kit.line("內容"), buttons=[kit.button("看", data)])

    assert [each for one in shown.in_each(body(message)) for each in one] == shows


def test_each_message_of_a_body_is_told_apart_and_texts_show_nothing():
    text = kit.text("3 +1", choices=[kit.choice("+1", "3 +1")])
    eggs = kit.carousel([_item("7 A+1"), _item("7 B+1"), _item("8 +1")])
    alone = kit.card("卡片", kit.line("內容"), buttons=[kit.button("看", "團購 9")])

    assert shown.in_each(body(text, eggs, alone)) == (
        (),
        (Shown(7), Shown(8)),
        (Shown(9),),
    )


def _item(data: str) -> kit.Message:
    return kit.card("卡片", kit.line("內容"), buttons=[kit.button("訂", data)])
