"""The menu under the keyboard: what LINE takes, and what people see and tap."""

from __future__ import annotations

import io

import pytest
from PIL import Image, ImageDraw, ImageFont

import handlers
from bot import richmenu, richmenu_icons, router
from bot.richmenu_icons import ICONS
from models.people.roles import Role
from tests.emulator import described
from tests.emulator.channel import Channel, told
from tests.emulator.pictures import upload

handlers.load()


@pytest.fixture(scope="module")
def picture() -> bytes:
    return richmenu.draw()


def test_line_takes_the_menu_and_its_picture(picture: bytes) -> None:
    channel = Channel()
    made = channel.ask("POST", "/v2/bot/richmenu", richmenu.describe("團友小舖"))

    assert made.status == 200, told(made)
    assert upload(channel, told(made)["richMenuId"], picture) == 200


def test_the_menu_is_as_line_describes_it() -> None:
    description = described.messaging()
    menu = richmenu.describe("團" * 400)

    assert len(menu["name"]) == 300
    if description is not None:
        schema = {"$ref": "#/components/schemas/RichMenuRequest"}
        assert description.problems(menu, schema) == []


def test_the_picture_is_as_large_as_the_menu_says(picture: bytes) -> None:
    size = richmenu.describe("店")["size"]

    assert Image.open(io.BytesIO(picture)).size == (size["width"], size["height"])
    assert len(picture) < 200_000


def test_every_area_says_a_command_that_members_have() -> None:
    said = [area["action"]["data"] for area in richmenu.describe("店")["areas"]]

    assert said == ["團購", "我的訂單", "會員卡", "優惠券", "客服", "說明"]
    assert [data for data in said if router.find(data, Role.MEMBER) is None] == []


def test_the_areas_cover_the_picture_and_do_not_overlap() -> None:
    menu = richmenu.describe("店")
    bounds = [area["bounds"] for area in menu["areas"]]
    corners = {(each["x"], each["y"]) for each in bounds}

    covered = sum(each["width"] * each["height"] for each in bounds)

    assert len(corners) == len(bounds)
    assert covered == menu["size"]["width"] * menu["size"]["height"]


def test_every_word_is_drawn_with_its_own_characters() -> None:
    font = ImageFont.truetype(str(richmenu.font_path()), 40)
    unknown = bytes(font.getmask("\U000e0fff"))
    characters = {c for command in richmenu.commands() for c in command.words[0]}

    assert [c for c in characters if bytes(font.getmask(c)) == unknown] == []


def test_each_tile_has_a_picture_of_its_own(picture: bytes) -> None:
    whole = Image.open(io.BytesIO(picture)).convert("RGB")
    tiles = {
        whole.crop((b["x"] + 100, b["y"] + 70, b["x"] + 300, b["y"] + 260)).tobytes()
        for b in (area["bounds"] for area in richmenu.describe("店")["areas"])
    }

    assert len(tiles) == 6
    assert {command.words[0] for command in richmenu.commands()} <= set(ICONS)


def test_a_word_without_a_picture_shows_its_first_character() -> None:
    font = ImageFont.truetype(str(richmenu.font_path()), 40)
    drawn, written = Image.new("RGB", (80, 80)), Image.new("RGB", (80, 80))

    richmenu_icons.draw(ImageDraw.Draw(drawn), "新品", (40, 40), 30, font)
    ImageDraw.Draw(written).text((40, 40), "新", font=font, fill="#FFFFFF", anchor="mm")

    assert drawn.tobytes() == written.tobytes()
    assert drawn.getbbox()
