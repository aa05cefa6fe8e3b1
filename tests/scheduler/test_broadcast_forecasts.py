"""What a broadcast would come to: tried out on three real people, wherever they are."""

from __future__ import annotations

from datetime import datetime

import pytest

from bot.texts import refusal
from models.people import tags
from models.programme import Programme
from models.talk.broadcast_terms import read
from models.talk.policy import SendRules
from scheduler.broadcast_forecasts import NobodyThere, forecast
from tests.scheduler.conftest import Befriend
from tests.shop import Shop


@pytest.mark.parametrize(
    ("tagged", "tried"),
    [
        ([0, 4, 9], [0, 4, 9]),
        ([7, 8, 9], [7, 8, 9]),  # all in the younger half
        ([0, 1, 2, 3], [0, 1, 2]),
        ([5], [5]),
        ([2, 9], [2, 9]),
        (list(range(10)), [0, 5, 9]),
    ],
)
def test_three_real_people_are_shown(
    shop: Shop, befriend: Befriend, programme: Programme, now: datetime, tagged, tried
):
    ids = befriend([None] * 10)
    with shop.sessions.begin() as session:
        tags.add(session, [(ids[each], "常客") for each in tagged], now=now)
        found = forecast(
            session, read("#常客 | {稱呼}早"), now=now, programme=programme, rules=SendRules()
        )
    assert (found.size, found.reached) == (len(tagged), len(tagged))
    assert [each.name for each in found.samples] == [f"團友{each}" for each in tried]
    said = [each.messages[0]["text"] for each in found.samples]
    assert said == [f"團友{each}早" for each in tried]


def test_who_may_not_be_written_to_is_counted_and_not_shown(
    shop: Shop, befriend: Befriend, programme: Programme, now: datetime
):
    befriend([None] * 2, marketing=False)
    befriend([None] * 2, is_friend=False)
    befriend([None], name="阿珠")
    with shop.sessions() as session:
        found = forecast(
            session, read("全部 | {稱呼}早"), now=now, programme=programme, rules=SendRules()
        )
    assert (found.size, found.reached) == (5, 1)
    assert found.left_out == {"opted_out": 2, "not_friend": 2}
    assert [each.name for each in found.samples] == ["阿珠"]


@pytest.mark.parametrize(
    ("segment", "said"),
    [("F>100", "「F>100」現在一位也沒有"), ("全部", "「全部」裡 2 位都收不到")],
)
def test_nobody_to_write_to_is_said_as_it_is(
    shop: Shop, befriend: Befriend, programme: Programme, now: datetime, segment, said
):
    befriend([None] * 2, marketing=False)
    wanted = read(f"{segment} | 早")
    with shop.sessions() as session, pytest.raises(NobodyThere) as refused:
        forecast(session, wanted, now=now, programme=programme, rules=SendRules())
    assert refusal(refused.value).startswith(said)
