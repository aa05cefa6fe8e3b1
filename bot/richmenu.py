"""The menu under the keyboard, made from the router's commands and drawn with a packaged font."""

from __future__ import annotations

import io
from importlib import resources
from pathlib import Path
from typing import Any

from PIL import Image, ImageDraw, ImageFont

from bot import account, router
from bot.router import Command
from bot.settings import Settings

WIDTH, HEIGHT = 1200, 810
COLUMNS, ROWS = 3, 2
COLOURS = ("#06A77D", "#0B8F6D")
TIMEOUT = account.TIMEOUT


def commands() -> list[Command]:
    """The commands that asked for a place in the menu, in their order."""
    placed = {c for c in router.COMMANDS.values() if c.menu is not None}
    return sorted(placed, key=lambda command: command.menu or 0)[: COLUMNS * ROWS]


def describe(shop_name: str) -> dict[str, Any]:
    """The menu as LINE's API takes it: an area for each command."""
    return {
        "size": {"width": WIDTH, "height": HEIGHT},
        "selected": True,
        "name": shop_name[:300],
        "chatBarText": "選單",
        "areas": [
            {"bounds": _bounds(place), "action": _action(command)}
            for place, command in enumerate(commands())
        ],
    }


def draw() -> bytes:
    """The menu's picture as PNG, well under LINE's 1 MB."""
    picture = Image.new("RGB", (WIDTH, HEIGHT), "#FFFFFF")
    pen = ImageDraw.Draw(picture)
    font = ImageFont.truetype(str(font_path()), 64)
    for place, command in enumerate(commands()):
        box = _bounds(place)
        left, top = box["x"], box["y"]
        right, bottom = left + box["width"], top + box["height"]
        pen.rectangle(
            (left, top, right, bottom), fill=COLOURS[place % 2], outline="#FFFFFF", width=6
        )
        middle = ((left + right) / 2, (top + bottom) / 2)
        pen.text(middle, command.words[0], font=font, fill="#FFFFFF", anchor="mm")
    file = io.BytesIO()
    picture.save(file, "PNG", optimize=True)
    return file.getvalue()


def font_path() -> Path:
    """The packaged Noto Sans CJK: the machine's own fonts may know no Chinese."""
    package = resources.files("cvttf_NotoSansCJK_Regular")
    return next(Path(str(f)) for f in _walk(package) if f.name.endswith((".ttf", ".ttc", ".otf")))


def push(settings: Settings, shop_name: str) -> str:
    """Create the menu at LINE, upload its picture, make it everybody's; return its id.

    Raises:
        bot.account.Unavailable: LINE refused, or could not be reached.
    """
    from linebot.v3.messaging import RichMenuRequest

    with account.client(settings) as sdk:
        # built by from_dict: the SDK's constructors silently drop what dicts hold
        request = RichMenuRequest.from_dict(describe(shop_name))
        menu_id: str = sdk.messaging.create_rich_menu(
            request, _request_timeout=TIMEOUT
        ).rich_menu_id
        sdk.blob.set_rich_menu_image(
            menu_id, body=draw(), _headers={"Content-Type": "image/png"}, _request_timeout=TIMEOUT
        )
        sdk.messaging.set_default_rich_menu(menu_id, _request_timeout=TIMEOUT)
    return menu_id


def _action(command: Command) -> dict[str, str]:
    word = command.words[0]
    return {"type": "postback", "label": word, "data": word, "displayText": word}


def _bounds(place: int) -> dict[str, int]:
    width, height = WIDTH // COLUMNS, HEIGHT // ROWS
    return {
        "x": place % COLUMNS * width,
        "y": place // COLUMNS * height,
        "width": width,
        "height": height,
    }


def _walk(folder: Any) -> Any:
    for entry in folder.iterdir():
        if entry.is_dir():
            yield from _walk(entry)
        else:
            yield entry
