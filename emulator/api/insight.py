"""LINE's statistics of friends and messages; ready the day after, by UTC+9 days."""

from __future__ import annotations

from bot.line import Response
from emulator.api.limits import asked_day
from emulator.api.registry import endpoint
from emulator.calls import Call, ok
from emulator.courier import Courier
from emulator.quota import FIRST_DAY, day

KINDS = {"apiBroadcast": "broadcast", "apiPush": "push", "apiMulticast": "multicast"}


@endpoint("GET", "/v2/bot/insight/followers", "getNumberOfFollowers")
def followers(world: Courier, call: Call) -> Response:
    """As they are today: the emulator keeps no history of friends."""
    if asked_day(call) >= day(call.now):
        return ok({"status": "unready"})
    people = [person for person in world.people.values() if person.friend]
    blocks = sum(person.blocked for person in people)
    reached = len(people) - blocks
    counts = {"followers": len(people), "targetedReaches": reached, "blocks": blocks}
    return ok({"status": "ready", **counts})


@endpoint("GET", "/v2/bot/insight/message/delivery", "getNumberOfMessageDeliveries")
def deliveries(world: Courier, call: Call) -> Response:
    on = asked_day(call)
    if on < FIRST_DAY or on >= day(call.now):
        return ok({"status": "out_of_service" if on < FIRST_DAY else "unready"})
    counts = {
        told: world.monthly.delivered(kind, on, call.now)["success"]
        for told, kind in (KINDS | {"apiReply": "reply", "apiNarrowcast": "narrowcast"}).items()
    }
    return ok({"status": "ready", **counts})
