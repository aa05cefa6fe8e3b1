"""LINE's own coupons."""

from __future__ import annotations

from typing import Any

import pytest

from tests.emulator.channel import NOON, Channel, refusal, told

PATH = "/v2/bot/coupon"
START = int(NOON.timestamp())
COUPON = {
    "title": "春節九折",
    "startTimestamp": START,
    "endTimestamp": START + 86_400,
    "timezone": "ASIA_TAIPEI",
    "visibility": "UNLISTED",
    "maxUseCountPerTicket": 1,
    "acquisitionCondition": {"type": "normal"},
}
LOTTERY = {"type": "lottery", "lotteryProbability": 99, "maxAcquireCount": -1}
OFF = {"type": "discount", "priceInfo": {"type": "percentage", "percentage": 10}}


def create(channel: Channel, **more: Any) -> str:
    made: str = told(channel.ask("POST", PATH, {**COUPON, **more}))["couponId"]
    return made


@pytest.mark.parametrize(
    ("more", "status"),
    [
        ({}, 200),
        ({"title": "字" * 60, "description": "字" * 1000, "usageCondition": "字" * 100}, 200),
        ({"title": "字" * 61}, 400),
        ({"couponCode": "A" * 17}, 400),
        ({"maxUseCountPerTicket": -1, "acquisitionCondition": LOTTERY, "reward": OFF}, 200),
        ({"maxUseCountPerTicket": 0}, 400),
        ({"acquisitionCondition": {**LOTTERY, "lotteryProbability": 100}}, 400),
        ({"acquisitionCondition": {"type": "referral"}}, 400),
        ({"reward": {"type": "discount", "priceInfo": {"type": "fixed"}}}, 400),
        ({"timezone": "Asia/Taipei"}, 400),
        ({"endTimestamp": START}, 400),
        ({"startTimestamp": START - 9, "endTimestamp": START - 1}, 400),
    ],
)
def test_a_coupon_must_be_one_line_makes(more: dict[str, Any], status: int) -> None:
    answer = Channel().ask("POST", PATH, {**COUPON, **more})

    assert answer.status == status, told(answer)


def test_a_coupon_runs_until_it_is_closed_or_over() -> None:
    channel = Channel()
    first, second = create(channel), create(channel, title="第二張")

    assert told(channel.ask("GET", f"{PATH}/{first}"))["status"] == "RUNNING"
    assert channel.ask("PUT", f"{PATH}/{first}/close").status == 200
    assert channel.ask("PUT", f"{PATH}/{first}/close").status == 410
    assert told(channel.ask("GET", f"{PATH}?status=RUNNING"))["items"] == [
        {"couponId": second, "title": "第二張"}
    ]
    channel.pass_time(days=1)
    assert len(told(channel.ask("GET", f"{PATH}?status=CLOSED,DRAFT"))["items"]) == 2
    both = told(channel.ask("GET", f"{PATH}?status=RUNNING&status=CLOSED&limit=1"))
    assert len(both["items"]) == 1
    assert both["next"]


def test_a_coupon_of_somebody_else_is_unknown() -> None:
    channel = Channel()

    assert channel.ask("GET", f"{PATH}/x").status == 404
    assert channel.ask("PUT", f"{PATH}/x/close").status == 404
    assert channel.ask("GET", f"{PATH}?status=LOST").status == 400


def test_an_account_has_at_most_five_thousand_running_coupons() -> None:
    channel = Channel()
    one = create(channel)
    for number in range(4999):
        channel.platform.coupons[str(number)] = channel.platform.coupons[one]

    answer = channel.ask("POST", PATH, COUPON)

    assert refusal(answer) == (400, "You have too many coupons created.")
    channel.pass_time(days=1)
    later = {**COUPON, "endTimestamp": START + 200_000}
    assert channel.ask("POST", PATH, later).status == 200
