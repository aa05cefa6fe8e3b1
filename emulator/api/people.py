"""Who people are, and what is shown to them while they wait."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from bot.line import Response
from emulator.api.paging import page
from emulator.api.registry import endpoint
from emulator.calls import Call, Refused, bad_parameter, bad_property, not_found, ok
from emulator.chats import Person
from emulator.courier import Courier
from emulator.ids import USER
from emulator.validation import bodies

NOT_FOR_YOU = "Access to this API is not available for your account"
NOT_OURS = (
    "Invalid markAsReadToken. Tokens must be used by the bot that received them via Webhook."
)


@endpoint("GET", "/v2/bot/profile/{userId}", "getProfile")
def profile(world: Courier, call: Call) -> Response:
    """Friends, and strangers who wrote to the bot; nobody who blocks it."""
    user_id = asked_user(call)
    person = world.people.get(user_id)
    if person is None or person.blocked or not (person.friend or person.spoke_at):
        raise not_found()
    found = described(person)
    if person.language is not None:
        found["language"] = person.language
    return ok(found)


@endpoint("GET", "/v2/bot/followers/ids", "getFollowers")
def followers(world: Courier, call: Call) -> Response:
    if not world.verified:
        raise Refused(403, NOT_FOR_YOU)
    ids = [person.id for person in world.people.values() if person.reachable]
    return ok(page(call, ids, "userIds", call.count("limit", 300, 1000)))


@endpoint("POST", "/v2/bot/chat/loading/start", "showLoadingAnimation")
def loading(world: Courier, call: Call) -> Response:
    """Dots in the chat until the next message, at most as long as asked."""
    body = call.checked(bodies.LOADING)
    if not USER.fullmatch(body["chatId"]):
        raise bad_property("chatId")
    if body["chatId"] in world.people:
        seconds = body.get("loadingSeconds") or 20
        world.typing[body["chatId"]] = call.now + timedelta(seconds=seconds)
        world.changed()
    return ok({}, status=202)


@endpoint("POST", "/v2/bot/chat/markAsRead", "markMessagesAsReadByToken")
def mark_as_read(world: Courier, call: Call) -> Response:
    """Everything up to the token's message is read."""
    message_id = world.read_tokens.get(call.checked(bodies.MARK_AS_READ)["markAsReadToken"])
    if message_id is None:
        raise Refused(400, NOT_OURS)
    found = world.received[message_id]
    for item in world.chat(found.chat):
        if item.seq <= found.item.seq and not item.read:
            item.read, item.changed = True, world.changed()
    return ok()


def described(person: Person) -> dict[str, Any]:
    return {"userId": person.id, "displayName": person.name}


def asked_user(call: Call) -> str:
    """The user id in the path.

    Raises:
        Refused: it is none.
    """
    user_id = call.arguments["userId"]
    if not USER.fullmatch(user_id):
        raise bad_parameter("userId")
    return user_id
