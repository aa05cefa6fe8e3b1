"""Reply, push, multicast, broadcast: the messages that reach people.

Either everything asked for is sent or nothing. People who blocked the shop are passed
over in silence and cost nothing; a group costs as many messages as it has members.
"""

from __future__ import annotations

from typing import Any

from bot.line import Response
from emulator.api.registry import endpoint
from emulator.calls import Call, Refused, bad_property, ok
from emulator.courier import Courier
from emulator.ids import CHAT, USER
from emulator.validation import bodies
from emulator.world import World

QUOTABLE = {"text", "textV2", "sticker", "image", "video", "template", "flex"}
MONTHLY = "You have reached your monthly limit."
UNSENDABLE = "Failed to send messages"


@endpoint("POST", "/v2/bot/message/reply", "replyMessage")
def reply(world: Courier, call: Call) -> Response:
    body = call.checked(bodies.REPLY)
    token = world.reply_tokens.find(body["replyToken"], call.now)
    if token is None:
        raise Refused(400, "Invalid reply token")
    refuse_unfit(world, body["messages"], token.chat)
    token.used = True
    arrives = token.chat in world.groups or not world.person(token.chat).blocked
    sent = send(world, [token.chat] if arrives else [], body["messages"])
    world.monthly.note("reply", 1, call.now)
    return ok({"sentMessages": sent})


@endpoint("POST", "/v2/bot/message/push", "pushMessage", retry=True)
def push(world: Courier, call: Call) -> Response:
    body = call.checked(bodies.PUSH)
    to: str = body["to"]
    if not CHAT.fullmatch(to):
        raise bad_property("to")
    refuse_unfit(world, body["messages"], to)
    if to in world.groups and world.groups[to].present:
        chats, people = [to], len(world.groups[to].members)
    elif to in world.people:
        chats = [to] if world.reaches(to, call.now) else []
        people = len(chats)
    else:
        raise Refused(400, UNSENDABLE)
    bill(world, call, "push", people)
    assign_units(world, call, body)
    sent = send(world, chats, body["messages"])
    return accept(world, call, {"sentMessages": sent}, sent)


@endpoint("POST", "/v2/bot/message/multicast", "multicast", retry=True)
def multicast(world: Courier, call: Call) -> Response:
    body = call.checked(bodies.MULTICAST)
    for position, user_id in enumerate(body["to"]):
        if not USER.fullmatch(user_id):
            raise bad_property(f"to[{position}]")
    refuse_unfit(world, body["messages"], None)
    # of LINE's two statements on unknown ids, the one that passes them over
    known = [user_id for user_id in dict.fromkeys(body["to"]) if user_id in world.people]
    chats = [user_id for user_id in known if world.reaches(user_id, call.now)]
    bill(world, call, "multicast", len(chats))
    assign_units(world, call, body)
    send(world, chats, body["messages"])
    return accept(world, call, {}, None)


@endpoint("POST", "/v2/bot/message/broadcast", "broadcast", retry=True)
def broadcast(world: Courier, call: Call) -> Response:
    body = call.checked(bodies.BROADCAST)
    refuse_unfit(world, body["messages"], None)
    chats = friends(world)
    bill(world, call, "broadcast", len(chats))
    send(world, chats, body["messages"])
    return accept(world, call, {}, None)


def friends(world: World) -> list[str]:
    return [person.id for person in world.people.values() if person.reachable]


def bill(world: World, call: Call, kind: str, people: int) -> None:
    """Count messages against the month.

    Raises:
        Refused: they are more than are left.
    """
    if world.faults.monthly_limit or not world.monthly.allows(people, call.now):
        raise Refused(429, MONTHLY)
    world.monthly.spend(people, call.now)
    world.monthly.note(kind, people, call.now)


def assign_units(world: World, call: Call, body: dict[str, Any]) -> None:
    for unit in body.get("customAggregationUnits") or ():
        world.monthly.assign(unit, call.now)


def send(world: World, chats: list[str], messages: list[dict[str, Any]]) -> list[dict[str, str]]:
    """Put messages into chats; returns the first chat's `sentMessages`."""
    sent = []
    for message in messages:
        ids = [world.show(chat, "bot", message).id for chat in chats]
        told = {"id": ids[0] if ids else world.ids.message(world.clock())}
        if message["type"] in QUOTABLE:
            told["quoteToken"] = world.ids.token()
        sent.append(told)
    return sent


def accept(
    world: World, call: Call, body: dict[str, Any], sent: list[dict[str, str]] | None
) -> Response:
    """Answer, and remember the retry key if there was one."""
    if key := call.headers.get("x-line-retry-key"):
        world.retry_keys.accept(key, call.now, call.request_id, sent)
    return ok(body)


def refuse_unfit(world: World, messages: list[dict[str, Any]], chat: str | None) -> None:
    """Some messages do not fit everywhere; `chat` None stands for many people.

    Raises:
        Refused: a mention outside a group or of somebody who is not in it, or a film
            with a tracking id in a group.
    """
    group = world.groups.get(chat or "")
    for position, message in enumerate(messages):
        if message["type"] == "video" and message.get("trackingId") and group:
            raise bad_property(f"messages[{position}].trackingId")
        substitution = message.get("substitution") or {}
        for key, each in substitution.items() if message["type"] == "textV2" else ():
            if each["type"] != "mention":
                continue
            user_id = each["mentionee"].get("userId")
            if group is None or (user_id is not None and user_id not in group.members):
                raise bad_property(f"messages[{position}].substitution.{key}.mentionee")
