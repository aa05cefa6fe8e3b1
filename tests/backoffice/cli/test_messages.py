"""flask campaign, tick and deliver: planned once, sent once, all by the time they are told."""

from __future__ import annotations

from typing import Any

import orjson
import pytest
from sqlalchemy import func, select

from models.talk.outbox import OutboxMessage
from scheduler.campaign import CAMPAIGNS
from tests.backoffice.cli.conftest import Type
from tests.shop import Phone, Shop

MORNING = "2026-11-26T09:00"
TALLY = ["sent", "retry", "dead", "skipped", "expired", "parked", "unknown", "cancelled"]


@pytest.fixture
def mei(mei: Phone) -> Phone:
    """小美, whose birthday is the day after tomorrow."""
    mei.says("生日 11/26")
    return mei


def rows(shop: Shop, rule: str = "birthday") -> int:
    with shop.sessions() as session:
        query = select(func.count()).where(OutboxMessage.rule == rule)
        return session.scalar(query) or 0


def read(flask: Type, *words: object) -> dict[str, Any]:
    done = flask(*words, "--json")
    assert done.exit_code == 0, done.stderr
    found: dict[str, Any] = orjson.loads(done.stdout)
    return found


def test_a_run_says_how_it_came_out_in_the_form_that_programs_rely_on(
    flask: Type, shop: Shop, mei: Phone
) -> None:
    first = read(flask, "campaign", "run", "birthday", "--now", MORNING)
    second = read(flask, "campaign", "run", "birthday", "--now", MORNING)

    expected = {
        "campaign": "birthday",
        "period": "2026-11-26",
        "audience": 1,
        "planned": 1,
        "already": 0,
        "skipped": {},
    }
    assert first == expected
    assert second == expected | {"planned": 0, "already": 1}
    assert rows(shop) == 1


def test_a_run_plans_its_day_whatever_the_hour(flask: Type, mei: Phone) -> None:
    night = read(flask, "campaign", "run", "birthday", "--now", "2026-11-26T00:05")

    assert (night["period"], night["planned"]) == ("2026-11-26", 1)


def test_who_refused_is_counted_by_the_reason(flask: Type, mei: Phone) -> None:
    mei.says("停止行銷")

    found = read(flask, "campaign", "run", "birthday", "--now", MORNING)

    assert (found["planned"], found["skipped"]) == (0, {"opted_out": 1})


def test_a_preview_says_the_same_and_keeps_nothing(flask: Type, shop: Shop, mei: Phone) -> None:
    previewed = read(flask, "campaign", "preview", "birthday", "--now", MORNING)

    assert rows(shop) == 0
    assert "沒有" in mei.says("優惠券") or "生日" not in mei.says("優惠券")
    assert previewed == read(flask, "campaign", "run", "birthday", "--now", MORNING)


def test_the_moment_is_taipeis_unless_it_says_otherwise(flask: Type, mei: Phone) -> None:
    def audience(now: str) -> int:
        return int(read(flask, "campaign", "preview", "birthday", "--now", now)["audience"])

    assert audience("2026-11-26T00:00") == 1
    assert audience("2026-11-25T23:59") == 0
    assert audience("2026-11-25T16:00Z") == 1
    assert audience("2026-11-26T16:00+00:00") == 0


def test_every_campaign_is_listed(flask: Type) -> None:
    done = flask("campaign", "list")
    as_json = flask("campaign", "list", "--json")

    assert done.exit_code == 0
    assert [line.split()[0] for line in done.stdout.splitlines()] == sorted(CAMPAIGNS)
    listed = [orjson.loads(line) for line in as_json.stdout.splitlines()]
    assert [one["campaign"] for one in listed] == sorted(CAMPAIGNS)


@pytest.mark.parametrize("act", ["preview", "run"])
def test_a_campaign_that_is_not_there_is_refused_with_those_that_are(
    flask: Type, act: str
) -> None:
    done = flask("campaign", act, "birthdays")

    assert (done.exit_code, done.stdout) == (1, "")
    assert done.stderr.startswith("Error: no campaign birthdays")
    assert "birthday, " in done.stderr


