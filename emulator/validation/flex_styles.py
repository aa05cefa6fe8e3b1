"""Sizes, colours and distances of flex components."""

import re
from typing import Any

from emulator.validation.rules import (
    Boolean,
    Integer,
    OneOf,
    Path,
    Problem,
    Problems,
    Rule,
    Shape,
    Text,
    choice,
)

STEPS = ("xs", "sm", "md", "lg", "xl", "xxl")
FONT_STEPS = ("xxs", *STEPS, "3xl", "4xl", "5xl")
PX, PERCENT = r"\d+(?:\.\d+)?px", r"\d+(?:\.\d+)?%"


def pattern(*parts: str) -> Text:
    return Text(100, pattern=re.compile("|".join(f"(?:{part})" for part in parts)))


colour = pattern("#[0-9A-Fa-f]{6}", "#[0-9A-Fa-f]{8}")
FLEX = Integer(0)
PIXELS = pattern(PX)
LENGTH = pattern(PX, PERCENT)
GAP = pattern("none", *STEPS, PX)
SPACE = pattern("none", *STEPS, PX, PERCENT)
CORNER = GAP
EDGE = pattern("none", "light", "normal", "medium", "semi-bold", "bold", PX)
FONT = pattern(*FONT_STEPS, PX)
KEYWORD_SIZE = FONT
IMAGE_SIZE = pattern(*FONT_STEPS, "full", PX, PERCENT)
OFFSET = pattern("none", *STEPS, f"-?{PX}", f"-?{PERCENT}")
OFFSETS: dict[str, Rule] = {f"offset{side}": OFFSET for side in ("Top", "Bottom", "Start", "End")}
RATIO = pattern(r"\d{1,6}(?:\.\d+)?:\d{1,6}(?:\.\d+)?")
BLOCK_STYLE = Shape(
    {"backgroundColor": colour, "separator": Boolean(), "separatorColor": colour}, strict=True
)
background = OneOf(
    {
        "linearGradient": Shape(
            {
                "type": choice("linearGradient"),
                "angle": pattern(r"\d+(?:\.\d+)?deg"),
                "startColor": colour,
                "endColor": colour,
                "centerColor": colour,
                "centerPosition": pattern(PERCENT),
            },
            ("angle", "startColor", "endColor"),
            strict=True,
        )
    }
)


def aspect(value: Any, path: Path, problems: Problems) -> None:
    """Width and height of 1 to 100,000, the height at most three times the width."""
    if not (ratio := value.get("aspectRatio")):
        return
    width, height = map(float, ratio.split(":"))
    if not (1 <= width <= 100_000 and 1 <= height <= 100_000 and height <= 3 * width):
        problems.append(Problem((*path, "aspectRatio"), "invalid property"))
