"""Days by a rule: festivals by either calendar, and days of the month."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from models import feasts
from models.calendar_terms import FESTIVALS

# as Taiwan kept or will keep them
NEW_YEAR = ["2024-02-10", "2025-01-29", "2026-02-17", "2027-02-06"]
NEW_YEAR += ["2028-01-26", "2029-02-13", "2030-02-03"]
MID_AUTUMN = ["2024-09-17", "2025-10-06", "2026-09-25", "2027-09-15"]
MID_AUTUMN += ["2028-10-03", "2029-09-22", "2030-09-12"]
DRAGON_BOAT = ["2024-06-10", "2025-05-31", "2026-06-19", "2027-06-09"]
DRAGON_BOAT += ["2028-05-28", "2029-06-16", "2030-06-05"]
MOTHERS_DAY = ["2024-05-12", "2025-05-11", "2026-05-10", "2027-05-09"]
MOTHERS_DAY += ["2028-05-14", "2029-05-13", "2030-05-12"]


@pytest.mark.parametrize(
    ("rule", "known"),
    [
        ("農曆1/1", NEW_YEAR),
        ("農曆8/15", MID_AUTUMN),
        ("農曆5/5", DRAGON_BOAT),
        ("5月第2個星期日", MOTHERS_DAY),
    ],
)
def test_festivals_of_seven_years_are_on_the_days_they_were_kept(rule: str, known: list[str]):
    found = [feasts.yearly(rule, year) for year in range(2024, 2031)]

    assert found == [date.fromisoformat(day) for day in known]


def test_a_leap_month_does_not_move_or_repeat_a_feast():
    """2025 had a sixth month twice, 2028 a fifth, 2033 an eleventh."""
    assert feasts.yearly("農曆6/1", 2025) == date(2025, 6, 25)
    assert feasts.yearly("農曆7/1", 2025) == date(2025, 8, 23)
    assert feasts.yearly("農曆5/5", 2028) == date(2028, 5, 28)
    assert feasts.yearly("農曆1/1", 2034) == date(2034, 2, 19)


def test_new_years_eve_is_the_day_before_whatever_the_last_month_has():
    for year in range(2024, 2031):
        following = feasts.yearly("農曆1/1", year + 1)
        assert following is not None
        assert feasts.yearly("農曆除夕", year) == following - timedelta(days=1)
    assert feasts.yearly("農曆12/30", 2024) == date(2025, 1, 28)  # a month of 29 days


def test_a_day_that_a_month_lacks_is_its_last():
    assert feasts.yearly("2/29", 2027) == date(2027, 2, 28)
    assert feasts.yearly("2/29", 2028) == date(2028, 2, 29)
    assert feasts.monthly("31日", 2027, 4) == date(2027, 4, 30)
    assert feasts.monthly("月底", 2028, 2) == date(2028, 2, 29)
    assert feasts.monthly("第1個星期六", 2026, 12) == date(2026, 12, 5)
    assert feasts.monthly("第5個星期六", 2026, 12) is None


def test_the_next_one_is_today_or_after_also_over_the_turn_of_the_year():
    eve = feasts.yearly("農曆除夕", 2025)
    assert eve == date(2026, 2, 16)
    assert feasts.next_yearly("農曆除夕", date(2026, 1, 1)) == eve
    assert feasts.next_yearly("農曆除夕", eve + timedelta(days=1)) == date(2027, 2, 5)
    assert feasts.next_yearly("8/8", date(2026, 8, 8)) == date(2026, 8, 8)
    assert feasts.next_monthly("第5個星期六", date(2026, 12, 1)) == date(2027, 1, 30)
    assert feasts.next_yearly("農曆1/1", date(2150, 1, 1)) is None


@pytest.mark.parametrize(
    "rule",
    ["2/30", "13/1", "農曆13/1", "農曆1/31", "5月第6個星期日", "第2個星期日", "中秋", 8, "０/8"],
)
def test_what_is_no_day_of_the_year_is_told_from_one(rule: object):
    assert not feasts.is_yearly(rule)


@pytest.mark.parametrize("rule", ["32日", "0日", "5月第2個星期日", "月初", 15])
def test_what_is_no_day_of_the_month_is_told_from_one(rule: object):
    assert not feasts.is_monthly(rule)


def test_the_festivals_of_taiwan_all_have_a_day():
    assert all(feasts.is_yearly(each.day) for each in FESTIVALS)
    assert [each.key for each in FESTIVALS if each.send] == ["mothers_day"]
