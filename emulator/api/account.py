"""The bot itself, and linking its people to accounts elsewhere."""

from __future__ import annotations

from bot.line import Response
from emulator.api.people import asked_user
from emulator.api.registry import endpoint
from emulator.calls import Call, not_found, ok
from emulator.courier import Courier


@endpoint("GET", "/v2/bot/info", "getBotInfo")
def info(world: Courier, call: Call) -> Response:
    del call
    return ok(
        {
            "userId": world.bot_id,
            "basicId": f"@{world.bot_id[1:9]}",
            "displayName": world.name,
            "chatMode": world.chat_mode,
            "markAsReadMode": "auto" if world.chat_mode == "bot" else "manual",
        }
    )


@endpoint("POST", "/v2/bot/user/{userId}/linkToken", "issueLinkToken")
def link_token(world: Courier, call: Call) -> Response:
    if asked_user(call) not in world.people:
        raise not_found()
    return ok({"linkToken": world.ids.token()})
