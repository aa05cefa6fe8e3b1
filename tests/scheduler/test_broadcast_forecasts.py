"""What a broadcast would come to: tried out on three real people, wherever they are."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from bot.texts import refusal
from models.people import tags
from models.people.consents import Topic
from models.programme import Programme
from models.talk import broadcasts, outbox
from models.talk.broadcast_terms import read
from models.talk.outbox import Draft
from models.talk.outbox_records import OutboxMessage
from models.talk.policy import Purpose, SendRules
from scheduler.broadcast_forecasts import AllCapped, Forecast, NobodyThere, forecast
from tests.scheduler.conftest import Befriend
from tests.shop import Shop

RULES = SendRules()
HOUR = timedelta(hours=1)


def tried(
    session: Session, said: str, now: datetime, programme: Programme, rules: SendRules = RULES
) -> Forecast:
    return forecast(
        session,
        read(said),
        goes_at=now,
        use_until=now + broadcasts.USE,
        now=now,
        programme=programme,
        rules=rules,
    )


@pytest.mark.parametrize(
    ("tagged", "shown"),
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
    shop: Shop, befriend: Befriend, programme: Programme, now: datetime, tagged, shown
):
    ids = befriend([None] * 10)
    with shop.sessions.begin() as session:
        tags.add(session, [(ids[each], "常客") for each in tagged], now=now)
        found = tried(session, "#常客 | {稱呼}早", now, programme)
    assert (found.size, found.reached) == (len(tagged), len(tagged))
    assert [each.name for each in found.samples] == [f"團友{each}" for each in shown]
    said = [each.messages[0]["text"] for each in found.samples]
    assert said == [f"團友{each}早" for each in shown]


def test_who_may_not_be_written_to_is_counted_and_not_shown(
    shop: Shop, befriend: Befriend, programme: Programme, now: datetime
):
    befriend([None] * 2, marketing=False)
    befriend([None] * 2, is_friend=False)
    befriend([None], name="阿珠")
    with shop.sessions() as session:
        found = tried(session, "全部 | {稱呼}早", now, programme)
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
    with shop.sessions() as session, pytest.raises(NobodyThere) as refused:
        tried(session, f"{segment} | 早", now, programme)
    assert refusal(refused.value).startswith(said)


def test_who_has_heard_enough_until_it_is_of_no_use_is_not_promised_it(
    shop: Shop, befriend: Befriend, programme: Programme, now: datetime
):
    full, soon, once = befriend([None] * 3)
    last = now + broadcasts.USE - RULES.window  # what came by then has left the window in time
    heard = [(full, now - HOUR), (full, last), (once, now - HOUR)]
    heard += [(soon, now - HOUR), (soon, last - HOUR)]
    with shop.sessions.begin() as session:
        for number, (member, at) in enumerate(heard):
            _heard(session, number, member, at)
        found = tried(session, "全部 | 早", now, programme)
        assert (found.size, found.charged, found.left_out) == (3, 2, {"capped": 1})
        assert [each.name for each in found.samples] == ["團友1", "團友2"]

        _heard(session, 5, soon, now)
        _heard(session, 6, once, now)
        with pytest.raises(AllCapped) as refused:
            tried(session, "全部 | 早", now, programme)
    assert "收得到的 3 位，這 7 天都收滿 2 則" in refusal(refused.value)


def _heard(session: Session, number: int, member: int, at: datetime) -> None:
    """Marketing reached this member then."""
    draft = Draft(
        key=f"offer:{number}:{member}",
        rule="offer",
        period=f"{number}",
        member_id=member,
        to_id=f"U{member}",
        messages=[],
        topic=Topic.OFFERS,
        purpose=Purpose.MARKETING,
        due_at=at,
    )
    outbox.enqueue(session, draft, now=at)
    made = update(OutboxMessage).where(OutboxMessage.key == draft.key)
    session.execute(made.values(state="sent", counted_at=at, done_at=at))
