"""Groups and rooms the bot is in; for any other it is as if they did not exist."""

from __future__ import annotations

from bot.line import Response
from emulator.api.paging import page
from emulator.api.people import NOT_FOR_YOU, asked_user, described
from emulator.api.registry import endpoint
from emulator.calls import Call, Refused, not_found, ok
from emulator.chats import Group
from emulator.courier import Courier

KINDS = ("group", "room")


def here(world: Courier, call: Call) -> Group:
    """The group of the path.

    Raises:
        Refused: the bot is not in it.
    """
    group_id = call.arguments["chatId"]
    group = world.groups.get(group_id)
    if group is None or not group.present or f"/{group.kind}/" not in call.path:
        raise not_found()
    return group


def member(world: Courier, call: Call) -> Response:
    """Anybody in the group, friends of the shop or not."""
    group, user_id = here(world, call), asked_user(call)
    if user_id not in group.members:
        raise not_found()
    return ok(described(world.people[user_id]))


def member_ids(world: Courier, call: Call) -> Response:
    if not world.verified:
        raise Refused(403, NOT_FOR_YOU)
    return ok(page(call, here(world, call).members, "memberIds", 100))


def member_count(world: Courier, call: Call) -> Response:
    return ok({"count": len(here(world, call).members)})


def leave(world: Courier, call: Call) -> Response:
    """The bot goes, and hears so by webhook."""
    with world.lock:
        group = here(world, call)
        group.present = False
        world.show(group.id, "system", {"type": "leave"})
        event = world.event("leave", {"type": group.kind, f"{group.kind}Id": group.id})
    world.deliver(event)
    return ok()


@endpoint("GET", "/v2/bot/group/{chatId}/summary", "getGroupSummary")
def summary(world: Courier, call: Call) -> Response:
    group = here(world, call)
    return ok({"groupId": group.id, "groupName": group.name})


for kind in KINDS:
    path, name = f"/v2/bot/{kind}/{{chatId}}", kind.title()
    endpoint("GET", f"{path}/member/{{userId}}", f"get{name}MemberProfile")(member)
    endpoint("GET", f"{path}/members/ids", f"get{name}MembersIds")(member_ids)
    endpoint("GET", f"{path}/members/count", f"get{name}MemberCount")(member_count)
    endpoint("POST", f"{path}/leave", f"leave{name}", calls_back=True)(leave)
