"""Rich menus: made, pictured, listed, deleted; their aliases."""

from __future__ import annotations

import io

from bot.line import Response
from emulator.api.registry import endpoint
from emulator.calls import Call, Refused, not_found, ok
from emulator.courier import Courier
from emulator.menus import MOST, RichMenu
from emulator.validation import menus as rules
from emulator.world import World

PATH = "/v2/bot/richmenu"
LARGEST_IMAGE = 1024 * 1024
FORMATS = {"image/jpeg": "JPEG", "image/png": "PNG"}


@endpoint("POST", PATH, "createRichMenu")
def create(world: Courier, call: Call) -> Response:
    menu = call.checked(rules.RICH_MENU)
    if len(world.menus.all) >= MOST:
        raise Refused(400, "The maximum number of rich menus has been reached", details=[])
    made = f"richmenu-{world.ids.token()}"
    world.menus.all[made] = RichMenu(made, menu)
    return ok({"richMenuId": made})


@endpoint("POST", f"{PATH}/validate", "validateRichMenuObject")
def validate(world: Courier, call: Call) -> Response:
    del world
    call.checked(rules.RICH_MENU)
    return ok()


@endpoint("GET", f"{PATH}/list", "getRichMenuList")
def listed(world: Courier, call: Call) -> Response:
    del call
    return ok({"richmenus": [menu.as_dict() for menu in world.menus.all.values()]})


@endpoint("GET", f"{PATH}/{{richMenuId}}", "getRichMenu")
def get(world: Courier, call: Call) -> Response:
    return ok(asked(world, call.arguments["richMenuId"]).as_dict())


@endpoint("DELETE", f"{PATH}/{{richMenuId}}", "deleteRichMenu")
def delete(world: Courier, call: Call) -> Response:
    menu = asked(world, call.arguments["richMenuId"])
    del world.menus.all[menu.id]
    world.changed()
    return ok()


@endpoint("GET", f"{PATH}/{{richMenuId}}/content", "getRichMenuImage", data=True)
def image(world: Courier, call: Call) -> Response:
    menu = asked(world, call.arguments["richMenuId"])
    if menu.image is None:
        raise not_found("image not found")
    return Response(200, {"Content-Type": menu.media_type}, menu.image)


@endpoint("POST", f"{PATH}/{{richMenuId}}/content", "setRichMenuImage", data=True)
def upload(world: Courier, call: Call) -> Response:
    """A picture is given once and never replaced."""
    menu = asked(world, call.arguments["richMenuId"])
    media_type = call.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type not in FORMATS:
        raise Refused(415, "Unsupported Media Type")
    if menu.image is not None:
        raise Refused(400, "An image has already been uploaded to the richmenu", details=[])
    if len(call.body) > LARGEST_IMAGE:
        raise Refused(413, "Request entity too large")
    refuse_picture(call.body, FORMATS[media_type])
    menu.image, menu.media_type = call.body, media_type
    world.changed()
    return ok()


@endpoint("POST", f"{PATH}/alias", "createRichMenuAlias")
def create_alias(world: Courier, call: Call) -> Response:
    body = call.checked(rules.ALIAS)
    alias = body["richMenuAliasId"]
    if alias in world.menus.aliases:
        raise Refused(400, "conflict richmenu alias id", details=[])
    if len(world.menus.aliases) >= MOST:
        raise Refused(400, "The maximum number of aliases has been reached", details=[])
    world.menus.aliases[alias] = pictured(world, body["richMenuId"], 400).id
    return ok()


@endpoint("GET", f"{PATH}/alias/list", "getRichMenuAliasList")
def aliases(world: Courier, call: Call) -> Response:
    del call
    return ok({"aliases": [named(alias, to) for alias, to in world.menus.aliases.items()]})


@endpoint("GET", f"{PATH}/alias/{{richMenuAliasId}}", "getRichMenuAlias")
def get_alias(world: Courier, call: Call) -> Response:
    alias = asked_alias(world, call)
    return ok(named(alias, world.menus.aliases[alias]))


@endpoint("POST", f"{PATH}/alias/{{richMenuAliasId}}", "updateRichMenuAlias")
def update_alias(world: Courier, call: Call) -> Response:
    alias, body = asked_alias(world, call), call.checked(rules.ALIAS_UPDATE)
    world.menus.aliases[alias] = pictured(world, body["richMenuId"], 400).id
    return ok()


@endpoint("DELETE", f"{PATH}/alias/{{richMenuAliasId}}", "deleteRichMenuAlias")
def delete_alias(world: Courier, call: Call) -> Response:
    del world.menus.aliases[asked_alias(world, call)]
    return ok()


def asked(world: World, menu_id: str, status: int = 404) -> RichMenu:
    """A menu by id.

    Raises:
        Refused: there is none.
    """
    if menu_id not in world.menus.all:
        raise Refused(status, "richmenu not found", details=[])
    return world.menus.all[menu_id]


def pictured(world: World, menu_id: str, status: int = 404) -> RichMenu:
    """A menu that can be shown.

    Raises:
        Refused: there is none, or it has no picture yet.
    """
    menu = asked(world, menu_id, status)
    if menu.image is None:
        message = "must upload richmenu image before applying it to user"
        raise Refused(400, message, details=[])
    return menu


def asked_alias(world: World, call: Call) -> str:
    alias = call.arguments["richMenuAliasId"]
    if alias not in world.menus.aliases:
        raise Refused(404, "richmenu alias not found", details=[])
    return alias


def named(alias: str, menu_id: str) -> dict[str, str]:
    return {"richMenuAliasId": alias, "richMenuId": menu_id}


def refuse_picture(data: bytes, form: str) -> None:
    """A menu's picture is 800 to 2,500 wide, at least 250 high and 1.45 times as wide.

    Raises:
        Refused: it is none such.
    """
    # Pillow takes a while to load, and only menus need it
    from PIL import Image, UnidentifiedImageError

    try:
        with Image.open(io.BytesIO(data)) as picture:
            found, (width, height) = picture.format, picture.size
    except UnidentifiedImageError:
        raise Refused(400, "The image could not be read", details=[]) from None
    fits = 800 <= width <= 2500 and height >= 250 and width >= 1.45 * height
    if found != form or not fits:
        raise Refused(400, "Invalid image size or format", details=[])
