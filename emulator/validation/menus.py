"""Rich menus: the pictures under the keyboard, their aliases and links."""

import re
from typing import Any

from emulator.validation.actions import MENU
from emulator.validation.lengths import graphemes
from emulator.validation.rules import (
    Boolean,
    Integer,
    ListOf,
    OneOf,
    Path,
    Problem,
    Problems,
    Shape,
    Text,
)

MOST = 2_147_483_647


def wide_enough(value: Any, path: Path, problems: Problems) -> None:
    """A menu is at least 1.45 times as wide as high."""
    if value["width"] < 1.45 * value["height"]:
        problems.append(Problem(path, "The aspect ratio must be 1.45 or more"))


def all_or_some(value: Any, path: Path, problems: Problems) -> None:
    """`unlinkAll` stands alone, and no menu is replaced twice."""
    operations = value["operations"]
    if len(operations) > 1 and any(each["type"] == "unlinkAll" for each in operations):
        problems.append(Problem((*path, "operations"), "unlinkAll must stand alone"))
    sources = [each["from"] for each in operations if "from" in each]
    if len(set(sources)) != len(sources):
        problems.append(Problem((*path, "operations"), "from must not be repeated"))


BOUNDS = Shape(
    {
        "x": Integer(0, MOST),
        "y": Integer(0, MOST),
        "width": Integer(1, MOST),
        "height": Integer(1, MOST),
    },
    ("x", "y", "width", "height"),
)
RICH_MENU = Shape(
    {
        "size": Shape(
            {"width": Integer(800, 2500), "height": Integer(250, MOST)},
            ("width", "height"),
            also=(wide_enough,),
        ),
        "selected": Boolean(),
        "name": Text(300, length=graphemes),
        "chatBarText": Text(14, length=graphemes),
        "areas": ListOf(Shape({"bounds": BOUNDS, "action": MENU}, ("bounds", "action")), 0, 20),
    },
    ("size", "selected", "name", "chatBarText", "areas"),
)
ALIAS_ID = Text(32, pattern=re.compile(r"[a-z0-9_-]{1,32}"))
ALIAS = Shape(
    {"richMenuAliasId": ALIAS_ID, "richMenuId": Text()}, ("richMenuAliasId", "richMenuId")
)
ALIAS_UPDATE = Shape({"richMenuId": Text()}, ("richMenuId",))
USERS = ListOf(Text(), 1, 500)
BULK_LINK = Shape({"richMenuId": Text(), "userIds": USERS}, ("richMenuId", "userIds"))
BULK_UNLINK = Shape({"userIds": USERS}, ("userIds",))
BATCH = Shape(
    {
        "operations": ListOf(
            OneOf(
                {
                    "link": Shape({"from": Text(), "to": Text()}, ("from", "to")),
                    "unlink": Shape({"from": Text()}, ("from",)),
                    "unlinkAll": Shape({}),
                }
            ),
            1,
            1000,
        ),
        "resumeRequestKey": Text(100, pattern=re.compile(r"[0-9A-Za-z_-]{1,100}")),
    },
    ("operations",),
    also=(all_or_some,),
)
