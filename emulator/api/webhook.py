"""Where LINE sends events, and trying whether anybody answers there."""

from __future__ import annotations

from urllib.parse import urlsplit

from bot.line import Response
from emulator.api.narrowcast import written
from emulator.api.registry import endpoint
from emulator.calls import Call, Refused, not_found, ok
from emulator.courier import Courier
from emulator.validation import bodies

PATH = "/v2/bot/channel/webhook"
LOOPBACK = ("127.0.0.1", "localhost", "::1")


@endpoint("GET", f"{PATH}/endpoint", "getWebhookEndpoint")
def get(world: Courier, call: Call) -> Response:
    del call
    if not world.webhook_url:
        raise not_found("Webhook endpoint not found")
    return ok({"endpoint": world.webhook_url, "active": world.webhook_active})


@endpoint("PUT", f"{PATH}/endpoint", "setWebhookEndpoint")
def put(world: Courier, call: Call) -> Response:
    """Unlike LINE, http:// is good enough on this machine."""
    wanted: str = call.checked(bodies.WEBHOOK)["endpoint"]
    address = urlsplit(wanted)
    if address.scheme.lower() != "https" and address.hostname not in LOOPBACK:
        raise Refused(400, "Invalid webhook endpoint URL")
    world.webhook_url = wanted
    return ok()


@endpoint("POST", f"{PATH}/test", "testWebhookEndpoint", calls_back=True)
def test(world: Courier, call: Call) -> Response:
    """Send a webhook without events to where events go; another address is not tried."""
    if call.body:
        call.checked(bodies.WEBHOOK_TEST)
    status, seconds = world.call_webhook([])
    if status is not None:
        reason = "OK" if 200 <= status < 300 else "ERROR_STATUS_CODE"
    else:
        reason = "REQUEST_TIMEOUT" if seconds >= 2 else "COULD_NOT_CONNECT"
    return ok(
        {
            "success": reason == "OK",
            "timestamp": written(call.now),
            "statusCode": status or 0,
            "reason": reason,
            "detail": str(status or reason),
        }
    )
