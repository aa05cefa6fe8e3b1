"""Where webhooks go, and trying whether anybody answers."""

from __future__ import annotations

import pytest

from tests.emulator.channel import Channel, refusal, told

ENDPOINT = "/v2/bot/channel/webhook/endpoint"
TRIAL = "/v2/bot/channel/webhook/test"


def test_at_first_there_is_no_address() -> None:
    channel = Channel()

    assert refusal(channel.ask("GET", ENDPOINT)) == (404, "Webhook endpoint not found")
    assert channel.ask("PUT", ENDPOINT, {"endpoint": "https://shop.tw/callback"}).status == 200
    assert told(channel.ask("GET", ENDPOINT)) == {
        "endpoint": "https://shop.tw/callback",
        "active": True,
    }


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("https://shop.tw/" + "a" * 484, 200),
        ("https://shop.tw/" + "a" * 485, 400),
        ("http://127.0.0.1:8000/callback", 200),
        ("http://shop.tw/callback", 400),
        ("shop.tw", 400),
    ],
)
def test_an_address_has_tls_unless_it_is_on_this_machine(address: str, status: int) -> None:
    assert Channel().ask("PUT", ENDPOINT, {"endpoint": address}).status == status


@pytest.mark.parametrize(
    ("status", "success", "reason"),
    [
        (200, True, "OK"),
        (204, True, "OK"),
        (500, False, "ERROR_STATUS_CODE"),
        (None, False, "COULD_NOT_CONNECT"),
    ],
)
def test_a_trial_tells_what_was_answered(status: int | None, success: bool, reason: str) -> None:
    channel = Channel()
    channel.status = status

    found = told(channel.ask("POST", TRIAL, {}))

    assert (found["success"], found["reason"]) == (success, reason)
    assert found["statusCode"] == (status or 0)
    assert channel.bodies[-1].endswith(b'"events":[]}')


def test_a_trial_waits_two_seconds() -> None:
    channel = Channel()

    def hear(body: bytes, headers: object) -> int:
        del body, headers
        channel.tick += 2.5
        return 200

    channel.platform.webhook = hear

    assert told(channel.ask("POST", TRIAL))["reason"] == "REQUEST_TIMEOUT"
