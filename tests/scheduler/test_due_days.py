"""Which days are planned, which a later run covers, and which are gone for good."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some

from models.people.consents import Topic
from scheduler.campaign import Campaign
from scheduler.schedule import due_days, latest_run
from tests.shop import taipei

BEGIN = taipei(2027, 12, 20, 12)
GAPS = some.lists(some.integers(min_value=-30, max_value=24 * 9), min_size=1, max_size=40)


class Undefined:
    """As much of a campaign as `due_days` asks for; it need not be registered."""

    topic = Topic.NEWS

    def __init__(self, *, hour: int = 9, catch_up: int = 3, each_day: bool) -> None:
        self.hour, self.catch_up, self.each_day = hour, catch_up, each_day


def days_of(campaign: Undefined, record: dict[date, str], now: datetime):
    """What is due, seen as the tick sees the record."""
    struck = latest_run(campaign.hour, now)
    known = [day for day in record if day <= struck]
    kind: type[Campaign] = campaign  # type: ignore[assignment]
    last = max(known).isoformat() if known else None
    return due_days(kind, last, now=now, hour=campaign.hour)


@given(
    gaps=GAPS,
    each_day=some.booleans(),
    catch_up=some.integers(min_value=0, max_value=5),
    hour=some.integers(min_value=0, max_value=23),
)
def test_each_day_is_planned_covered_or_missed_once_whatever_the_gaps(
    gaps, each_day, catch_up, hour
):
    campaign = Undefined(hour=hour, catch_up=catch_up, each_day=each_day)
    record: dict[date, str] = {}
    now, furthest = BEGIN, BEGIN
    for gap in [0, *gaps]:
        now = max(BEGIN, now + timedelta(hours=gap))
        furthest = max(furthest, now)
        due, covered, missed = days_of(campaign, record, now)
        for outcome, days in (("done", due), ("covered", covered), ("missed", missed)):
            for day in days:
                assert day not in record
                record[day] = outcome
        assert all(latest_run(hour, now) - day <= timedelta(days=catch_up) for day in due)
        assert len(due) <= 1 or each_day
        assert not (covered and each_day)
    first, last = latest_run(hour, BEGIN), latest_run(hour, furthest)
    assert sorted(record) == [first + timedelta(days=n) for n in range((last - first).days + 1)]


@pytest.mark.parametrize("each_day", [True, False])
def test_the_first_run_ever_makes_up_for_nothing(each_day):
    campaign = Undefined(each_day=each_day)

    assert days_of(campaign, {}, taipei(2028, 3, 1, 9)) == ([date(2028, 3, 1)], [], [])
    assert days_of(campaign, {}, taipei(2028, 3, 1, 8, 59)) == ([date(2028, 2, 29)], [], [])


def test_after_three_days_away_each_day_is_planned_or_the_last_covers_the_others():
    record = {date(2028, 2, 27): "done"}
    days = [date(2028, 2, 28), date(2028, 2, 29), date(2028, 3, 1)]
    now = taipei(2028, 3, 1, 9)

    assert days_of(Undefined(each_day=True), record, now) == (days, [], [])
    assert days_of(Undefined(each_day=False), record, now) == (days[-1:], days[:-1], [])


def test_what_is_older_than_its_catch_up_is_missed():
    now = taipei(2028, 1, 10, 9)
    due, covered, missed = days_of(Undefined(each_day=True), {date(2027, 12, 31): "done"}, now)

    assert due == [date(2028, 1, day) for day in (7, 8, 9, 10)]
    assert covered == []
    assert missed == [date(2028, 1, day) for day in range(1, 7)]
