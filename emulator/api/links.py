"""Which rich menu a person sees: their own before the default one."""

from __future__ import annotations

from typing import Any

from bot.line import Response
from emulator.api.menus import asked, pictured
from emulator.api.narrowcast import written
from emulator.api.people import asked_user
from emulator.api.registry import endpoint
from emulator.calls import Call, Refused, bad_parameter, bad_property, ok
from emulator.courier import Courier
from emulator.ids import USER
from emulator.validation import menus as rules
from emulator.world import World

ALL = "/v2/bot/user/all/richmenu"
ONE = "/v2/bot/user/{userId}/richmenu"
BULK = "/v2/bot/richmenu/bulk"


@endpoint("POST", f"{ALL}/{{richMenuId}}", "setDefaultRichMenu")
def set_default(world: Courier, call: Call) -> Response:
    world.menus.default = pictured(world, call.arguments["richMenuId"]).id
    world.changed()
    return ok()


@endpoint("GET", ALL, "getDefaultRichMenuId")
def get_default(world: Courier, call: Call) -> Response:
    del call
    if world.menus.default not in world.menus.all:
        raise Refused(404, "no default richmenu", details=[])
    return ok({"richMenuId": world.menus.default})


@endpoint("DELETE", ALL, "cancelDefaultRichMenu")
def cancel_default(world: Courier, call: Call) -> Response:
    del call
    world.menus.default = None
    world.changed()
    return ok()


@endpoint("POST", f"{ONE}/{{richMenuId}}", "linkRichMenuIdToUser")
def link(world: Courier, call: Call) -> Response:
    """Whoever blocks the shop or never befriended it is passed over in silence."""
    user_id = asked_user(call)
    show(world, [user_id], pictured(world, call.arguments["richMenuId"]).id)
    return ok()


@endpoint("GET", ONE, "getRichMenuIdOfUser")
def linked(world: Courier, call: Call) -> Response:
    person = world.people.get(asked_user(call))
    if person is None or person.menu not in world.menus.all:
        raise Refused(404, "the user has no richmenu", details=[])
    return ok({"richMenuId": person.menu})


@endpoint("DELETE", ONE, "unlinkRichMenuIdFromUser")
def unlink(world: Courier, call: Call) -> Response:
    show(world, [asked_user(call)], None)
    return ok()


@endpoint("POST", f"{BULK}/link", "linkRichMenuIdToUsers")
def link_many(world: Courier, call: Call) -> Response:
    """LINE does it within seconds, the emulator at once."""
    body = call.checked(rules.BULK_LINK)
    refuse_strange(body["userIds"])
    show(world, body["userIds"], pictured(world, body["richMenuId"], 400).id)
    return ok({}, status=202)


@endpoint("POST", f"{BULK}/unlink", "unlinkRichMenuIdFromUsers")
def unlink_many(world: Courier, call: Call) -> Response:
    body = call.checked(rules.BULK_UNLINK)
    refuse_strange(body["userIds"])
    show(world, body["userIds"], None)
    return ok({}, status=202)


@endpoint("POST", "/v2/bot/richmenu/validate/batch", "validateRichMenuBatchRequest")
def validate_batch(world: Courier, call: Call) -> Response:
    del world
    call.checked(rules.BATCH)
    return ok()


@endpoint("POST", "/v2/bot/richmenu/batch", "richMenuBatch")
def batch(world: Courier, call: Call) -> Response:
    """Replace or unlink menus of everybody who has them, as they were before the request."""
    operations = call.checked(rules.BATCH)["operations"]
    for operation in operations:
        if operation["type"] == "link":
            pictured(world, operation["to"], 400)
        if "from" in operation:
            asked(world, operation["from"], 400)
    people = [person for person in world.people.values() if person.menu is not None]
    replaced = {each["from"]: each.get("to") for each in operations if "from" in each}
    for person in people:
        if operations[0]["type"] == "unlinkAll":
            show(world, [person.id], None)
        elif person.menu in replaced:
            show(world, [person.id], replaced[person.menu])
    times = {"acceptedTime": written(call.now), "completedTime": written(call.now)}
    world.menus.batches[call.request_id] = {"phase": "succeeded", **times}
    return ok({}, status=202)


@endpoint("GET", "/v2/bot/richmenu/progress/batch", "getRichMenuBatchProgress")
def batch_progress(world: Courier, call: Call) -> Response:
    found: dict[str, Any] | None = world.menus.batches.get(call.parameter("requestId") or "")
    if found is None:
        raise bad_parameter("requestId")
    return ok(found)


def show(world: World, user_ids: list[str], menu_id: str | None) -> None:
    """Link a menu to people, or none."""
    for user_id in user_ids:
        person = world.people.get(user_id)
        if person is not None and (person.reachable or menu_id is None):
            person.menu, person.switched_menu = menu_id, None
    world.changed()


def refuse_strange(user_ids: list[str]) -> None:
    """One bad id, and nobody's menu changes.

    Raises:
        Refused: there is one.
    """
    for position, user_id in enumerate(user_ids):
        if not USER.fullmatch(user_id):
            raise bad_property(f"'userIds[{position}]'")
