"""Flex messages: bubbles and carousels, component by component.

Unknown properties are errors here, unlike in other messages. LINE does not say how it
measures a container's size: here it is the compact UTF-8 JSON.
"""

from __future__ import annotations

from typing import Any

import orjson

from emulator.validation.actions import FLEX_AREA, FLEX_BUTTON
from emulator.validation.flex_styles import (
    BLOCK_STYLE,
    CORNER,
    EDGE,
    FLEX,
    FONT,
    GAP,
    IMAGE_SIZE,
    KEYWORD_SIZE,
    LENGTH,
    OFFSETS,
    PIXELS,
    RATIO,
    SPACE,
    aspect,
    background,
    colour,
)
from emulator.validation.rules import (
    EMPTY,
    Boolean,
    Integer,
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

BUBBLE_BYTES = 30 * 1024
CAROUSEL_BYTES = 50 * 1024
MOST_ANIMATED = 10
# no text can hold this: its quotes would be escaped
ANIMATED = b'"animated":true'
IMAGE = url(2000)
IN_BOX = {
    "baseline": {"icon", "text", "filler"},
    "horizontal": {"box", "button", "image", "text", "separator", "filler"},
    "vertical": {"box", "button", "image", "text", "separator", "filler"},
}
PLACED: dict[str, Rule] = {
    "margin": GAP,
    "position": choice("relative", "absolute"),
    **OFFSETS,
}
LETTERS: dict[str, Rule] = {
    "size": FONT,
    "color": colour,
    "weight": choice("regular", "bold"),
    "style": choice("normal", "italic"),
    "decoration": choice("none", "underline", "line-through"),
}
ALIGNED: dict[str, Rule] = {
    "align": choice("start", "end", "center"),
    "gravity": choice("top", "bottom", "center"),
}


def has_text(value: Any, path: Path, problems: Problems) -> None:
    """A text component needs words of its own or spans."""
    if not value.get("text") and not value.get("contents"):
        problems.append(Problem((*path, "text"), "must be non-empty text"))


def fits_layout(value: Any, path: Path, problems: Problems) -> None:
    """Only some components may stand in a box of this layout."""
    allowed = IN_BOX[value["layout"]]
    for position, component in enumerate(value["contents"]):
        if component["type"] not in allowed:
            problems.append(Problem((*path, "contents", position), "unsupported component type"))


COMPONENTS: dict[str, Rule] = {}
COMPONENT = OneOf(COMPONENTS)
SPAN = Shape({"type": choice("span"), "text": Text(), **LETTERS}, ("type", "text"), strict=True)
BOX = Shape(
    {
        "type": choice("box"),
        "layout": choice("horizontal", "vertical", "baseline"),
        "contents": ListOf(COMPONENT),
        "flex": FLEX,
        "spacing": GAP,
        **PLACED,
        "backgroundColor": colour,
        "borderColor": colour,
        "borderWidth": EDGE,
        "cornerRadius": CORNER,
        **dict.fromkeys(("width", "maxWidth", "height", "maxHeight"), LENGTH),
        **{f"padding{side}": SPACE for side in ("All", "Top", "Bottom", "Start", "End")},
        "action": FLEX_AREA,
        "justifyContent": choice(
            "center", "flex-start", "flex-end", "space-between", "space-around", "space-evenly"
        ),
        "alignItems": choice("center", "flex-start", "flex-end"),
        "background": background,
    },
    ("layout", "contents"),
    strict=True,
    also=(fits_layout,),
)
IMAGE_COMPONENT = Shape(
    {
        "type": choice("image"),
        "url": IMAGE,
        "flex": FLEX,
        **PLACED,
        **ALIGNED,
        "size": IMAGE_SIZE,
        "aspectRatio": RATIO,
        "aspectMode": choice("fit", "cover"),
        "backgroundColor": colour,
        "action": FLEX_AREA,
        "animated": Boolean(),
    },
    ("url",),
    strict=True,
    also=(aspect,),
)
VIDEO = Shape(
    {
        "type": choice("video"),
        "url": IMAGE,
        "previewUrl": IMAGE,
        "altContent": OneOf({"box": BOX, "image": IMAGE_COMPONENT}),
        "aspectRatio": RATIO,
        "action": FLEX_AREA,
    },
    ("url", "previewUrl", "altContent"),
    strict=True,
)
COMPONENTS |= {
    "box": BOX,
    "image": IMAGE_COMPONENT,
    "button": Shape(
        {
            "type": choice("button"),
            "action": FLEX_BUTTON,
            "flex": FLEX,
            **PLACED,
            "color": colour,
            "style": choice("primary", "secondary", "link"),
            "gravity": ALIGNED["gravity"],
            "height": choice("md", "sm"),
            "adjustMode": choice("shrink-to-fit"),
            "scaling": Boolean(),
        },
        ("action",),
        strict=True,
    ),
    "icon": Shape(
        {
            "type": choice("icon"),
            "url": IMAGE,
            **PLACED,
            "size": KEYWORD_SIZE,
            "aspectRatio": RATIO,
            "scaling": Boolean(),
        },
        ("url",),
        strict=True,
        also=(aspect,),
    ),
    "text": Shape(
        {
            "type": choice("text"),
            "text": Text(shortest=0),
            "contents": ListOf(SPAN),
            "flex": FLEX,
            **PLACED,
            **ALIGNED,
            **LETTERS,
            "wrap": Boolean(),
            "lineSpacing": PIXELS,
            "maxLines": Integer(0),
            "action": FLEX_AREA,
            "adjustMode": choice("shrink-to-fit"),
            "scaling": Boolean(),
        },
        strict=True,
        also=(has_text,),
    ),
    "separator": Shape({"type": choice("separator"), "margin": GAP, "color": colour}, strict=True),
    "filler": Shape({"type": choice("filler"), "flex": FLEX}, strict=True),
}


def has_block(value: Any, path: Path, problems: Problems) -> None:
    """A bubble shows something, and a video only where it is wide enough."""
    if not any(value.get(block) for block in ("header", "hero", "body", "footer")):
        problems.append(Problem(path, "At least one block must be specified"))
    hero = value.get("hero") or {}
    if hero.get("type") == "video" and value.get("size", "mega") not in ("kilo", "mega", "giga"):
        problems.append(Problem((*path, "size"), "must be kilo, mega or giga with a video"))


def one_size(value: Any, path: Path, problems: Problems) -> None:
    """All bubbles of a carousel are equally wide; no video among them."""
    if len({bubble.get("size") or "mega" for bubble in value["contents"]}) > 1:
        problems.append(Problem((*path, "contents"), "must be the same size"))


BUBBLE = Shape(
    {
        "type": choice("bubble"),
        "size": choice("nano", "micro", "deca", "hecto", "kilo", "mega", "giga"),
        "direction": choice("ltr", "rtl"),
        "header": OneOf({"box": BOX}),
        "hero": OneOf({"box": BOX, "image": IMAGE_COMPONENT, "video": VIDEO}),
        "body": OneOf({"box": BOX}),
        "footer": OneOf({"box": BOX}),
        "styles": Shape(
            dict.fromkeys(("header", "hero", "body", "footer"), BLOCK_STYLE), strict=True
        ),
        "action": FLEX_AREA,
    },
    strict=True,
    also=(has_block,),
)
CAROUSEL = Shape(
    {"type": choice("carousel"), "contents": ListOf(OneOf({"bubble": BUBBLE}), 1, 12)},
    ("contents",),
    strict=True,
    also=(one_size,),
)
CONTAINER = OneOf({"bubble": BUBBLE, "carousel": CAROUSEL})


def check_container(contents: Any) -> Problems:
    """Everything wrong with a flex container; paths start at the container."""
    problems: Problems = []
    if not contents:
        return [Problem((), EMPTY)]
    if too_large := oversize(contents):
        return [too_large]
    try:
        CONTAINER.check(contents, (), problems)
    except RecursionError:
        return [Problem((), "nested too deeply")]
    if not problems and orjson.dumps(contents).count(ANIMATED) > MOST_ANIMATED:
        problems.append(Problem((), f"at most {MOST_ANIMATED} animated images"))
    return problems


def oversize(contents: Any) -> Problem | None:
    """The first container that is too large, or None."""
    if not isinstance(contents, dict):
        return None
    size, limit = len(orjson.dumps(contents)), BUBBLE_BYTES
    if contents.get("type") == "carousel":
        limit = CAROUSEL_BYTES
        bubbles = contents.get("contents")
        if size > BUBBLE_BYTES and isinstance(bubbles, list):
            for position, bubble in enumerate(bubbles):
                if len(orjson.dumps(bubble)) > BUBBLE_BYTES:
                    return Problem(("contents", position), too_large_text(BUBBLE_BYTES))
    return Problem((), too_large_text(limit)) if size > limit else None


def too_large_text(limit: int) -> str:
    return f"Too large flex message. The maximum size of JSON data is {limit} bytes"
