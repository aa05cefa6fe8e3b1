"""The menu under the keyboard, made from the router's commands and drawn with a packaged font."""

from __future__ import annotations

import io
from importlib import resources
from pathlib import Path
from typing import Any

from PIL import Image, ImageDraw, ImageFont

from bot import account, richmenu_icons, router
from bot.router import Command
from bot.settings import Settings
from bot.views.kit import GREEN, INK

WIDTH, HEIGHT = 1200, 810
COLUMNS, ROWS = 3, 2
GROUND, GAP = "#E3ECE8", 14
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
    # drawn at twice the size: edges come out smooth
    picture = Image.new("RGB", (WIDTH * 2, HEIGHT * 2), GROUND)
    pen = ImageDraw.Draw(picture)
    font = ImageFont.truetype(str(font_path()), 104)
    for place, command in enumerate(commands()):
        _tile(pen, _bounds(place), command.words[0], font)
    file = io.BytesIO()
    small = picture.resize((WIDTH, HEIGHT), Image.Resampling.LANCZOS)
    small.quantize(64, dither=Image.Dither.NONE).save(file, "PNG", optimize=True)
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


def _tile(pen: Any, bounds: dict[str, int], word: str, font: Any) -> None:
    left, top = bounds["x"] * 2, bounds["y"] * 2
    right, bottom = left + bounds["width"] * 2, top + bounds["height"] * 2
    pen.rounded_rectangle(
        (left + GAP, top + GAP, right - GAP, bottom - GAP), radius=56, fill="#FFFFFF"
    )
    centre = (left + right) / 2
    middle = (centre, top + (bottom - top) * 0.4)
    pen.circle(middle, 172, fill=GREEN)
    richmenu_icons.draw(pen, word, middle, 92, font)
    pen.text(
        (centre, top + (bottom - top) * 0.8),
        word,
        font=font,
        fill=INK,
        anchor="mm",
        stroke_width=2,
        stroke_fill=INK,
    )


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
