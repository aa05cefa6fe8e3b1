"""A button on a broadcast's card says what it always said, and whose card it stood on."""

from __future__ import annotations

import pytest

from bot import events, taps
from bot.views import kit
from tests.bot.views.facts import NOON


def data(message):
    return [each["action"]["data"] for each in message["quickReply"]["items"]]


def test_buttons_are_marked_and_the_mark_is_off_before_anybody_reads_it():
    choices = [kit.choice("團購", "團購 3"), kit.choice("通知設定"), kit.begin("x", "/推播 ")]
    card = kit.card("x", kit.line("x"), buttons=[kit.button("買", "3 A+1\n備註")])
    [marked] = taps.marked([kit.with_choices(card, [*choices[:2]])], 12)

    said = marked["contents"]["footer"]["contents"][0]["action"]
    assert said["data"] == "3 A+1\n備註 ~b12"
    assert said["displayText"] == "買"
    assert data(marked) == ["團購 3 ~b12", "通知設定"]
    raw = {"type": "postback", "postback": {"data": said["data"]}}
    event = events.read(raw, received_at=NOON)
    assert (event.words, event.data, event.tapped) == ("3 A+1\n備註", "3 A+1\n備註", 12)


def test_a_picked_date_follows_the_words_and_not_the_mark():
    raw = {"type": "postback", "postback": {"data": "生日 ~b3", "params": {"date": "1990-03-05"}}}
    event = events.read(raw, received_at=NOON)
    assert (event.words, event.tapped) == ("生日 1990-03-05", 3)


@pytest.mark.parametrize(
    "said", ["團購", "~b12", "團購 ~b0", "團購 ~b", "團購 ~b12 x", "團購~b12"]
)
def test_what_is_no_mark_is_left_alone(said):
    assert taps.parted(said) == (said, None)


def test_what_somebody_types_is_never_a_mark():
    raw = {"type": "message", "message": {"type": "text", "text": "團購 ~b12"}}
    event = events.read(raw, received_at=NOON)
    assert (event.words, event.tapped) == ("團購 ~b12", None)


def test_a_card_that_many_are_sent_is_marked_once_and_long_words_are_not_cut():
    [card] = taps.marked([kit.card("x", buttons=[kit.button("買", "團購 3")])], 12)
    again = taps.marked([dict(card)], 12, before=card)
    assert again[0]["contents"] is card["contents"]
    long = kit.text("x", choices=[kit.choice("x", "x" * 298)])
    assert data(taps.marked([long], 12)[0]) == ["x" * 298]
