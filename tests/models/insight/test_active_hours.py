"""At which hour somebody is mostly here: from enough days, never when nobody may be written to."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from models.base import day_start, local_day
from models.insight import active_hours
from models.insight.active_hours import ENOUGH, KEEP, ActiveHour, preferred
from models.people import members
from models.talk import inbox, policy
from models.talk.broadcast_records import Broadcast
from models.talk.clicks import BroadcastClick
from models.talk.inbox import Arrival
from models.talk.policy import SendRules

WAKING = policy.open_hours(SendRules.quiet)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
HOURS = st.dictionaries(st.integers(0, 23), st.integers(1, 30))


def test_the_hours_in_which_somebody_may_be_written_to():
    assert tuple(range(9, 22)) == WAKING
    assert policy.open_hours(None) == tuple(range(24))


def test_too_little_says_nothing():
    assert preferred({20: ENOUGH - 1}, WAKING) is None
    assert preferred({20: ENOUGH}, WAKING) == 20


def test_neighbouring_hours_speak_for_the_one_between_them():
    assert preferred({12: 3, 19: 2, 20: 2, 21: 2}, WAKING) == 20


def test_who_is_up_at_night_is_written_to_when_one_may_or_at_the_usual_hour():
    assert preferred({22: 9}, WAKING) == 21
    assert preferred({8: 9}, WAKING) == 9
    assert preferred({2: 9}, WAKING) is None
    assert preferred({2: 9}, ()) is None


@given(HOURS, st.sets(st.integers(0, 23)))
def test_it_is_an_hour_that_is_allowed_and_in_or_beside_one_with_acts(acts, allowed):
    hour = preferred(acts, allowed)

    if hour is not None:
        assert hour in allowed
        assert sum(acts.values()) >= ENOUGH
        assert {hour, (hour - 1) % 24, (hour + 1) % 24} & acts.keys()
        assert preferred({each: 2 * days for each, days in acts.items()}, allowed) == hour


def person(session, number, now):
    return members.enrol(session, f"U{number:032x}", now=now, today=local_day(now))[0].id


def acts(session, number, at, kind="message", body='{"type":"message"}'):
    arrival = Arrival(f"{number}{at}{kind}", f"U{number:032x}", kind, False, at, body)
    inbox.store(session, [arrival], now=at)


def noted(session, member_id) -> list[tuple[date, int]]:
    query = select(ActiveHour.day, ActiveHour.hour).where(ActiveHour.member_id == member_id)
    return [tuple(row) for row in session.execute(query.order_by(ActiveHour.day, ActiveHour.hour))]


def test_each_hour_of_a_day_is_noted_once_whatever_was_done_in_it(session, now):
    mei, lin = person(session, 1, now), person(session, 2, now)
    today = local_day(now)
    yesterday = day_start(today - DAY)
    sent = Broadcast(
        by="U", goal="", segment="", wanted="{}", held_back=0, confirmed_at=now, release_at=now,
        use_until=now,
    )  # fmt: skip
    session.add(sent)
    session.flush()
    acts(session, 1, yesterday - HOUR)
    acts(session, 1, yesterday)  # midnight
    acts(session, 1, yesterday + timedelta(hours=20, minutes=1))
    acts(session, 1, yesterday + timedelta(hours=20, minutes=59), "postback")
    acts(session, 2, yesterday + 9 * HOUR, body=inbox.EMPTY)  # overheard in a group
    acts(session, 2, yesterday + 10 * HOUR, "unfollow")
    acts(session, 3, yesterday + 11 * HOUR)  # nobody the shop knows
    clicked = BroadcastClick(
        broadcast_id=sent.id, member_id=lin, place=1, first_at=yesterday + 23 * HOUR, times=2
    )
    session.add(clicked)
    acts(session, 1, day_start(today))

    assert active_hours.observe(session, today=today) == 4
    assert noted(session, mei) == [(today - 2 * DAY, 23), (today - DAY, 0), (today - DAY, 20)]
    assert noted(session, lin) == [(today - DAY, 23)]
    assert active_hours.observe(session, today=today) == 0
    assert active_hours.observe(session, today=today + DAY) == 1


def test_hours_are_known_for_a_while_and_forgotten_on_demand(session, now):
    mei, lin = person(session, 1, now), person(session, 2, now)
    today = local_day(now)
    for ago in range(1, 7):
        session.add(ActiveHour(member_id=mei, day=today - ago * DAY, hour=20))
        session.add(ActiveHour(member_id=lin, day=today - KEEP - ago * DAY, hour=12))
    session.flush()

    found = {"among_hours": WAKING, "today": today}
    assert active_hours.preferred_of(session, [mei, lin], **found) == {mei: 20}
    active_hours.observe(session, today=today)
    assert noted(session, lin) == []
    active_hours.forget(session, mei)
    assert active_hours.preferred_of(session, [mei], **found) == {}