def test_a_tick_plans_what_is_due_and_a_second_one_nothing(
    flask: Type, shop: Shop, mei: Phone
) -> None:
    first = read(flask, "tick", "--now", MORNING)
    second = read(flask, "tick", "--now", MORNING)

    assert set(first) == {"plans", "chores", "missed", "failed"}
    assert ("birthday", 1) in [(plan["campaign"], plan["planned"]) for plan in first["plans"]]
    assert (second["plans"], second["chores"], second["failed"]) == ([], {}, [])
    assert rows(shop) == 1


def test_a_delivery_sends_once_and_says_what_became_of_all(
    flask: Type, shop: Shop, mei: Phone
) -> None:
    flask("tick", "--now", MORNING)

    first = read(flask, "deliver", "--now", MORNING)
    second = read(flask, "deliver", "--now", MORNING)

    assert list(first) == TALLY
    assert first["sent"] >= 1
    assert "生日快樂" in mei.hears()
    assert second == dict.fromkeys(TALLY, 0)


def test_what_is_not_due_yet_at_that_moment_stays(flask: Type, mei: Phone) -> None:
    flask("tick", "--now", MORNING)

    assert read(flask, "deliver", "--now", "2026-11-26T08:59")["sent"] == 0
    assert read(flask, "deliver")["sent"] == 0
    assert read(flask, "deliver", "--now", MORNING)["sent"] >= 1


def test_quiet_hours_are_those_of_the_moment_that_is_told(flask: Type, mei: Phone) -> None:
    flask("campaign", "run", "birthday", "--now", "2026-11-26T22:00")

    assert read(flask, "deliver", "--now", "2026-11-26T22:00")["sent"] == 0
    assert read(flask, "deliver", "--now", "2026-11-27T08:59")["sent"] == 0
    assert "生日快樂" not in mei.hears()
    assert read(flask, "deliver", "--now", "2026-11-27T09:00")["sent"] == 1
    assert "生日快樂" in mei.hears()


def test_a_failed_message_is_tried_again_by_the_same_clock(
    flask: Type, shop: Shop, mei: Phone
) -> None:
    flask("campaign", "run", "birthday", "--now", MORNING)
    shop.platform.faults.set({"fail_before": 1.0})

    failed = read(flask, "deliver", "--now", MORNING)
    shop.platform.faults.set({"fail_before": 0.0})

    assert (failed["sent"], failed["retry"]) == (0, 1)
    assert read(flask, "deliver", "--now", MORNING)["sent"] == 0
    assert read(flask, "deliver", "--now", "2026-11-26T09:01")["sent"] == 1


def test_who_refuses_after_the_planning_gets_nothing(flask: Type, mei: Phone) -> None:
    flask("campaign", "run", "birthday", "--now", MORNING)
    mei.says("停止行銷")

    found = read(flask, "deliver", "--now", MORNING)

    assert (found["sent"], found["skipped"]) == (0, 1)
    assert "生日快樂" not in mei.hears()


def test_when_the_month_is_used_up_marketing_is_parked(
    flask: Type, shop: Shop, mei: Phone
) -> None:
    flask("campaign", "run", "birthday", "--now", MORNING)
    shop.platform.faults.set({"monthly_limit": True})

    found = read(flask, "deliver", "--now", MORNING)

    assert (found["sent"], found["parked"]) == (0, 1)


def test_people_read_a_line_for_each_figure(flask: Type, mei: Phone) -> None:
    flask("tick", "--now", MORNING)

    done = flask("deliver", "--now", MORNING)

    assert [line.split(": ")[0] for line in done.stdout.splitlines()] == TALLY


@pytest.mark.parametrize(
    "words", [["tick", "--now", "soon"], ["deliver", "--at", "now"], ["campaign", "run"]]
)
def test_wrong_usage_ends_with_two(flask: Type, words: list[str]) -> None:
    done = flask(*words)

    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr.startswith("Usage: ")
