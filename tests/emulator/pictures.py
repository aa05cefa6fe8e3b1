"""Pictures for rich menus."""

from __future__ import annotations

from functools import cache
from io import BytesIO

from PIL import Image

from tests.emulator.channel import Channel, told

MENU = {
    "size": {"width": 2500, "height": 1686},
    "selected": True,
    "name": "會員選單",
    "chatBarText": "選單",
    "areas": [
        {
            "bounds": {"x": 0, "y": 0, "width": 2500, "height": 1686},
            "action": {"type": "postback", "data": "點數"},
        }
    ],
}


@cache
def picture(width: int = 800, height: int = 540, form: str = "PNG") -> bytes:
    written = BytesIO()
    Image.new("RGB", (width, height), "#06c755").save(written, form)
    return written.getvalue()


def upload(channel: Channel, menu_id: str, data: bytes, media_type: str = "image/png") -> int:
    path = f"/v2/bot/richmenu/{menu_id}/content"
    headers = {"Content-Type": media_type}
    return channel.ask("POST", path, data, data=True, headers=headers).status


def add_menu(channel: Channel, *, image: bool = True) -> str:
    made: str = told(channel.ask("POST", "/v2/bot/richmenu", MENU))["richMenuId"]
    if image:
        assert upload(channel, made, picture()) == 200
    return made
