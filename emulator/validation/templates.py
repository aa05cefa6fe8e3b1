"""Template messages: buttons, confirm, carousel, image carousel.

Titles and texts are counted in graphemes; a text beside a picture or a title is shorter.
"""

from typing import Any

from emulator.validation.actions import IMAGE_COLUMN, TEMPLATE, WHOLE_TEMPLATE
from emulator.validation.flex_styles import pattern
from emulator.validation.lengths import graphemes
from emulator.validation.rules import (
    Check,
    ListOf,
    OneOf,
    Path,
    Problem,
    Problems,
    Rule,
    Shape,
    Text,
    choice,
    url,
)

PICTURE = url(2000)
TITLE = Text(40, length=graphemes)
LOOKS: dict[str, Rule] = {
    "imageAspectRatio": choice("rectangle", "square"),
    "imageSize": choice("cover", "contain"),
}
PICTURED: dict[str, Rule] = {
    "thumbnailImageUrl": PICTURE,
    "imageBackgroundColor": pattern("#[0-9A-Fa-f]{6}"),
    "title": TITLE,
    "defaultAction": WHOLE_TEMPLATE,
}


def short_beside(longest: int) -> Check:
    """The text may have `longest` characters beside a picture or title."""

    def check(value: Any, path: Path, problems: Problems) -> None:
        beside = value.get("thumbnailImageUrl") or value.get("title")
        if beside and graphemes(value["text"]) > longest:
            between = f"Length must be between 0 and {longest}"
            problems.append(Problem((*path, "text"), between))

    return check


def as_many_actions(value: Any, path: Path, problems: Problems) -> None:
    """Every column of a carousel has as many buttons as the first."""
    columns = value["columns"]
    for position, column in enumerate(columns):
        if len(column["actions"]) != len(columns[0]["actions"]):
            place = (*path, "columns", position, "actions")
            problems.append(Problem(place, "must have the same number of actions"))


BUTTONS = Shape(
    {
        **PICTURED,
        **LOOKS,
        "text": Text(160, length=graphemes),
        "actions": ListOf(TEMPLATE, 1, 4),
    },
    ("text", "actions"),
    also=(short_beside(60),),
)
CONFIRM = Shape(
    {"text": Text(240, length=graphemes), "actions": ListOf(TEMPLATE, 2, 2)}, ("text", "actions")
)
COLUMN = Shape(
    {**PICTURED, "text": Text(120, length=graphemes), "actions": ListOf(TEMPLATE, 1, 3)},
    ("text", "actions"),
    also=(short_beside(60),),
)
CAROUSEL = Shape(
    {**LOOKS, "columns": ListOf(COLUMN, 1, 10)}, ("columns",), also=(as_many_actions,)
)
PICTURE_COLUMN = Shape({"imageUrl": PICTURE, "action": IMAGE_COLUMN}, ("imageUrl", "action"))
IMAGE_CAROUSEL = Shape({"columns": ListOf(PICTURE_COLUMN, 1, 10)}, ("columns",))
TEMPLATE_KINDS = OneOf(
    {
        "buttons": BUTTONS,
        "confirm": CONFIRM,
        "carousel": CAROUSEL,
        "image_carousel": IMAGE_CAROUSEL,
    }
)
