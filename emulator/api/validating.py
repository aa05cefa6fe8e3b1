"""Checking messages without sending them; who would receive them does not matter."""

from __future__ import annotations

from bot.line import Response
from emulator.api.registry import endpoint
from emulator.calls import Call, ok
from emulator.courier import Courier
from emulator.validation import bodies

KINDS = ("reply", "push", "multicast", "narrowcast", "broadcast")


def validate(world: Courier, call: Call) -> Response:
    del world
    call.checked(bodies.VALIDATE)
    return ok()


for kind in KINDS:
    endpoint("POST", f"/v2/bot/message/validate/{kind}", f"validate{kind.title()}")(validate)
