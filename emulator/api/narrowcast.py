"""Narrowcast: sending to a part of the friends, finished at once.

The emulator has no audiences and knows nothing of people's age or place: without a
recipient and filter it reaches every friend, with a filter LINE wants at least a
hundred friends, with an audience it reaches nobody and fails as LINE does.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from bot.line import Response
from emulator.api.registry import endpoint
from emulator.api.sending import MONTHLY, accept, bill, friends, refuse_unfit, send
from emulator.calls import Call, Refused, bad_parameter, ok
from emulator.courier import Courier
from emulator.validation import bodies

REACH_FOR_FILTERS = 100
KEPT = timedelta(days=14)


@endpoint("POST", "/v2/bot/message/narrowcast", "narrowcast", retry=True)
def narrowcast(world: Courier, call: Call) -> Response:
    body = call.checked(bodies.NARROWCAST)
    refuse_unfit(world, body["messages"], None)
    reach = friends(world)
    if body.get("filter") and len(reach) < REACH_FOR_FILTERS:
        raise Refused(403, "Your account does not have enough friends")
    if body.get("recipient"):
        outcome: dict[str, Any] = {
            "phase": "failed",
            "errorCode": 4,
            "failedDescription": "An audience of less than 50 recipients is included.",
        }
    else:
        people = chosen(world, call, reach, body.get("limit") or {})
        bill(world, call, "narrowcast", len(people))
        send(world, people, body["messages"])
        counts = {"successCount": len(people), "failureCount": 0, "targetCount": len(people)}
        outcome = {"phase": "succeeded", **counts}
    times = {"acceptedTime": written(call.now), "completedTime": written(call.now)}
    world.narrowcasts[call.request_id] = {"at": call.now, "told": outcome | times}
    accept(world, call, {}, None)
    return ok({}, status=202)


@endpoint("GET", "/v2/bot/message/progress/narrowcast", "getNarrowcastProgress")
def progress(world: Courier, call: Call) -> Response:
    found = world.narrowcasts.get(call.parameter("requestId") or "")
    if found is None or call.now - found["at"] > KEPT:
        raise bad_parameter("requestId")
    return ok(found["told"])


def chosen(world: Courier, call: Call, reach: list[str], limit: dict[str, Any]) -> list[str]:
    """Whom a narrowcast reaches under its limits.

    Raises:
        Refused: the month's messages do not suffice and the request wants them all.
    """
    most = len(reach)
    if limit.get("max"):
        most = min(most, limit["max"])
    left = most
    if world.quota is not None:
        left = max(world.quota - world.monthly.used(call.now), 0)
    if most > left and not limit.get("upToRemainingQuota"):
        raise Refused(429, MONTHLY)
    most = min(most, left)
    return world.random.sample(reach, most) if most < len(reach) else reach


def written(now: datetime) -> str:
    return f"{now:%Y-%m-%dT%H:%M:%S}.{now.microsecond // 1000:03d}Z"
