"""What the control API lets a person do, by the last word of the path."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple, TypeAlias

from emulator.platform import Platform
from emulator.world import Impossible


class Given(NamedTuple):
    """What came with the request: JSON or form fields, and perhaps a file."""

    values: dict[str, Any]
    file: bytes = b""
    file_name: str = ""
    media_type: str = ""

    def text(self, name: str) -> str:
        """A value that must be there.

        Raises:
            Impossible: it is missing.
        """
        value = self.values.get(name)
        if not isinstance(value, str) or not value:
            raise Impossible(f"缺少 {name}。")
        return value

    def maybe(self, name: str) -> str | None:
        value = self.values.get(name)
        return str(value) if value else None

    @property
    def group(self) -> str | None:
        return self.maybe("group")


Act: TypeAlias = Callable[[Platform, str, Given], str | None]


def say(platform: Platform, person: str, given: Given) -> str:
    return platform.say(person, given.text("text"), group=given.group, quote=given.maybe("quote"))


def tap(platform: Platform, person: str, given: Given) -> str | None:
    action = given.values.get("action")
    if not isinstance(action, dict):
        raise Impossible("缺少 action。")
    return platform.tap(person, action, params=given.values.get("params"), group=given.group)


def sticker(platform: Platform, person: str, given: Given) -> str:
    package, number = given.text("packageId"), given.text("stickerId")
    return platform.send_sticker(person, package, number, group=given.group)


def location(platform: Platform, person: str, given: Given) -> str:
    values = given.values
    try:
        latitude, longitude = float(values["latitude"]), float(values["longitude"])
    except (KeyError, TypeError, ValueError):
        raise Impossible("缺少經緯度。") from None
    return platform.send_location(
        person,
        latitude,
        longitude,
        title=given.maybe("title"),
        address=given.maybe("address"),
        group=given.group,
    )


def image(platform: Platform, person: str, given: Given) -> str:
    return platform.send_image(
        person, needed(given), group=given.group, media_type=given.media_type
    )


def audio(platform: Platform, person: str, given: Given) -> str:
    return platform.send_audio(person, needed(given), group=given.group)


def video(platform: Platform, person: str, given: Given) -> str:
    return platform.send_video(person, needed(given), group=given.group)


def file(platform: Platform, person: str, given: Given) -> str:
    return platform.send_file(person, given.file_name, needed(given), group=given.group)


def edit(platform: Platform, person: str, given: Given) -> str:
    return platform.edit(own(platform, person, given), given.text("text"))


def unsend(platform: Platform, person: str, given: Given) -> str:
    return platform.unsend(own(platform, person, given))


ACTS: dict[str, Act] = {
    "follow": lambda platform, person, given: platform.follow(person),
    "unfollow": lambda platform, person, given: platform.unfollow(person),
    "say": say,
    "tap": tap,
    "sticker": sticker,
    "location": location,
    "image": image,
    "audio": audio,
    "video": video,
    "file": file,
    "edit": edit,
    "unsend": unsend,
}


def needed(given: Given) -> bytes:
    if not given.file_name:
        raise Impossible("沒有附上檔案。")
    return given.file


def own(platform: Platform, person: str, given: Given) -> str:
    """The id of a message of this person.

    Raises:
        Impossible: somebody else sent it.
    """
    message_id = given.text("message")
    if platform.item(message_id).sender != f"user:{person}":
        raise Impossible("只能更改自己的訊息。")
    return message_id
